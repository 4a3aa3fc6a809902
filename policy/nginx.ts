import { isIP } from "node:net";
import type { KubernetesObject } from "./objects.ts";
import { textOf, type Value } from "./read.ts";

/** An annotation of an Ingress that ingress-nginx reads. */
export const nginxAnnotation = ({ read }: Pick<KubernetesObject, "read">, name: string): Value =>
  read("metadata", "annotations", nginxKey(name));

export const nginxKey = (name: string): string => `nginx.ingress.kubernetes.io/${name}`;

/** ingress-nginx reads a switch with Go's strconv.ParseBool; what that cannot read is as if not set. */
const OFF = ["false", "False", "FALSE", "f", "F", "0"];

export const isSwitchedOff = (value: unknown): boolean => OFF.some((off) => off === value);

/** Two names of one setting; the second since 1.10. */
const ALLOW_LISTS = ["whitelist-source-range", "allowlist-source-range"];

/**
 * The widest ranges that still are some addresses: 10.0.0.0/8 is the widest private network, and hardly any
 * organization has more than a /16 of IPv6. A few wider ones cover the internet.
 */
const WIDEST_IPV4 = 8;
const WIDEST_IPV6 = 16;

export const RANGES_ALLOWED = `none wider than /${WIDEST_IPV4.toString()}, or /${WIDEST_IPV6.toString()} for IPv6`;

/** Whether an Ingress lets some addresses in only. */
export function isForSomeAddresses(object: KubernetesObject): boolean {
  const lists = ALLOW_LISTS.map((name) => nginxAnnotation(object, name)).filter(
    ({ state }) => state !== "absent",
  );
  return isOfNginx(object) && lists.length > 0 && lists.every(isOfSome);
}

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/** No other controller reads the list, and no Gateway. */
const isOfNginx = ({ kind, read }: KubernetesObject): boolean =>
  kind === "Ingress" &&
  [read("spec", "ingressClassName"), read("metadata", "annotations", CLASS_ANNOTATION)].every(
    (name) => name.state === "absent" || textOf(name)?.includes("nginx") === true,
  );

const isOfSome = (ranges: Value): boolean =>
  (textOf(ranges) ?? "").split(",").every((range) => isNarrow(range.trim()));

function isNarrow(range: string): boolean {
  const [, address = "", bits] = /^([^/]*)(?:\/(\d+))?$/.exec(range) ?? [];
  const version = isIP(address);
  if (version === 0) return false;
  return bits === undefined || Number(bits) >= (version === 4 ? WIDEST_IPV4 : WIDEST_IPV6);
}

/** What the path becomes on the way to the Service, with `$1` for what a group of the path takes. */
export const rewriteTargetOf = (object: KubernetesObject): Value =>
  nginxAnnotation(object, "rewrite-target");

/** Whether paths are regular expressions: then they take whatever begins as they do, in any case. */
export const hasPatterns = (object: KubernetesObject): boolean =>
  rewriteTargetOf(object).state !== "absent" ||
  nginxAnnotation(object, "use-regex").state !== "absent";
