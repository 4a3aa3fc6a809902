import { faultIfSet, faultOf, finding } from "./fields.ts";
import { type Container, containersOf, pathIn, type Pod, readContainer, readPod } from "./pods.ts";
import type { Value } from "./read.ts";
import type { Finding } from "./rule.ts";

/** A field of securityContext, what it may be, and what to write. */
export interface SecurityField {
  /** Below securityContext, for example `seccompProfile.type`. */
  readonly field: string;
  readonly isRight: (value: unknown) => boolean;
  readonly fix: string;
  /** A pod for Windows may leave it out, since Kubernetes does not let it set this. */
  readonly isOfLinux?: true;
}

const ofPod = (pod: Pod, field: string): Value =>
  readPod(pod, "spec", "securityContext", ...field.split("."));

const ofContainer = (container: Container, field: string): Value =>
  readContainer(container, "securityContext", ...field.split("."));

const atPod = (pod: Pod, field: string): string => pathIn(pod, `spec.securityContext.${field}`);

const atContainer = ({ path }: Container, field: string): string =>
  `${path}.securityContext.${field}`;

/** A pod that may leave the field out, and its containers with it. */
function isOptional(pod: Pod, { isOfLinux }: SecurityField): boolean {
  const os = readPod(pod, "spec", "os", "name");
  return pod.isPatch || (isOfLinux === true && os.state === "known" && os.value === "windows");
}

/** A field that may be left out, and must be right wherever it is set: on the pod and on containers. */
export const rightIfSet = (pod: Pod, { field, isRight, fix }: SecurityField): Finding[] => [
  ...finding(atPod(pod, field), faultIfSet(ofPod(pod, field), isRight), fix),
  ...containersOf(pod).flatMap((container) =>
    finding(atContainer(container, field), faultIfSet(ofContainer(container, field), isRight), fix),
  ),
];

/** A field that the pod sets for all containers, or each for itself; nobody may set it otherwise. */
export function rightForAll(pod: Pod, security: SecurityField): Finding[] {
  const { field, isRight, fix } = security;
  const isSetForAll = ofPod(pod, field).state !== "absent";
  const fault = isSetForAll || isOptional(pod, security) ? faultIfSet : faultOf;
  return [
    ...finding(atPod(pod, field), faultIfSet(ofPod(pod, field), isRight), fix),
    ...containersOf(pod).flatMap((container) =>
      finding(atContainer(container, field), fault(ofContainer(container, field), isRight), fix),
    ),
  ];
}

/** A field that only containers have, and that each of them must have. */
export function rightInEach(pod: Pod, security: SecurityField): Finding[] {
  const { field, isRight, fix } = security;
  const fault = isOptional(pod, security) ? faultIfSet : faultOf;
  return containersOf(pod).flatMap((container) =>
    finding(atContainer(container, field), fault(ofContainer(container, field), isRight), fix),
  );
}
