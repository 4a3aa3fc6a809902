import type { Platform, ResolvedImage } from "../../model/resolved-image.ts";

/** What is needed to tell whether two digests are one image. */
export interface Known {
  /** Of the pod's node; undefined where nodes may not be read. */
  readonly platform: Platform | undefined;
  /** What the registry says of a digest: undefined where it holds none, no entry where it was not asked or did not answer. */
  readonly images: ReadonlyMap<string, ResolvedImage | undefined>;
}

export interface Identity {
  readonly verdict: "pass" | "fail" | "unknown";
  /** Why, where it is not plain equality; reads on from the digest that runs. */
  readonly note?: string;
}

/** A name before the @ is no evidence: containerd names any repository that it knows for the same image. */
const IMAGE_ID =
  /^(?:docker(?:-pullable)?:\/\/)?(?:(?<name>[^@]+)@)?(?<digest>sha256:[0-9a-f]{64})$/;

/** The digest within an imageID; undefined where it holds none. */
export const digestOf = (imageId: string): string | undefined =>
  IMAGE_ID.exec(imageId)?.groups?.["digest"];

/**
 * Whether the image that a node says it runs is the pinned one. Equal digests are; so are the index that
 * was pinned and its manifest for the node, either way round, an index that was made again for the same
 * content, and the config digest that stands alone where the node has lost the image's names.
 */
export function identify(imageId: string, pinned: string, known: Known): Identity {
  const { name, digest } = IMAGE_ID.exec(imageId)?.groups ?? {};
  if (digest === undefined) return unknown("is not in a form that is known");
  const { images } = known;
  const image = images.get(pinned);
  if (digest === pinned && image === undefined) return { verdict: "pass" };
  if (image === undefined) {
    return unknown(
      images.has(pinned)
        ? "is not the pinned digest, and the registry does not hold that one any more to compare them"
        : "is not the pinned digest; only the registry can tell whether both are one image",
    );
  }
  const mine = childrenFor(image, known.platform);
  if (mine === undefined) {
    if (digest === pinned) return { verdict: "pass" };
    return unknown("is not the pinned digest, and the platform of its node is not known");
  }
  if (mine.length === 0) return fail("is not built for the platform of its node");
  if (digest === pinned) return { verdict: "pass" };
  if (name === undefined) {
    return mine.some(({ configDigest }) => configDigest === digest)
      ? pass("is the pinned image's config digest")
      : fail("is not the config digest of the pinned image");
  }
  if (mine.some((child) => child.digest === digest)) {
    return pass("is the pinned index's manifest for the platform of its node");
  }
  if (image.children.some((child) => child.digest === digest)) {
    return fail("is the pinned index's manifest for another platform");
  }
  if (!images.has(digest)) {
    return unknown("is not the pinned digest, and the registry did not say what it is");
  }
  const configs = new Set(mine.map(({ configDigest }) => configDigest));
  const other = images.get(digest);
  const isSame = (childrenFor(other, known.platform) ?? []).some(({ configDigest }) =>
    configs.has(configDigest),
  );
  return isSame
    ? pass("is another name of the pinned image: both have one config")
    : fail("is another image than the pinned one");
}

/** undefined where the platform decides and is not known. A node does not say its variant, so any will do. */
function childrenFor(
  image: ResolvedImage | undefined,
  platform: Platform | undefined,
): ResolvedImage["children"] | undefined {
  const children = image?.children ?? [];
  if (platform === undefined) return children.length > 1 ? undefined : children;
  return children.filter(
    (child) =>
      child.platform.os === platform.os && child.platform.architecture === platform.architecture,
  );
}

const pass = (note: string): Identity => ({ verdict: "pass", note });
const fail = (note: string): Identity => ({ verdict: "fail", note });
const unknown = (note: string): Identity => ({ verdict: "unknown", note });
