import type { PolicyConfigSchema } from "@pulumi/policy";
import type { ImageReference } from "../model/image-reference.ts";

/** How a rule's schema names the homes that `isFrom` compares with. */
export const REGISTRIES = {
  type: "array",
  items: { type: "string" },
  minItems: 1,
  description: "<host>[:port]/<project>, for example harbor.example.org/uostas",
} as const satisfies PolicyConfigSchema["properties"][string];

/** Compared as a whole: harbor.example.org.evil.io and harbor.example.org/uostas-evil are other homes. */
export function isFrom({ registry, path }: ImageReference, home: string): boolean {
  const [host = "", ...project] = home.split("/");
  return (
    registry === host && `${path}/`.startsWith(project.length === 0 ? "" : `${project.join("/")}/`)
  );
}
