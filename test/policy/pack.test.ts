import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { exemptionFrom, packIn, stackOf } from "../../policy/pack.ts";
import { RULES } from "../../policy/rules/index.ts";
import { PROJECT } from "../support/lab.ts";

const folder = mkdtempSync(join(tmpdir(), "bookwyrm-pack-"));
after(() => {
  rmSync(folder, { recursive: true });
});

const NOW = new Date("2026-11-24T23:59:59Z");
const URN = "urn:pulumi:prod::shop::kubernetes:apps/v1:Deployment::web";

const write = (files: Readonly<Record<string, unknown>>): string => {
  const project = mkdtempSync(join(folder, "project-"));
  mkdirSync(join(project, "policy-config"));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(project, "policy-config", name), JSON.stringify(content));
  }
  return project;
};

test("each stack has its own file", () => {
  const pack = packIn(write({ "prod.json": { "resources-set": "advisory" } }), RULES, NOW);
  assert.equal(pack.configuration("prod").rules.get("resources-set")?.level, "advisory");
  assert.equal(pack.configuration("dev").rules.size, 0);
  assert.equal(pack.configuration("prod"), pack.configuration("prod"));
});

test("mistakes name the file as a user finds it", () => {
  const files = { "prod.json": { nothing: {} }, "exemptions.json": [{}] };
  const pack = packIn(write(files), RULES, NOW);
  assert.deepEqual(
    [...pack.configuration("prod").mistakes, ...pack.exemptions.mistakes].map(({ path }) => path),
    ["policy-config/prod.json: nothing", "policy-config/exemptions.json[0]"],
  );
});

test("days are those of the clock that the pack was given", () => {
  assert.equal(packIn(write({}), RULES, NOW).today, "2026-11-24");
});

test("of two exemptions the one that holds longer counts", () => {
  const common = { rule: "resources-set", urn: URN, reason: "measured later", owner: "ada" };
  const exemptions = ["2026-12-01", "2026-12-10", "2026-11-01"].map((expires) => ({
    ...common,
    expires,
  }));
  const pack = packIn(write({ "exemptions.json": exemptions }), RULES, NOW);
  assert.equal(exemptionFrom(pack, "resources-set", URN)?.expires, "2026-12-10");
  assert.equal(exemptionFrom(pack, "probes-present", URN), undefined);
  assert.equal(exemptionFrom(pack, "resources-set", `${URN}-2`), undefined);
});

test("a URN names its stack", () => {
  assert.equal(stackOf(URN), "prod");
  assert.equal(stackOf("nonsense"), "");
});

test("the committed stacks are configured without mistake, and nothing is exempted", () => {
  const pack = packIn(PROJECT, RULES, NOW);
  for (const stack of ["local", "staging", "prod"]) {
    const { rules, mistakes } = pack.configuration(stack);
    assert.deepEqual(mistakes, []);
    assert.ok(rules.has("image-from-allowed-registry"), stack);
  }
  assert.deepEqual(pack.exemptions, { entries: [], mistakes: [] });
});
