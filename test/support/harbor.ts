import { type HarborRetention, type HarborState, store } from "../../lab/harbor-state.ts";
import type { ReleaseImage } from "../../model/pinned-image.ts";

export const ROBOT = { username: "robot$books+pull", password: "dummy-robot-password" };
export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
export const SOURCE = "https://example.org/books/bookwyrm";
const TAG = "release-0.8.2-0123456789ab";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** A Harbor with one project that holds one release, for two platforms and with an attestation. */
export function stateWithRelease(labels: Readonly<Record<string, string>> = {}): {
  readonly state: HarborState;
  readonly digest: string;
  readonly children: readonly { readonly digest: string; readonly configDigest: string }[];
  readonly layer: string;
} {
  const state: HarborState = {
    project: { name: "books" },
    accounts: [{ ...ROBOT }],
    content: new Map(),
    tags: new Map(),
    severities: new Map(),
  };
  const layer = store(state, "application/octet-stream", "layer");
  const children = ["amd64", "arm64"].map((architecture) => {
    const configDigest = store(state, "application/octet-stream", {
      os: "linux",
      architecture,
      created: "2025-11-16T09:00:00Z",
      config: {
        Labels: {
          "org.opencontainers.image.revision": COMMIT,
          "org.opencontainers.image.source": `${SOURCE}.git`,
          "org.opencontainers.image.version": "0.8.2",
          ...labels,
        },
      },
    });
    const digest = store(state, MANIFEST, {
      schemaVersion: 2,
      config: { digest: configDigest, size: 1 },
      layers: [{ digest: layer, size: 7 }],
    });
    return { architecture, digest, configDigest };
  });
  const digest = store(state, "application/vnd.oci.image.index.v1+json", {
    schemaVersion: 2,
    manifests: [
      ...children.map((child) => ({
        digest: child.digest,
        size: 1,
        platform: { os: "linux", architecture: child.architecture },
      })),
      { digest: layer, size: 1, platform: { os: "unknown", architecture: "unknown" } },
    ],
  });
  state.tags.set(TAG, { digest, immutable: true });
  state.severities.set(digest, "Low");
  return { state, digest, children, layer };
}

export const releaseOn = (registry: string, digest: string): ReleaseImage => ({
  reference: `${registry}/books/bookwyrm:${TAG}@${digest}`,
  registry,
  path: "books/bookwyrm",
  tag: TAG,
  digest,
  version: "0.8.2",
  commit: COMMIT.slice(0, 12),
});

export const dockerConfig = (host: string, { username, password } = ROBOT): string =>
  JSON.stringify({
    auths: {
      [host]: {
        username,
        password,
        auth: Buffer.from(`${username}:${password}`).toString("base64"),
      },
    },
  });

type HarborRule = HarborRetention["rules"][number];

/** For every tag of every repository, as Harbor's page suggests it. */
export const retentionRule = (template: string, rest: Partial<HarborRule> = {}): HarborRule => ({
  template,
  tag: selector("matches", "**"),
  repository: selector("repoMatches", "**"),
  ...rest,
});

export const selector = (decoration: string, pattern: string): HarborRule["tag"] => ({
  kind: "doublestar",
  decoration,
  pattern,
  extras: '{"untagged":true}',
});

export const retention = (...rules: readonly HarborRule[]): HarborRetention => ({
  id: 7,
  rules,
  cron: "0 0 0 * * *",
});
