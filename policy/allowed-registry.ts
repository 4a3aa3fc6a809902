import type { ImageReference } from "../model/image-reference.ts";

/** Compared as a whole: harbor.example.org.evil.io and harbor.example.org/uostas-evil are other homes. */
export function isFrom({ registry, path }: ImageReference, home: string): boolean {
  const [host = "", ...project] = home.split("/");
  return (
    registry === host && `${path}/`.startsWith(project.length === 0 ? "" : `${project.join("/")}/`)
  );
}
