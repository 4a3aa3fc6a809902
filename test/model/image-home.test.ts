import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { homeOf, homePattern, isImageHome } from "../../model/image-home.ts";
import { parseImageReference } from "../../model/image-reference.ts";
import { DIGEST } from "../support/settings.ts";

test("an image comes from a registry and the first part of its path", () => {
  const homes = [
    "harbor.example.org/uostas/ziurkes/bookwyrm:1",
    "127.0.0.1:5443/uostas/app",
    "registry.example.org/bookwyrm",
    "redis:7",
    "docker.io/redis:7",
    "bitnami/redis:7",
  ].map((text) => {
    const parsed = parseImageReference(text);
    assert.ok("registry" in parsed);
    return homeOf(parsed);
  });
  assert.deepEqual(homes, [
    "harbor.example.org/uostas",
    "127.0.0.1:5443/uostas",
    "registry.example.org/bookwyrm",
    "docker.io/library",
    "docker.io/library",
    "docker.io/bitnami",
  ]);
});

for (const [text, expected] of [
  ["harbor.example.org/uostas", true],
  ["harbor.example.org/uostas/ziurkes", true],
  ["127.0.0.1:5443/uostas", true],
  ["[::1]:5443/uostas", true],
  ["docker.io/library", true],
  ["harbor.example.org", false],
  ["uostas", false],
  ["uostas/ziurkes", false],
  ["harbor.example.org/", false],
  ["harbor.example.org/uostas/", false],
  ["harbor.example.org/uostas:1", false],
  [`harbor.example.org/uostas@${DIGEST}`, false],
  ["https://harbor.example.org/uostas", false],
  ["", false],
] as const) {
  test(`"${text}" ${expected ? "names" : "does not name"} a registry and a project`, () => {
    assert.equal(isImageHome(text), expected);
  });
}

// Written from parts that are easily confused, so that near misses are common.
const HOSTS = [
  "",
  "docker.io/",
  "library/",
  "localhost/",
  "harbor.example.org/",
  "harborXexample.org/",
  "harbor.example.org:5443/",
  "harbor.example.org.evil.example/",
  "evil.example/harbor.example.org/",
  "[::1]:5443/",
];
const PARTS = [
  "uostas",
  "uostas-evil",
  "uostas.evil",
  "evil",
  "library",
  "ziurkes",
  "a__b",
  "Uostas",
];
const ENDS = ["", ":1", ":latest", ":5443/evil", `@${DIGEST}`, `:1@${DIGEST}`, ":", "@", "/"];
const HOMES = [
  "harbor.example.org/uostas",
  "harbor.example.org/evil/ziurkes",
  "harbor.example.org:5443/uostas",
  "[::1]:5443/uostas",
  "localhost/uostas",
  "docker.io/library",
  "docker.io/uostas",
  "docker.io/uostas.evil",
];

const reference = fc
  .tuple(
    fc.constantFrom(...HOSTS),
    fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 3 }),
    fc.constantFrom(...ENDS),
  )
  .map(([host, parts, end]) => `${host}${parts.join("/")}${end}`);

const isFrom = (text: string, homes: readonly string[]): boolean => {
  const parsed = parseImageReference(text);
  if ("problem" in parsed) return false;
  const repository = `${parsed.registry}/${parsed.path}`;
  return homes.some((home) => `${repository}/`.startsWith(`${home}/`));
};

test("the pattern finds what the grammar of references says comes from these homes", () => {
  const seen = { inside: 0, outside: 0 };
  const homes = fc.subarray(HOMES, { minLength: 1 });
  fc.assert(
    fc.property(reference, homes, (text, chosen) => {
      const expected = isFrom(text, chosen);
      seen[expected ? "inside" : "outside"]++;
      assert.equal(new RegExp(homePattern(chosen)).test(text), expected, text);
    }),
    { numRuns: 20_000 },
  );
  assert.ok(seen.inside > 1_000 && seen.outside > 1_000, JSON.stringify(seen));
});
