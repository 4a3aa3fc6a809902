import * as v from "valibot";
import { parsePinnedImage, type PinnedImage } from "./pinned-image.ts";
import { bytes, group, hostName, pinnedImage, port, text } from "./setting-fields.ts";
import type { SettingProblem } from "./setting-problem.ts";

/** Where a service runs: in this namespace, from a pinned image, or somewhere that only has an address. */
type Placement<Address> =
  | { readonly kind: "in-cluster"; readonly image: PinnedImage; readonly storage: string }
  | ({ readonly kind: "external" } & Address);

/** One or more certificates and nothing else: a private key beside them would end in a ConfigMap. */
const CERTIFICATES =
  /^(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/;

const VERIFYING: readonly string[] = ["verify-ca", "verify-full"];

/** libpq finds no authority by itself: without a file it refuses to verify, and without verifying it reads none. */
function problemOf(sslMode: string | undefined, ca: string | undefined): string | undefined {
  const verifies = VERIFYING.includes(sslMode ?? "");
  if (verifies && ca === undefined) {
    return `needs ca for sslMode ${sslMode ?? ""}: the certificate of the authority that signed the server's, as PEM text`;
  }
  if (!verifies && ca !== undefined) {
    return `has a ca that sslMode ${sslMode ?? "prefer (the default)"} does not look at: write sslMode: verify-full, or leave ca out`;
  }
  return undefined;
}

export const Database = v.pipe(
  group({
    name: v.optional(text, "bookwyrm"),
    user: v.optional(text, "bookwyrm"),
    image: v.optional(pinnedImage),
    storage: v.optional(bytes, "10Gi"),
    host: v.optional(hostName),
    port: v.optional(port, 5432),
    sslMode: v.optional(
      v.picklist(
        ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        "is not an sslmode of libpq",
      ),
    ),
    /** Whom `verify-ca` and `verify-full` trust. */
    ca: v.optional(
      v.pipe(text, v.regex(CERTIFICATES, "is not the PEM text of certificates alone")),
    ),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { name, user, image, storage, host, port, sslMode, ca } = dataset.value;
    const problem = problemOf(sslMode, ca);
    if (problem !== undefined) {
      addIssue({ message: problem });
      return NEVER;
    }
    const place = (placement: Placement<{ readonly host: string; readonly port: number }>) => ({
      name,
      user,
      sslMode,
      ca,
      placement,
    });
    if (image && !host) return place({ kind: "in-cluster", image, storage });
    if (host && !image) return place({ kind: "external", host, port });
    addIssue({ message: "needs either image (run it in the cluster) or host (it runs elsewhere)" });
    return NEVER;
  }),
);

const RedisAddress = group({ host: hostName, port: v.optional(port, 6379) });
export type RedisAddress = v.InferOutput<typeof RedisAddress>;
type RedisPlacement = Placement<{ readonly activity: RedisAddress; readonly broker: RedisAddress }>;

export const Redis = v.pipe(
  group({
    image: v.optional(pinnedImage),
    storage: v.optional(bytes, "1Gi"),
    activity: v.optional(RedisAddress),
    broker: v.optional(RedisAddress),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }): RedisPlacement => {
    const { image, storage, activity, broker } = dataset.value;
    if (image && !activity && !broker) return { kind: "in-cluster", image, storage };
    if (!image && activity && broker) return { kind: "external", activity, broker };
    addIssue({
      message:
        "needs either image (run both in the cluster) or activity and broker (they run elsewhere)",
    });
    return NEVER;
  }),
);

/** Images of stores that nobody could pull: the pull secret holds the login of one registry. */
export function foreignImages(raw: Readonly<Record<string, unknown>>): SettingProblem[] {
  const registry = registryOf(raw["image"]);
  if (registry === undefined) return [];
  return ["database", "redis"].flatMap((store) => {
    const { image } = (raw[store] ?? {}) as { readonly image?: unknown };
    const other = registryOf(image);
    if (other === undefined || other === registry) return [];
    const problem = `comes from ${other}, and the pull secret opens ${registry} only, where image comes from: mirror it there, and write that reference`;
    return [{ setting: `${store}.image`, found: image, problem, remedy: "set" }];
  });
}

/** Nothing for what is no image: that is a mistake of its own. */
function registryOf(image: unknown): string | undefined {
  if (typeof image !== "string") return undefined;
  const parsed = parsePinnedImage(image.trim());
  return "problem" in parsed ? undefined : parsed.registry;
}
