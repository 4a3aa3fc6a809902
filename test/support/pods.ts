import type { Recorded } from "./record.ts";

/** The part of a container that tests look at. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly command?: readonly string[];
  readonly [field: string]: unknown;
}

export interface Pod {
  /** Kind and logical name of the resource that makes the pod. */
  readonly owner: string;
  readonly component: string;
  readonly labels: Readonly<Record<string, string>>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into any part of a pod
  readonly spec: Record<string, any>;
  readonly containers: readonly Container[];
}

/** Every pod template among the resources, with its init containers first. */
export function podsOf(resources: readonly Recorded[]): Pod[] {
  return resources.flatMap(({ type, name, inputs }) => {
    const template = inputs["spec"]?.template;
    if (template?.spec?.containers === undefined) return [];
    const { spec, metadata } = template;
    return [
      {
        owner: `${type.split(":").at(-1) ?? ""} ${name}`,
        component: metadata.labels["app.kubernetes.io/component"] as string,
        labels: metadata.labels as Record<string, string>,
        spec: spec as Record<string, unknown>,
        containers: [...(spec.initContainers ?? []), ...spec.containers] as Container[],
      },
    ];
  });
}
