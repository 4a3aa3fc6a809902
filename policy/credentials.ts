/**
 * What gives a credential away: the name it stands under, or its form. The texts say why and never what:
 * a value must not reach a terminal or a log, and neither may a part of it.
 */

const IN_NAME = "has a name that a credential has, and a value in clear";
const IS_RANDOM = "looks like a generated password or key";
const IN_LINE = "gives something with a credential's name a value in clear";

/** Words that name a credential wherever they end a name, also without a separator: PGPASSWORD. */
const SECRET_WORD =
  /(?:PASSWORDS?|PASSWD|PASSPHRASE|SECRETS?|TOKEN|CREDENTIALS?|(?:API|PRIVATE|SECRET|ACCESS|ENCRYPTION|SIGNING)KEY)$/;
const SECRET_WORDS = new Set(["PASS", "PW", "PWD", "PSK", "REQUIREPASS", "MASTERAUTH"]);
/** What looks as random and is for everyone to read: public keys, certificates, sums. */
const NAMES_PUBLIC =
  /public|publishable|site_?key|cert|fingerprint|checksum|hash|digest|integrity/i;
/** Words before KEY or AUTH that make a credential of it. Many other keys are names of things. */
const BEFORE_KEY =
  /(?:API|SECRET|PRIVATE|ACCESS|ENCRYPTION|SIGNING|ACCOUNT|MASTER|LICENSE|HMAC|JWT|SSH|DEPLOY|STORAGE)$/;
const BEFORE_AUTH = /(?:BASIC|REDIS|REDISCLI|HTTP)$/;
/** Words that may stand behind without making the name one of something else, as FILE or LENGTH do. */
const TAIL =
  /^(?:\d+|BASE|B64|BASE64|OLD|NEW|CURRENT|PREVIOUS|FALLBACKS?|PRIMARY|SECONDARY|PROD|PRODUCTION|STAGING|VALUE|PLAIN|PLAINTEXT)$/;
/** Before the name of a credential: `--no-password`, `existingSecret`, which is another object's name. */
const NOT_HERE = new Set(["NO", "SKIP", "EXISTING"]);
/** Environment variables of a shell that only look like one. */
const NO_CREDENTIAL = new Set(["PWD", "OLDPWD"]);

/** A part of every name of a credential: most names have none, and are not taken apart. */
const IN_CREDENTIAL = /PASS|PW|PSK|SECRET|TOKEN|CREDENTIAL|KEY|AUTH/;

/** Whether a variable, an option or a field of this name holds a credential: POSTGRES_PASSWORD, --apiKey. */
export function namesCredential(name: string): boolean {
  if (NO_CREDENTIAL.has(name) || !IN_CREDENTIAL.test(name.toUpperCase())) return false;
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== "");
  while (words.length > 1 && TAIL.test(words.at(-1) ?? "")) words.pop();
  const [first = "", second] = words;
  if (second !== undefined && NOT_HERE.has(first)) return false;
  const [last = "", before = ""] = words.reverse();
  return (
    SECRET_WORD.test(last) ||
    SECRET_WORDS.has(last) ||
    (/^KEYS?$/.test(last) && BEFORE_KEY.test(before)) ||
    (last === "AUTH" && BEFORE_AUTH.test(before)) ||
    last === "AUTHORIZATION"
  );
}

/** Values that stand for another one, or that say there is none. */
const REFERENCE =
  /^(?:\$\([^()]*\)|\$\{\w+\}|\$\{\w+:\?[^{}]*\}|\$\w+|\{\{[^{}]*\}\}|%\(\w+\)s|<[^<>]*>|\*+|\$__file\{[^{}]*\}|(?:env|file):\S+|vault:[^\s#]+#\S+|op:\/\/\S+)$/;
const SWITCH =
  /^(?:|true|false|yes|no|on|off|none|null|nil|undefined|enabled?|disabled?|required|optional|stdin)$/i;
/** The directories of real paths are in small letters, and base64 that starts with a slash is not. */
const PATH = /^(?:file:\/\/)?\.{0,2}\/(?:(?:[a-z0-9._-]+\/)+[\w.-]+|[a-z-]+\.[a-z]{2,4})$/;

const isHarmless = (value: string): boolean =>
  REFERENCE.test(value) || SWITCH.test(value) || PATH.test(value);

/** Where a literal begins with code, it is no literal: `os.environ["TOKEN"]`, `get(x)`. */
const CODE = /[()[\]{}<>`]|^\$|^%/;

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;
const URL_USER = /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@?#"']*:(?<password>[^\s/@"']+)@/gi;
const AUTHORIZATION = /\b(?:Bearer|Basic)\s+(?=\S*[\d+/=.])[\w+/.~-]{16,}/i;
const DOCKER_AUTH = /"auth"\s*:\s*"[A-Za-z0-9+/]{8,}={0,2}"/;

/** The length of the shortest text that has one of these forms or of TOKENS. */
const SHORTEST_FORM = 15;
/** Forms that their issuers document, so that scanners find them. */
const TOKENS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/,
  /\bgithub_pat_\w{40,}\b/,
  /\bglpat-[\w-]{20,}/,
  /\bxox[abeoprs]-[\w-]{10,}/,
  /\bhooks\.slack\.com\/services\/T\w+\/B\w+\/\w{20,}/,
  /\b[rs]k_live_[A-Za-z0-9]{20,}\b/,
  /\bAIza[\w-]{35}\b/,
  /\bya29\.[\w-]{20,}/,
  /\bsk-[A-Za-z0-9_-]{32,}/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bpypi-AgE[\w-]{40,}/,
  /\bdckr_(?:pat|oat)_[\w-]{20,}/,
  /\bdop_v1_[0-9a-f]{64}\b/,
  /\bhv[sb]\.[\w-]{24,}/,
  /\bSG\.[\w-]{16,}\.[\w-]{32,}/,
  /\bpul-[0-9a-f]{40}\b/,
  /\bsntry[su]_[\w+/=-]{32,}/,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{50,}\b/,
  /\bAccountKey=[A-Za-z0-9+/]{40,}={0,2}/,
  /\b\d{8,10}:AA[\w-]{33}\b/,
  /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/,
];

const RANDOM_MIN_LENGTH = 20;
/** Random base64 changes between small, large and digit at 62 of 100 steps, a CamelCaseName at 25. */
const RANDOM_MIN_CHANGES = 0.38;
const RANDOM_MIN_BITS = 3.4;

/** Looks like what a generator of passwords prints. Hex alone does not: digests and commits are hex. */
function looksRandom(value: string): boolean {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return false;
  return value.split(/[^A-Za-z0-9+/]/).some((run) => {
    if (run.length < RANDOM_MIN_LENGTH) return false;
    if (!/[a-z]/.test(run) || !/[A-Z]/.test(run) || !/\d/.test(run)) return false;
    const kinds = Array.from(run, kindOf);
    const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
    return (
      changes / (run.length - 1) >= RANDOM_MIN_CHANGES && bitsPerCharacter(run) >= RANDOM_MIN_BITS
    );
  });
}

const kindOf = (character: string): string =>
  character.replace(/[a-z]/, "small").replace(/[A-Z]/, "large").replace(/\d/, "digit");

/** Shannon's entropy. */
function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()]
    .map((count) => count / text.length)
    .reduce((bits, share) => bits - share * Math.log2(share), 0);
}

/** Why a text holds a credential, whatever its name is; undefined where none is seen. */
function formOf(text: string): string | undefined {
  if (PRIVATE_KEY.test(text)) return "holds a private key";
  for (const { groups } of text.includes("://") ? text.matchAll(URL_USER) : []) {
    if (!REFERENCE.test(groups?.["password"] ?? "")) return "holds a URL with a password in it";
  }
  if (text.length < SHORTEST_FORM) return undefined;
  if (TOKENS.some((token) => token.test(text))) return "holds a token of a known form";
  if (AUTHORIZATION.test(text) || DOCKER_AUTH.test(text)) return "holds what logs somebody in";
  return undefined;
}

/** A line that is one assignment: env files, ini, YAML, a call's argument on a line of its own. */
const LINE =
  /^\s*(?:export\s+|-\s+)?["']?(?<name>[A-Za-z][\w.-]*)["']?\s*[=:]\s*(?<value>"[^"]*"|'[^']*'|\S+?)[,;]?\s*$/g;
/** An assignment among other words: options, variables of a shell, the query of a URL. */
const INLINE =
  /(?<=^|[\s;&?|"'(])(?:--?)?(?<name>[A-Za-z][\w.-]*)=(?<value>"[^"]*"|'[^']*'|[^\s;&|"'()]+)/g;
/** An option of a command in a script, with its value as the next word. */
const OPTION =
  /(?<=^|[\s"'(])--?(?<name>[A-Za-z][\w-]*)[ \t]+(?<value>"[^"]*"|'[^']*'|[^\s;&|"'()=-][^\s;&|"'()=]*)(?=[\s;&|"')]|$)/g;
const JSON_PAIR = /"(?<name>[A-Za-z][\w.-]*)"\s*:\s*(?<value>"[^"]*")/g;
/** A part of every assignment: most lines have none, and are not searched for one. */
const IN_ASSIGNMENT = /[=:]|requirepass|masterauth|-\w+[ \t]/;
/** How redis.conf sets its passwords. */
const DIRECTIVE = /^\s*(?<name>requirepass|masterauth)\s+(?<value>\S+)\s*$/g;

const unquoted = (value: string): string => value.replace(/^(["'])(.*)\1$/, "$2");

function isLiteral(name: string, value: string): boolean {
  const text = unquoted(value);
  if (isHarmless(text)) return false;
  if (text !== value) return true;
  // In a script `password=password` or `token=args.token` hands on what is written elsewhere.
  const isVariable = name === name.toLowerCase() && /^[a-z_.]+,?$/i.test(text);
  return !CODE.test(text) && !(isVariable && (text.includes(".") || namesCredential(text)));
}

const assignsCredential = (line: string): boolean =>
  IN_ASSIGNMENT.test(line) &&
  [LINE, INLINE, OPTION, JSON_PAIR, DIRECTIVE]
    .flatMap((form) => [...line.matchAll(form)])
    .some(({ groups: { name = "", value = "" } = {} }) =>
      namesCredential(name)
        ? isLiteral(name, value)
        : !NAMES_PUBLIC.test(name) && looksRandom(unquoted(value)),
    );

/** Why a text without a name of its own, such as a file or an argument, holds a credential. */
export const credentialIn = (text: string): string | undefined =>
  formOf(text) ??
  (looksRandom(text.trim()) ? IS_RANDOM : undefined) ??
  (text.split("\n").some(assignsCredential) ? IN_LINE : undefined);

/** Why a named value is a credential; undefined where nothing says so. */
export function credentialUnder(name: string, value: string): string | undefined {
  if (namesCredential(name) && !isHarmless(value.trim())) return IN_NAME;
  return NAMES_PUBLIC.test(name) ? formOf(value) : credentialIn(value);
}
