/** The label keys that Kubernetes recommends; components set them and policies read them. */
export const LABEL = {
  name: "app.kubernetes.io/name",
  instance: "app.kubernetes.io/instance",
  component: "app.kubernetes.io/component",
  partOf: "app.kubernetes.io/part-of",
  version: "app.kubernetes.io/version",
  managedBy: "app.kubernetes.io/managed-by",
} as const;

/** On the pods that mount uploads and exports. */
export const MEDIA_LABEL = { "bookwyrm.org/media": "mounted" } as const;

/** The value of `app.kubernetes.io/part-of` on everything that belongs to a BookWyrm instance. */
export const PART_OF = "bookwyrm";

/** Values of `app.kubernetes.io/component`. */
export const COMPONENTS = [
  "web",
  "worker",
  "beat",
  "flower",
  "smoke",
  "migration",
  "postgres",
  "redis-activity",
  "redis-broker",
] as const;

export type Component = (typeof COMPONENTS)[number];

/** Components that run the BookWyrm image itself. */
export const BOOKWYRM_COMPONENTS = [
  "web",
  "worker",
  "beat",
  "flower",
  "smoke",
  "migration",
] as const satisfies readonly Component[];
