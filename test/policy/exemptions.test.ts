import assert from "node:assert/strict";
import { test } from "node:test";
import { isExpired, parseExemptions } from "../../policy/exemptions.ts";

const FILE = "policy-config/exemptions.json";
const TODAY = "2026-11-24";
const KNOWN = [{ name: "limited" }, { name: "strict", isExemptible: false as const }];

const GOOD = {
  rule: "limited",
  urn: "urn:pulumi:prod::bookwyrm::bookwyrm:BookWyrm$kubernetes:apps/v1:Deployment::web",
  reason: "the chart cannot set it",
  owner: "ada@example.org",
  expires: "2026-12-24",
};

const parse = (value: unknown) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const { entries, mistakes } = parseExemptions(FILE, text, { known: KNOWN, today: TODAY });
  return { entries, mistakes: mistakes.map(({ path, problem }) => `${path} ${problem}`) };
};

test("there need not be a file, nor anything in it", () => {
  assert.deepEqual(parseExemptions(FILE, undefined, { known: KNOWN, today: TODAY }), {
    entries: [],
    mistakes: [],
  });
  assert.deepEqual(parse([]), { entries: [], mistakes: [] });
});

test("an exemption may hold for thirty days, and may have expired", () => {
  const expired = { ...GOOD, expires: "2025-01-31" };
  assert.deepEqual(parse([GOOD, expired]), { entries: [GOOD, expired], mistakes: [] });
});

for (const [changes, problem] of [
  [{ rule: "limitd" }, 'names "limitd", which is no rule of this pack'],
  [{ rule: "strict" }, "is from strict, from which nothing is exempted"],
  [{ expires: "2026-12-25" }, "expires on 2026-12-25, in more than 30 days"],
  [{ expires: "24.12.2026" }, 'expires on "24.12.2026", which is no date'],
  [{ expires: "2026-13-01" }, 'expires on "2026-13-01", which is no date'],
  ...[
    "*",
    "urn:pulumi:prod::bookwyrm::kubernetes:apps/v1:Deployment::*",
    "urn:pulumi:*::bookwyrm::kubernetes:apps/v1:Deployment::web",
    "urn:pulumi:prod::bookwyrm::*::web",
    "urn:pulumi:prod::bookwyrm::kubernetes:apps/v1:Deployment",
    " urn:pulumi:prod::bookwyrm::kubernetes:apps/v1:Deployment::web",
    "web",
  ].map((urn) => [{ urn }, `names "${urn}", which is not the URN of one resource`] as const),
] as const) {
  test(`an exemption that ${problem} does not count`, () => {
    assert.deepEqual(parse([GOOD, { ...GOOD, ...changes }]), {
      entries: [GOOD],
      mistakes: [`${FILE}[1] ${problem}`],
    });
  });
}

test("all mistakes of one exemption are named", () => {
  const { mistakes } = parse([{ ...GOOD, rule: "strict", urn: "web", expires: "never" }]);
  assert.equal(mistakes.length, 3);
});

for (const entry of [
  ...Object.keys(GOOD).map((field) => ({ ...GOOD, [field]: undefined })),
  ...Object.keys(GOOD).map((field) => ({ ...GOOD, [field]: " " })),
  { ...GOOD, owner: 1 },
  { ...GOOD, ticket: "OPS-1" },
  null,
  "limited",
]) {
  test(`${JSON.stringify(entry).slice(0, 60)} is no exemption`, () => {
    assert.deepEqual(parse([entry]), {
      entries: [],
      mistakes: [`${FILE}[0] does not have its five fields, each a text that is not empty`],
    });
  });
}

for (const text of ["", "{}", "[", "null"]) {
  test(`${text || "an empty file"} is no list of exemptions`, () => {
    assert.deepEqual(parse(text), { entries: [], mistakes: [`${FILE} is no JSON list`] });
  });
}

test("the day of the end still counts", () => {
  assert.equal(isExpired({ ...GOOD, expires: TODAY }, TODAY), false);
  assert.equal(isExpired({ ...GOOD, expires: "2026-11-23" }, TODAY), true);
});
