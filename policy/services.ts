import { LABEL } from "../model/labels.ts";
import { isPartOfBookWyrm } from "./bookwyrm.ts";
import { faultIfSet, finding } from "./fields.ts";
import type { KubernetesObject } from "./objects.ts";
import { itemsOf, type Value } from "./read.ts";
import type { Finding } from "./rule.ts";

const FIX = "leave it out: an Ingress in front of web has TLS, and blocks what is not for everyone";

/** Whether a Service is BookWyrm's by its own label, or by what it selects pods with. */
export const isBookWyrmService = ({ read }: KubernetesObject): boolean =>
  [read("metadata", "labels", LABEL.partOf), read("spec", "selector", LABEL.partOf)].some(
    isPartOfBookWyrm,
  );

/** An ExternalName leads from the cluster to somewhere else, and opens nothing. */
const OPEN_TYPES: readonly unknown[] = ["NodePort", "LoadBalancer"];

/** Everything by which a Service can be reached from outside the cluster. */
export const openingsOf = ({ read, at }: KubernetesObject): Finding[] => [
  ...finding(
    at("spec.type"),
    faultIfSet(read("spec", "type"), (type) => !OPEN_TYPES.includes(type)),
    FIX,
  ),
  ...itemsOf(read("spec", "externalIPs")).flatMap((address, index) =>
    finding(
      at(`spec.externalIPs[${index.toString()}]`),
      faultIfSet(address(), () => false),
      FIX,
    ),
  ),
];

/** What a Service selects pods by, as a LabelSelector; without labels, or with none in its map, it selects nothing. */
export function selectorOf({ read }: KubernetesObject): Value {
  const labels = read("spec", "selector");
  if (labels.state !== "known") return labels;
  const isEmpty = Object.keys(labels.value as object).length === 0;
  return isEmpty ? { state: "absent" } : { state: "known", value: { matchLabels: labels.value } };
}
