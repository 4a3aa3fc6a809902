import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseImageReference } from "../../model/image-reference.ts";

const DIGEST = `sha256:${"0f".repeat(32)}`;

// Documented examples of github.com/distribution/reference (reference_test.go, normalize_test.go).
const VALID: readonly [string, string, string, string | undefined][] = [
  ["test.com:8000/repo:tag", "test.com:8000", "repo", "tag"],
  ["test.com/repo", "test.com", "repo", undefined],
  ["test:5000/repo", "test:5000", "repo", undefined],
  ["localhost/repo:v1", "localhost", "repo", "v1"],
  ["LOCALHOST/repo", "LOCALHOST", "repo", undefined],
  ["[2001:db8::1]:5000/repo:tag", "[2001:db8::1]:5000", "repo", "tag"],
  ["a/b/c.d/e:1", "docker.io", "a/b/c.d/e", "1"],
  ["ubuntu", "docker.io", "library/ubuntu", undefined],
  ["docker.io/ubuntu", "docker.io", "library/ubuntu", undefined],
  ["foo__bar/baz--qux_x:_t", "docker.io", "foo__bar/baz--qux_x", "_t"],
];

for (const [text, registry, path, tag] of VALID) {
  test(`${text} is read into its parts, with and without a digest`, () => {
    assert.deepEqual(parseImageReference(text), { registry, path, tag, digest: undefined });
    assert.deepEqual(parseImageReference(`${text}@${DIGEST}`), {
      registry,
      path,
      tag,
      digest: DIGEST,
    });
  });
}

const INVALID: readonly [string, RegExp][] = [
  ["", /no repository/],
  [":tag", /no repository/],
  [`@${DIGEST}`, /no repository/],
  ["a@b@c", /more than one @/],
  ["repo@sha256:abc", /not sha256: and 64/],
  [`repo@${DIGEST}0`, /not sha256: and 64/],
  [`repo@${DIGEST.toUpperCase()}`, /not sha256: and 64/],
  [`repo@sha512:${"0f".repeat(64)}`, /not sha256: and 64/],
  ["repo:", /not a valid tag/],
  ["repo:-x", /not a valid tag/],
  [`repo:${"a".repeat(129)}`, /not a valid tag/],
  ["test.com/Upper", /repository path/],
  ["test.com//repo", /repository path/],
  ["test.com/", /repository path/],
  ["a..b/repo", /not a host name/],
  ["-test.com/repo", /not a host name/],
  ["https://test.com/repo", /not a host name|not a valid tag|repository path/],
  [`${"a/".repeat(128)}a`, /longer than 255/],
];

for (const [text, expected] of INVALID) {
  test(`${text.slice(0, 40) || "an empty text"} is refused`, () => {
    const parsed = parseImageReference(text);
    assert.ok("problem" in parsed);
    assert.match(parsed.problem, expected);
  });
}

test("what was put together is taken apart again", () => {
  const component = fc.stringMatching(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, { maxLength: 20 });
  const host = fc.stringMatching(/^[a-z][a-z0-9]{0,10}\.[a-z]{2,5}(?::[1-9][0-9]{0,4})?$/);
  const tag = fc.stringMatching(/^\w[\w.-]{0,20}$/);
  const digest = fc.stringMatching(/^sha256:[0-9a-f]{64}$/);
  fc.assert(
    fc.property(
      host,
      fc.array(component, { minLength: 1, maxLength: 3 }),
      fc.option(tag, { nil: undefined }),
      fc.option(digest, { nil: undefined }),
      (registry, components, tag, digest) => {
        const path = components.join("/");
        const text = `${registry}/${path}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
        assert.deepEqual(parseImageReference(text), { registry, path, tag, digest });
      },
    ),
  );
});

test("any text gets an answer", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(typeof parseImageReference(text), "object");
    }),
  );
});
