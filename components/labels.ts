import { type Component, LABEL, PART_OF } from "../model/labels.ts";

export interface Labels {
  /** What a Service and a Deployment select pods by. Never changes: a selector is immutable. */
  readonly selector: Readonly<Record<string, string>>;
  /** The selector and what may change from release to release. */
  readonly all: Readonly<Record<string, string>>;
}

/** What Kubernetes takes for the value of a label; a tag may be longer, and end in a sign. */
const LABEL_VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/** @param name Tells two workloads of one component apart, for example two workers. */
export function labelsOf(component: Component, name: string, version: string): Labels {
  const selector = {
    [LABEL.name]: name,
    [LABEL.component]: component,
    [LABEL.partOf]: PART_OF,
  };
  const isLabel = LABEL_VALUE.test(version);
  return { selector, all: { ...selector, ...(isLabel && { [LABEL.version]: version }) } };
}
