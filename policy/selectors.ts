import { readPod, type Pod } from "./pods.ts";
import { itemsOf, read, textOf, type Value } from "./read.ts";
import { hasUnknown } from "./snapshot.ts";

export type Selection = "yes" | "no" | "unknown";

/**
 * Whether a label selector takes a pod (Kubernetes, LabelSelector: all its requirements must hold, and an
 * empty one takes every pod).
 *
 * @param selector absent where the object has none
 */
export function selects(selector: Value, pod: Pod): Selection {
  if (selector.state === "absent") return "no";
  const labels = readPod(pod, "metadata", "labels");
  if (selector.state === "unknown" || labels.state === "unknown") return "unknown";
  if (hasUnknown(selector.value)) return "unknown";
  const label = (key: string): Value =>
    labels.state === "known" ? read(labels.value, key) : labels;
  const wanted = read(selector.value, "matchLabels");
  const pairs = wanted.state === "known" ? Object.entries(wanted.value as object) : [];
  return allOf([
    ...pairs.map(([key, value]) => isOneOf(label(key), [value])),
    ...itemsOf(read(selector.value, "matchExpressions")).map((requirement) => {
      const key = requirement("key");
      const values = itemsOf(requirement("values")).map((value) => wordOf(value()));
      return holds(wordOf(requirement("operator")), label(wordOf(key)), values);
    }),
  ]);
}

function holds(operator: string, label: Value, values: readonly string[]): Selection {
  if (operator === "Exists") return label.state === "absent" ? "no" : "yes";
  if (operator === "DoesNotExist") return label.state === "absent" ? "yes" : "no";
  if (operator === "In") return isOneOf(label, values);
  // A pod without the label is taken as well.
  return operator === "NotIn" ? not(isOneOf(label, values)) : "no";
}

function isOneOf(label: Value, values: readonly unknown[]): Selection {
  if (label.state === "unknown") return "unknown";
  return label.state === "known" && values.includes(label.value) ? "yes" : "no";
}

const not = (selection: Selection): Selection =>
  (({ yes: "no", no: "yes", unknown: "unknown" }) as const)[selection];

const allOf = (selections: readonly Selection[]): Selection =>
  (["no", "unknown"] as const).find((selection) => selections.includes(selection)) ?? "yes";

const wordOf = (value: Value): string => textOf(value) ?? "";
