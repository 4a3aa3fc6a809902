/** One way in which a server wants to be told who asks (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** In lower case, for example `bearer`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const PARAMETER = new RegExp(String.raw`\s*(${TOKEN})\s*=\s*(${QUOTED}|${TOKEN})\s*(?:,|$)`, "y");
const SCHEME = new RegExp(String.raw`[\s,]*(${TOKEN})(?:\s+|,|$)`, "y");

/**
 * Reads a `WWW-Authenticate` header. A comma parts two parameters as well as two challenges, and may
 * stand inside a quoted scope, so the text cannot be split. What follows a part that cannot be read is
 * left out.
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let position = 0;
  const next = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = position;
    const match = pattern.exec(header) ?? undefined;
    if (match !== undefined) position = pattern.lastIndex;
    return match;
  };
  for (let scheme = next(SCHEME); scheme !== undefined; scheme = next(SCHEME)) {
    const parameters = new Map<string, string>();
    for (let found = next(PARAMETER); found !== undefined; found = next(PARAMETER)) {
      const [, name = "", value = ""] = found;
      parameters.set(name.toLowerCase(), unquoted(value));
    }
    challenges.push({
      scheme: (scheme[1] ?? "").toLowerCase(),
      parameters: Object.fromEntries(parameters),
    });
  }
  return challenges;
}

const unquoted = (value: string): string =>
  value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value;
