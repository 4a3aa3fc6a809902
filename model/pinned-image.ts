import { parseImageReference, type ReferenceProblem } from "./image-reference.ts";

/** An image that can only ever be one set of bytes: a tag for people, a digest for machines. */
export interface PinnedImage {
  /** The whole text, as it stands in the stack's file and in every pod. */
  readonly reference: string;
  readonly registry: string;
  readonly path: string;
  readonly tag: string;
  /** `sha256:<64 hex>` */
  readonly digest: string;
}

/** A pinned BookWyrm image, whose tag also says which release and which commit it was built from. */
export interface ReleaseImage extends PinnedImage {
  /** For example `0.8.2`: what the running site must report. */
  readonly version: string;
  /** 7 to 40 hex digits. */
  readonly commit: string;
}

const RELEASE_TAG = /^release-(?<version>[\w.]+(?:-[\w.]+)*)-(?<commit>[0-9a-f]{7,40})$/;

export const PINNED_IMAGE_FORM = "<registry>/<repository>:<tag>@sha256:<64 hex digits>";
export const RELEASE_IMAGE_FORM =
  "<registry>/<repository>:release-<version>-<git commit>@sha256:<64 hex digits>";

export function parsePinnedImage(text: string): PinnedImage | ReferenceProblem {
  const parsed = parseImageReference(text);
  if ("problem" in parsed) return parsed;
  const { registry, path, tag, digest } = parsed;
  if (digest === undefined) return { problem: "has no digest, so its bytes can change" };
  if (tag === undefined) return { problem: "has no tag, so nobody can read which release it is" };
  if (tag.toLowerCase() === "latest")
    return { problem: 'has the tag "latest", which says nothing' };
  return { reference: text, registry, path, tag, digest };
}

export function parseReleaseImage(text: string): ReleaseImage | ReferenceProblem {
  const pinned = parsePinnedImage(text);
  if ("problem" in pinned) return pinned;
  const { version, commit } = RELEASE_TAG.exec(pinned.tag)?.groups ?? {};
  if (version === undefined || commit === undefined) {
    return { problem: `has the tag "${pinned.tag}", which does not name a release and a commit` };
  }
  return { ...pinned, version, commit };
}
