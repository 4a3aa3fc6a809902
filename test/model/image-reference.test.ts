import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseImageReference } from "../../model/image-reference.ts";
import { referenceByGrammar } from "../support/reference-grammar.ts";
import { references } from "../support/references.ts";

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
  ["foo__bar/baz--qux_x:_t", "docker.io", "foo__bar/baz--qux_x", "_t"],
  ["test_com", "docker.io", "library/test_com", undefined],
  ["test.com:5000", "docker.io", "library/test.com", "5000"],
  ["192.168.1.1:80", "docker.io", "library/192.168.1.1", "80"],
  ["192.168.1.1:5000/repo:5050", "192.168.1.1:5000", "repo", "5050"],
  ["xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com", "myimage", "xn--n3h.com"],
  ["b.gcr.io/test.example.com/my-app:x", "b.gcr.io", "test.example.com/my-app", "x"],
  ["foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", "8080"],
  ["lowercase:Uppercase", "docker.io", "library/lowercase", "Uppercase"],
  [
    "[fc00:1:2:3:4:5:6:7]:5000/library/debian",
    "[fc00:1:2:3:4:5:6:7]:5000",
    "library/debian",
    undefined,
  ],
  ["docker.io/debian", "docker.io", "library/debian", undefined],
  ["index.docker.io/docker/docker", "docker.io", "docker/docker", undefined],
  ["DOCKER/docker", "DOCKER", "docker", undefined],
  [`docker.io/${"1a".repeat(32)}`, "docker.io", `library/${"1a".repeat(32)}`, undefined],
  [`${"a/".repeat(127)}a`, "docker.io", `${"a/".repeat(127)}a`, undefined],
  [`example.com/${"a".repeat(255)}`, "example.com", "a".repeat(255), undefined],
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
  [`domain.com/${"a".repeat(256)}`, /longer than 255/],
  ["1a".repeat(32), /identifier/],
  ["Uppercase:tag", /repository path/],
  ["test:5000/Uppercase/lowercase:tag", /repository path/],
  ["aa/asdf$$^/aa", /repository path/],
  ["[2001:db8::1]", /not a valid tag|repository path/],
  ["[fe80::1%eth0]:5000/repo", /not a host name/],
  ["[2001:db8:3:4::192.0.2.33]:5000/debian", /not a host name/],
  ["fc00::1:5000/debian", /not a host name/],
  ["docker///docker", /repository path/],
  ["docker-/docker", /repository path/],
  ["____/____", /repository path/],
  ["dock_.er/docker", /not a host name/],
  ["docker/", /repository path/],
  [`validname@invaliddigest:${"f".repeat(128)}`, /not sha256: and 64/],
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

test("agrees with the published grammar on 100,000 texts, but for what is refused on purpose", () => {
  let valid = 0;
  fc.assert(
    fc.property(references, (text) => {
      const expected = referenceByGrammar(text);
      const parsed = parseImageReference(text);
      const isRefusedOnPurpose =
        expected?.registry === "" || /^sha(?:384|512):/.test(expected?.digest ?? "");
      if (expected === undefined || isRefusedOnPurpose) {
        assert.ok("problem" in parsed);
      } else {
        valid += 1;
        assert.deepEqual(parsed, { ...expected });
      }
    }),
    { numRuns: 100_000 },
  );
  // Both sides of the line are tried.
  assert.ok(valid > 10_000 && valid < 90_000, `${valid.toString()} of them are references`);
});

test("any text gets an answer", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(typeof parseImageReference(text), "object");
    }),
  );
});
