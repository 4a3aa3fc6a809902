import type { KubernetesObject } from "./objects.ts";
import type { Value } from "./read.ts";

/** An annotation of an Ingress that ingress-nginx reads. */
export const nginxAnnotation = ({ read }: Pick<KubernetesObject, "read">, name: string): Value =>
  read("metadata", "annotations", nginxKey(name));

export const nginxKey = (name: string): string => `nginx.ingress.kubernetes.io/${name}`;

/** ingress-nginx reads a switch with Go's strconv.ParseBool; what that cannot read is as if not set. */
const OFF = ["false", "False", "FALSE", "f", "F", "0"];

export const isSwitchedOff = (value: unknown): boolean => OFF.some((off) => off === value);
