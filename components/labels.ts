import { type Component, LABEL, PART_OF } from "../model/labels.ts";

export interface Labels {
  /** What a Service and a Deployment select pods by. Never changes: a selector is immutable. */
  readonly selector: Readonly<Record<string, string>>;
  /** The selector and what may change from release to release. */
  readonly all: Readonly<Record<string, string>>;
}

/** @param name Tells two workloads of one component apart, for example two workers. */
export function labelsOf(component: Component, name: string, version: string): Labels {
  const selector = {
    [LABEL.name]: name,
    [LABEL.component]: component,
    [LABEL.partOf]: PART_OF,
  };
  return { selector, all: { ...selector, [LABEL.version]: version } };
}
