import { parseImageReference } from "../model/image-reference.ts";
import type { ReleaseImage } from "../model/pinned-image.ts";
import { commitOf, versionOf } from "./images.ts";
import type { Failure } from "./result.ts";

/** What a plain tag is meant to be. Our own program takes no such reference: this is for a layer that stands alone. */
export function imageOf(reference: string, failure: Failure, digest: string): ReleaseImage {
  const parsed = parseImageReference(reference);
  if ("problem" in parsed) throw new Error(`${reference} ${parsed.problem}`);
  const { registry, path, tag = "" } = parsed;
  return {
    reference,
    registry,
    path,
    tag,
    digest,
    version: versionOf(failure),
    commit: commitOf(failure),
  };
}
