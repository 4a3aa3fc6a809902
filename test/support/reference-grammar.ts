/**
 * An image reference by the grammar at the top of reference.go and the rules of normalize.go
 * (github.com/distribution/reference 0.6.0), read one production a function and without a regular expression
 * for more than one character: nothing here is like the parser that it checks.
 */
export interface Reference {
  /** Empty for the rare text that names none and does not mean docker.io either. */
  readonly registry: string;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const REPOSITORY_LONGEST = 255;
const IDENTIFIER_LENGTH = 64;
const TAG_LONGEST = 128;
/** Those that github.com/opencontainers/go-digest 1.0.0 can compute, with their lengths in hex digits. */
const ALGORITHMS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

const isDigit = (c: string): boolean => c >= "0" && c <= "9" && c.length === 1;
const isLower = (c: string): boolean => c >= "a" && c <= "z" && c.length === 1;
const isUpper = (c: string): boolean => c >= "A" && c <= "Z" && c.length === 1;
const isLetter = (c: string): boolean => isLower(c) || isUpper(c);
const isAlphaNumeric = (c: string): boolean => isLower(c) || isDigit(c);
const isLowerHex = (c: string): boolean => isDigit(c) || (c >= "a" && c <= "f" && c.length === 1);
const isHex = (c: string): boolean => isLowerHex(c.toLowerCase());
const isWord = (c: string): boolean => isLetter(c) || isDigit(c) || c === "_";

const isAll = (text: string, belongs: (c: string) => boolean): boolean =>
  Array.from(text).every(belongs);

/** @returns undefined for what is no reference, or has a digest of an algorithm that nobody computes */
export function referenceByGrammar(text: string): Reference | undefined {
  if (text.length === IDENTIFIER_LENGTH && isAll(text, isLowerHex)) return undefined;
  const { domain, rest } = splitDomain(text);
  // `a_b.c/d`: a domain by its dot, which it cannot be by its letters, is part of the path after all.
  const registry = isDomain(domain) ? domain : "";
  const reader = new Reader(registry === "" ? text : rest);
  const path = readPath(reader);
  if (path === undefined || path.length > REPOSITORY_LONGEST) return undefined;
  let tag: string | undefined;
  if (reader.skip(":")) {
    tag = readTag(reader);
    if (tag === undefined) return undefined;
  }
  let digest: string | undefined;
  if (reader.skip("@")) {
    digest = reader.rest();
    if (!isDigest(digest)) return undefined;
  }
  return reader.rest() === "" ? { registry, path, tag, digest } : undefined;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  peek(): string {
    return this.#text.charAt(this.#at);
  }

  skip(character: string): boolean {
    if (this.peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  while(belongs: (c: string) => boolean): string {
    const start = this.#at;
    while (belongs(this.peek())) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  rest(): string {
    const rest = this.#text.slice(this.#at);
    this.#at = this.#text.length;
    return rest;
  }
}

/** What stands before the first slash is a domain where it cannot be the start of a path. */
function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf("/");
  if (slash === -1) return { domain: "docker.io", rest: `library/${text}` };
  const first = text.slice(0, slash);
  const isDomain =
    first === "localhost" ||
    first.includes(".") ||
    first.includes(":") ||
    first !== first.toLowerCase();
  if (!isDomain) return { domain: "docker.io", rest: text };
  const rest = text.slice(slash + 1);
  if (first !== "docker.io" && first !== "index.docker.io") return { domain: first, rest };
  return { domain: "docker.io", rest: rest.includes("/") ? rest : `library/${rest}` };
}

/** domain := host [":" port-number] */
function isDomain(domain: string): boolean {
  const reader = new Reader(domain);
  if (reader.skip("[")) {
    if (reader.while((c) => isHex(c) || c === ":") === "" || !reader.skip("]")) return false;
  } else {
    do {
      const component = reader.while((c) => isLetter(c) || isDigit(c) || c === "-");
      if (component === "" || component.startsWith("-") || component.endsWith("-")) return false;
    } while (reader.skip("."));
  }
  if (reader.skip(":") && reader.while(isDigit) === "") return false;
  return reader.rest() === "";
}

/** path := path-component ["/" path-component]* */
function readPath(reader: Reader): string | undefined {
  const components: string[] = [];
  do {
    const component = readComponent(reader);
    if (component === undefined) return undefined;
    components.push(component);
  } while (reader.skip("/"));
  return components.join("/");
}

/** path-component := alpha-numeric [separator alpha-numeric]* */
function readComponent(reader: Reader): string | undefined {
  let component = "";
  for (;;) {
    const part = reader.while(isAlphaNumeric);
    if (part === "") return undefined;
    component += part;
    const separator = readSeparator(reader);
    if (separator === "") return component;
    component += separator;
  }
}

/** separator := "." | "_" | "__" | "-"+ */
function readSeparator(reader: Reader): string {
  if (reader.skip(".")) return ".";
  if (reader.skip("_")) return reader.skip("_") ? "__" : "_";
  return reader.while((c) => c === "-");
}

function readTag(reader: Reader): string | undefined {
  if (!isWord(reader.peek())) return undefined;
  const tag = reader.while((c) => isWord(c) || c === "." || c === "-");
  return tag.length <= TAG_LONGEST ? tag : undefined;
}

function isDigest(digest: string): boolean {
  const colon = digest.indexOf(":");
  const length = ALGORITHMS[digest.slice(0, colon)];
  const hex = digest.slice(colon + 1);
  return hex.length === length && isAll(hex, isLowerHex);
}
