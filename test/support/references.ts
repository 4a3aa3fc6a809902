import fc from "fast-check";

const HEX = Array.from("0123456789abcdef");
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...HEX), minLength: length, maxLength: length });

/** What references are made of, and what breaks them. */
const PIECES = [
  ...[
    "a",
    "b0",
    "9",
    "A",
    "-",
    "--",
    ".",
    "..",
    "_",
    "__",
    "___",
    "/",
    "/",
    ":",
    ":",
    "@",
    " ",
    "\n",
    "é",
    "%",
  ],
  ...[
    "localhost",
    "docker.io",
    "index.docker.io",
    "library",
    "Example.com",
    "10.0.0.1",
    "[::1]",
    "[",
    "]",
  ],
  ...[
    "5000",
    "latest",
    "LATEST",
    "sha256",
    "sha512",
    "https://",
    "x".repeat(128),
    "y/".repeat(127),
  ],
];

const digest = fc.oneof(
  hex(64).map((text) => `sha256:${text}`),
  fc
    .tuple(
      fc.constantFrom("sha256", "sha384", "sha512", "md5", "SHA256", "sha256+b64"),
      fc.constantFrom(31, 32, 63, 64, 65, 96, 128).chain(hex),
    )
    .map(([algorithm, text]) => `${algorithm}:${text}`),
);

const component = fc.stringMatching(/^[a-z0-9]{1,4}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,3}){0,2}$/);
const domain = fc.stringMatching(
  /^(?:localhost|docker\.io|index\.docker\.io|[a-zA-Z0-9]{1,3}(?:-[a-zA-Z0-9]{1,2})?(?:\.[a-z0-9]{1,3}){0,2}|\[[a-f0-9:]{1,6}\])(?::[0-9]{1,5})?$/,
);
const tag = fc.stringMatching(/^\w[\w.-]{0,8}$/);

/** Mostly what could be meant as a reference. */
const likely = fc
  .tuple(
    fc.option(domain, { nil: "" }),
    fc.array(component, { minLength: 1, maxLength: 3 }),
    fc.option(tag, { nil: "" }),
    fc.option(digest, { nil: "", freq: 2 }),
  )
  .map(
    ([domain, components, tag, digest]) =>
      `${domain === "" ? "" : `${domain}/`}${components.join("/")}${tag === "" ? "" : `:${tag}`}${digest === "" ? "" : `@${digest}`}`,
  );

/** The same with something wrong in one place, or a part of it. */
const broken = fc
  .tuple(likely, fc.nat(200), fc.constantFrom(...PIECES), fc.nat(3))
  .map(([text, at, piece, removed]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + piece + text.slice(place + removed);
  });

const pieces = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), digest), { maxLength: 8 })
  .map((parts) => parts.join(""));

/** Texts on both sides of the line between a reference and none. */
export const references = fc.oneof(likely, broken, pieces, hex(64));
