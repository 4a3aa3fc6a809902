import * as v from "valibot";
import { RegistryError } from "./registry-error.ts";

const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));
const platform = v.object({
  os: v.string(),
  architecture: v.string(),
  variant: v.optional(v.string()),
});
const descriptor = v.object({ digest, size: v.number(), mediaType: v.optional(v.string()) });
const index = v.object({
  manifests: v.array(v.object({ ...descriptor.entries, platform: v.optional(platform) })),
});
const manifest = v.object({ config: descriptor, layers: v.array(descriptor) });
const config = v.object({
  ...platform.entries,
  created: v.optional(v.string()),
  config: v.nullish(v.object({ Labels: v.nullish(v.record(v.string(), v.string())) })),
});

type Platform = v.InferOutput<typeof platform>;
export type Manifest = v.InferOutput<typeof manifest>;

const INDEX_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** All four at once: with fewer, some registries answer for an index with one of its children. */
export const MANIFEST_TYPES = [
  ...INDEX_TYPES,
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

export const isIndex = (mediaType: string): boolean => INDEX_TYPES.includes(mediaType);

/** For example `linux/arm64/v8`. */
export const platformName = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");

/** The children that a node can run; attestations have the platform `unknown/unknown`. */
export const childrenOf = (body: Buffer, what: string): string[] =>
  read(index, body, what)
    .manifests.filter((child) => child.platform?.os !== "unknown")
    .map((child) => child.digest);

export const readManifest = (body: Buffer, what: string): Manifest => read(manifest, body, what);

export const readConfig = (body: Buffer, what: string): v.InferOutput<typeof config> =>
  read(config, body, what);

function read<T>(schema: v.GenericSchema<unknown, T>, body: Buffer, what: string): T {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body.toString());
  if (parsed.success) return parsed.output;
  throw new RegistryError("invalid answer", `${what} cannot be read as the part of an image`);
}
