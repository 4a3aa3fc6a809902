import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import type { Lab } from "../../lab/lab.ts";
import type { ReplayResult } from "../../replay/result.ts";
import { silent } from "../support/progress.ts";
import { StandIns } from "../support/stand-ins.ts";

const REASON = new Error("Interrupted");

/** Buildah has every image and pushes it; no Job ever ends, and where the test says so, nothing is made. */
const standIns = new StandIns({
  buildah: `while [ $# -gt 0 ]; do [ "$1" != --digestfile ] || echo sha256:0 >"$2"; shift; done`,
  kubectl: `case "$*" in
    *"create namespace"*) [ -z "$BROKEN" ] || { echo "no room"; exit 1; } ;;
    *job/migrate*) exec sleep 60 ;;
  esac`,
  pulumi: "",
});
const { replay } = await import("../../replay/replay.ts");

const folder = mkdtempSync(join(tmpdir(), "bookwyrm-test-"));
const file = join(folder, "secret");
writeFileSync(file, "secret");
beforeEach(() => {
  // What was pushed once would be looked for in the registry, and there is none.
  rmSync(join(standIns.folder, "cache"), { recursive: true, force: true });
});
after(() => {
  standIns[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const robot = { username: "robot", passwordFile: file };
const lab: Lab = {
  kubeconfig: file,
  context: "test",
  registry: { host: "127.0.0.1:1", caFile: file, pull: robot, push: robot },
  siteUrl: "http://127.0.0.1:1",
};

const start = (signal = new AbortController().signal): Promise<ReplayResult> =>
  replay({ lab, progress: silent, isShort: true, signal });

/** What the last replay asked kubectl for, without the name of its namespace, which it alone has. */
function asked(): string[] {
  const calls = standIns.calls("kubectl");
  const name = /replay-[0-9a-f]{6}/.exec(calls.at(-1) ?? "")?.[0] ?? "no namespace";
  return calls
    .filter((call) => call.includes(name))
    .map((call) => call.replaceAll(name, "<replay>"));
}

const CLEAN_UP = [
  "delete validatingadmissionpolicybinding bookwyrm-pinned-images-<replay> --ignore-not-found --wait=false",
  "delete validatingadmissionpolicy bookwyrm-pinned-images-<replay> --ignore-not-found --wait=false",
  "delete namespace <replay> --ignore-not-found --wait=false",
];

test("a replay that is interrupted before its site exists makes nothing, and cleans up", async () => {
  await assert.rejects(start(AbortSignal.abort(REASON)), REASON);
  assert.deepEqual(asked(), CLEAN_UP);
});

test("a replay that is interrupted while it waits for the cluster removes what it made", async () => {
  const interrupted = new AbortController();
  const replayed = start(interrupted.signal);
  await standIns.called("kubectl", "job/migrate");
  interrupted.abort(REASON);
  await assert.rejects(replayed, REASON);
  assert.ok(asked().includes("--namespace=<replay> create namespace <replay>"));
  assert.deepEqual(asked().slice(-CLEAN_UP.length), CLEAN_UP);
});

test("a replay that fails says why, and removes what it may have made", async () => {
  process.env["BROKEN"] = "yes";
  await assert.rejects(start(), /exited with 1:\nno room/);
  assert.deepEqual(asked().slice(1), CLEAN_UP);
});
