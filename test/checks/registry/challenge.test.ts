import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseChallenges } from "../../../checks/registry/challenge.ts";

test("a comma inside a quoted scope parts nothing", () => {
  const header =
    'Bearer realm="https://h/token",service="s",scope="repository:a/b:pull,push", Basic realm="harbor"';
  assert.deepEqual(parseChallenges(header), [
    {
      scheme: "bearer",
      parameters: { realm: "https://h/token", service: "s", scope: "repository:a/b:pull,push" },
    },
    { scheme: "basic", parameters: { realm: "harbor" } },
  ]);
});

test("what was written is read back, however it is quoted", () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/).filter((name) => name !== "__proto__");
  const parameters = fc.dictionary(token, fc.string({ unit: "grapheme-ascii" }), {
    minKeys: 1,
    noNullPrototype: true,
  });
  const challenge = fc.record({ scheme: token, parameters }, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
      const header = challenges
        .map(({ scheme, parameters }) => {
          const pairs = Object.entries(parameters).map(
            ([name, value]) => `${name}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
          );
          return `${scheme} ${pairs.join(", ")}`;
        })
        .join(", ");
      assert.deepEqual(parseChallenges(header), challenges);
    }),
  );
});

test("any text ends", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.ok(parseChallenges(text).length <= text.length);
    }),
  );
});
