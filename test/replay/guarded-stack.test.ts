import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { StandIns } from "../support/stand-ins.ts";

const REASON = new Error("Interrupted");
const PROJECT = join(import.meta.dirname, "../..");

const standIns = new StandIns({
  kubectl: "",
  pulumi: `case "$*" in *registryPassword*) exec sleep 60 ;; esac`,
});
const { GuardedStack } = await import("../../replay/guarded-stack.ts");
after(() => {
  standIns[Symbol.dispose]();
});

test("a stack whose making was interrupted leaves no settings, no namespace and no stack", async () => {
  const name = `test-${randomBytes(3).toString("hex")}`;
  const password = join(standIns.folder, "password");
  writeFileSync(password, "secret");
  const robot = { username: "robot", passwordFile: password };
  const interrupted = new AbortController();
  const stack = new GuardedStack({
    name,
    lab: {
      kubeconfig: "",
      context: "test",
      registry: { host: "127.0.0.1:1", caFile: password, pull: robot, push: robot },
      siteUrl: "",
    },
    images: { postgres: "postgres", redis: "redis" },
    guardrails: {},
    signal: interrupted.signal,
  });
  const files = [`Pulumi.${name}.yaml`, `policy-config/${name}.json`].map((file) =>
    join(PROJECT, file),
  );
  try {
    const created = stack.create("image");
    await standIns.called("pulumi", "registryPassword");
    assert.deepEqual(files.map(existsSync), [true, true]);
    interrupted.abort(REASON);
    await assert.rejects(created, REASON);
  } finally {
    await stack.remove();
  }
  assert.deepEqual(files.map(existsSync), [false, false]);
  assert.equal(
    standIns.calls("kubectl").at(-1),
    `delete namespace ${name} --ignore-not-found --wait=false`,
  );
  assert.deepEqual(standIns.calls("pulumi").slice(-2), [
    `cancel --yes --stack ${name}`,
    `stack rm ${name} --yes --force`,
  ]);
});
