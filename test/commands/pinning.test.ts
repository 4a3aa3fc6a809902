import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parse } from "yaml";
import { StackFileError } from "../../checks/stack-file.ts";
import { requireSameRegistry } from "../../commands/pin.ts";
import { changedLines, releaseImage, withImage } from "../../commands/pinning.ts";
import { UsageError } from "../../commands/usage.ts";
import { IMAGE } from "../support/settings.ts";

const NEW = IMAGE.replace(/[0-9a-f]{64}$/, "b".repeat(64));

const FILES = [
  ["plain", `config:\n  bookwyrm:image: ${IMAGE}\n`, `config:\n  bookwyrm:image: ${NEW}\n`],
  [
    "among comments and in an order of its own",
    `# first\nconfig:\n  z: 1 # last\n\n  bookwyrm:image: ${IMAGE}   # the release\n  a:   [1,  2]\n`,
    `# first\nconfig:\n  z: 1 # last\n\n  bookwyrm:image: ${NEW}   # the release\n  a:   [1,  2]\n`,
  ],
  [
    "in double quotes",
    `config: {"bookwyrm:image": "${IMAGE}"}`,
    `config: {"bookwyrm:image": "${NEW}"}`,
  ],
  [
    "in single quotes",
    `config:\n  bookwyrm:image: '${IMAGE}'\n`,
    `config:\n  bookwyrm:image: '${NEW}'\n`,
  ],
  [
    "with line ends of Windows",
    `config:\r\n  bookwyrm:image: ${IMAGE}\r\n  bookwyrm:domain: books\r\n`,
    `config:\r\n  bookwyrm:image: ${NEW}\r\n  bookwyrm:domain: books\r\n`,
  ],
  [
    "folded, as Pulumi writes long values",
    `config:\n  bookwyrm:image: >-\n    ${IMAGE}\n  bookwyrm:domain: books\n`,
    `config:\n  bookwyrm:image: ${NEW}\n  bookwyrm:domain: books\n`,
  ],
  [
    "on a line of its own",
    `config:\n  bookwyrm:image:\n    ${IMAGE}\n  bookwyrm:domain: books\n`,
    `config:\n  bookwyrm:image:\n    ${NEW}\n  bookwyrm:domain: books\n`,
  ],
  [
    "without a line end",
    `config:\n  bookwyrm:image: ${IMAGE}`,
    `config:\n  bookwyrm:image: ${NEW}`,
  ],
] as const;

for (const [name, before, after] of FILES) {
  test(`a reference ${name} is replaced, and every other byte stays`, () => {
    assert.equal(withImage(before, NEW), after);
    assert.equal(withImage(after, NEW), after);
  });
}

test("whatever stands around the reference stays, and the file says the new one", () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const line = fc.oneof(
    fc.tuple(word, word).map(([key, value]) => `  ${key}-other: "${value}"  # ${value}`),
    word.map((text) => `  # ${text}`),
    word.map((key) => `  ${key}-list:\n    -  ${key}\n    - '${key}'`),
    fc.constant(""),
  );
  const lines = fc.uniqueArray(line, { maxLength: 6, selector: (text) => text.split(":")[0] });
  const quotes = fc.constantFrom("", '"', "'");
  const lineEnds = fc.constantFrom("\n", "\r\n");
  fc.assert(
    fc.property(lines, fc.nat(6), quotes, lineEnds, (others, at, quote, lineEnd) => {
      const file = (image: string): string =>
        [
          "config:",
          ...others.slice(0, at),
          `  bookwyrm:image: ${quote}${image}${quote} # pinned`,
          ...others.slice(at),
          "",
        ]
          .join("\n")
          .replaceAll("\n", lineEnd);
      const changed = withImage(file(IMAGE), NEW);
      assert.equal(changed, file(NEW));
      const { config } = parse(changed) as { readonly config: Readonly<Record<string, unknown>> };
      assert.equal(config["bookwyrm:image"], NEW);
    }),
  );
});

test("a file without the setting is refused", () => {
  const message = "The stack's file has no bookwyrm:image that could be replaced.";
  for (const text of [
    "",
    "config:\n  bookwyrm:domain: books\n",
    "config:\n  bookwyrm:image:\n",
    "config:\n  bookwyrm:image: 5\n",
    "config:\n  bookwyrm:image: [a]\n",
    `bookwyrm:image: ${IMAGE}\n`,
    `config:\n  a: &image ${IMAGE}\n  bookwyrm:image: *image\n`,
  ]) {
    assert.throws(
      () => withImage(text, NEW),
      (error) => error instanceof StackFileError && error.message === message,
      text,
    );
  }
});

test("only the lines that changed are shown, also where there are fewer of them", () => {
  assert.equal(changedLines("a\nb\nc\n", "a\nB\nc\n"), "-b\n+B");
  assert.equal(changedLines("a\r\nb\r\n", "a\r\nB\r\n"), "-b\n+B");
  assert.equal(changedLines("a\nx: >-\n  b\nc\n", "a\nx: B\nc\n"), "-x: >-\n-  b\n+x: B");
  assert.equal(changedLines("a\n", "a\n"), "It is pinned to this already.");
});

test("a reference that is no pinned release is refused with the reason", () => {
  assert.equal(releaseImage(NEW).reference, NEW);
  const loose = "harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2";
  assert.throws(
    () => releaseImage(loose),
    new UsageError(`"${loose}" has no digest, so its bytes can change`),
  );
});

test("an image of another registry is refused: the password is for one", () => {
  requireSameRegistry("harbor.example.org", "harbor.example.org");
  assert.throws(
    () => {
      requireSameRegistry("harbor.example.com", "harbor.example.org");
    },
    (error) =>
      error instanceof UsageError &&
      error.message.startsWith(
        "The stack pulls from harbor.example.org, this image is on harbor.example.com, and the login is for one registry.",
      ),
  );
});
