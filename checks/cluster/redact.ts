import { messageOf } from "../text.ts";
import type { Cluster } from "./cluster.ts";
import type { Pod, Secret } from "./objects.ts";

/** Takes everything secret out of a text. */
export type Redact = (text: string) => string;

const MASK = "[redacted]";

/** Shorter ones would blank half the text; nobody should have them. */
const SECRET_MIN_LENGTH = 4;

/** Secrets that come from elsewhere, by their looks. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  [/\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g, MASK],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abp]-|sk_live_|pul-)[\w-]{10,}/g, MASK],
  [/\bAKIA[0-9A-Z]{16}\b/g, MASK],
  [/\b((?:Bearer|Basic)\s+)[\w.~+/=-]{8,}/gi, `$1${MASK}`],
  // Up to the last @: a password that nobody quoted has one of its own, or a slash.
  [/(:\/\/[^\s/:@]*:)[^\s"']+@/g, `$1${MASK}@`],
  [/((?:password|passwd|secret|token|api_?key)["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi, `$1${MASK}`],
];

/**
 * For the logs of a pod: hides the value of every Secret that the pod refers to, in the forms that it
 * may be printed in, and what looks like a secret.
 *
 * @throws where a Secret cannot be read: what is not known cannot be hidden
 */
export async function redactorFor(
  pod: Pod,
  cluster: Pick<Cluster, "secret">,
  signal: AbortSignal,
): Promise<Redact> {
  const secrets = await Promise.all(secretsOf(pod).map((name) => cluster.secret(name, signal)));
  return redactor(secrets.flatMap((secret) => (secret === undefined ? [] : valuesOf(secret))));
}

/** Like {@link redactorFor}, but where a Secret cannot be read, the whole text is withheld, and it says why. */
export async function withholdingRedactorFor(
  ...args: Parameters<typeof redactorFor>
): Promise<Redact> {
  try {
    return await redactorFor(...args);
  } catch (error) {
    const reason = messageOf(error);
    return () => `(withheld, since its secrets cannot be read to hide them: ${reason})`;
  }
}

export function redactor(values: readonly string[]): Redact {
  const forms = values
    .flatMap((value) => [
      value,
      Buffer.from(value).toString("base64"),
      ...urlFormsOf(value),
      JSON.stringify(value).slice(1, -1),
    ])
    .filter((form) => form.length >= SECRET_MIN_LENGTH)
    // The longest first: one value can be a part of another.
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const hidden = [...new Set(forms)].reduce((rest, form) => rest.replaceAll(form, MASK), text);
    return SHAPES.reduce((rest, [shape, mask]) => rest.replace(shape, mask), hidden);
  };
}

/** As JavaScript quotes a value for a URL, and as Python does (`urllib.parse.quote`), which leaves the slash. */
function urlFormsOf(value: string): string[] {
  const javaScript = encodeURIComponent(value);
  const whole = javaScript.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return [javaScript, whole, whole.replaceAll("%2F", "/")];
}

/** Names of all Secrets that a pod refers to. */
export function secretsOf({ spec }: Pod): string[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  const names = [
    ...[...initContainers, ...containers, ...ephemeralContainers].flatMap(
      ({ env = [], envFrom = [] }) => [
        ...envFrom.map(({ secretRef }) => secretRef?.name),
        ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ],
    ),
    ...(spec.imagePullSecrets ?? []).map(({ name }) => name),
    ...(spec.volumes ?? []).flatMap(({ secret, projected }) => [
      secret?.secretName,
      ...(projected?.sources ?? []).map((source) => source.secret?.name),
    ]),
  ];
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** Each value, its lines, and what stands within: the parts of `user:password` and of a docker config. */
function valuesOf({ data = {} }: Secret): string[] {
  return Object.values(data).flatMap((encoded) => {
    const value = Buffer.from(encoded, "base64").toString();
    const lines = value.split("\n").map((line) => line.trim());
    const password = /^[^:\s]+:(.+)$/s.exec(value)?.[1];
    return [value, ...lines, ...textsIn(value), ...(password === undefined ? [] : [password])];
  });
}

function textsIn(value: string): string[] {
  if (!value.trimStart().startsWith("{")) return [];
  try {
    const { auths } = JSON.parse(value) as {
      readonly auths?: Readonly<Record<string, { password?: string; auth?: string }>>;
    };
    return Object.values(auths ?? {}).flatMap(({ password, auth }) =>
      [password, auth].filter((text) => text !== undefined),
    );
  } catch {
    return [];
  }
}
