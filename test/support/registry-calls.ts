import type { Check } from "../../checks/check.ts";
import { digestRetainedCheck } from "../../checks/pre/digest-retained.ts";
import type { HarborArgs } from "../../checks/pre/harbor-args.ts";
import { imageExistsCheck } from "../../checks/pre/image-exists.ts";
import { imageRevisionCheck } from "../../checks/pre/image-revision.ts";
import { imageTagMatchesCheck } from "../../checks/pre/image-tag-matches.ts";
import { noProxyCacheCheck } from "../../checks/pre/no-proxy-cache.ts";
import { pullCredentialsCheck } from "../../checks/pre/pull-credentials.ts";
import { robotExpiryCheck } from "../../checks/pre/robot-expiry.ts";
import { tagImmutableCheck } from "../../checks/pre/tag-immutable.ts";
import { vulnerabilitiesCheck } from "../../checks/pre/vulnerabilities.ts";
import { HarborClient } from "../../checks/registry/harbor-client.ts";
import { RegistryClient } from "../../checks/registry/registry-client.ts";
import { startHarbor } from "../../lab/harbor.ts";
import { AUTHORITIES, CERTIFICATE } from "./faults.ts";
import {
  dockerConfig,
  releaseOn,
  retention,
  retentionRule,
  ROBOT,
  SOURCE,
  stateWithRelease,
} from "./harbor.ts";
import type { NetworkCall } from "./network-calls.ts";

const { digest, children, layer } = stateWithRelease();
const [child] = children;
const options = (host: string) => ({ host, ca: AUTHORITIES, credentials: ROBOT });

/** One that answers every question of Harbor's checks too. */
const serve: NetworkCall["serve"] = async (context) => {
  const { state } = stateWithRelease();
  state.accounts.splice(0, 1, { ...ROBOT, isAdministrator: true });
  state.project.retention = retention(retentionRule("always"));
  state.collection = { type: "Daily", cron: "0 0 0 * * *", deleteUntagged: true };
  const harbor = await startHarbor(CERTIFICATE, state);
  context.after(() => harbor.stop());
  return `https://${harbor.host}`;
};

const imageOn = (address: string) => {
  const { host } = new URL(address);
  return { image: releaseOn(host, digest), client: new RegistryClient(options(host)) };
};

const exists = (address: string): Check =>
  imageExistsCheck({ ...imageOn(address), platforms: ["linux/amd64"] });
const isOfRevision = (address: string): Check =>
  imageRevisionCheck({ ...imageOn(address), source: SOURCE, now: new Date() });
const tagMatches = (address: string): Check => imageTagMatchesCheck(imageOn(address));
const canPull = (address: string): Check => {
  const { host } = new URL(address);
  const { image } = imageOn(address);
  return pullCredentialsCheck({ dockerConfigJson: dockerConfig(host), image, ca: AUTHORITIES });
};

const NO_PART = /sends bytes of sha256:|is no image but/;

/** By the OCI distribution protocol, and the token service that belongs to it. */
const REGISTRY: readonly Omit<NetworkCall, "serve">[] = [
  {
    name: "the index",
    is: new RegExp(`^GET /v2/.*/manifests/${digest}$`),
    check: exists,
    misread: NO_PART,
  },
  {
    name: "the manifest of a platform",
    is: new RegExp(`^GET /v2/.*/manifests/${child?.digest ?? ""}$`),
    check: exists,
    misread: NO_PART,
  },
  {
    name: "the config blob",
    is: new RegExp(`^GET /v2/.*/blobs/${child?.configDigest ?? ""}$`),
    check: isOfRevision,
    misread: NO_PART,
  },
  {
    name: "a layer",
    is: new RegExp(`^HEAD /v2/.*/blobs/${layer}$`),
    check: exists,
    misread: /neither a digest nor a size/,
  },
  {
    // An answer to HEAD that says nothing is asked for with GET.
    name: "the tag",
    is: /^(?:HEAD|GET) \/v2\/.*\/manifests\/release-/,
    check: tagMatches,
    misread: NO_PART,
    fails: /digest of something else/,
  },
  {
    name: "the token for an image",
    is: /^GET \/service\/token$/,
    check: exists,
    misread: /answers without a token/,
    without: ["digest"],
  },
  {
    name: "whether it asks who we are",
    is: /^GET \/v2\/$/,
    check: canPull,
    misread: /lets in whoever asks, and yet/,
    without: ["digest"],
  },
];

const ofHarbor =
  (check: (args: HarborArgs) => Check) =>
  (address: string): Check => {
    const { host } = new URL(address);
    return check({ harbor: new HarborClient(options(host)), image: releaseOn(host, digest) });
  };

const robot = { username: ROBOT.username, minimumDays: 14, now: new Date() };

const HARBOR: readonly (readonly [name: string, is: RegExp, check: NetworkCall["check"]])[] = [
  ["the project", /\/projects\/books$/, ofHarbor(noProxyCacheCheck)],
  ["the artifact, for its tags", /\/artifacts\//, ofHarbor(tagImmutableCheck)],
  [
    "the artifact, for its scan",
    /\/artifacts\//,
    ofHarbor((args) => vulnerabilitiesCheck({ ...args, severity: "High", unscanned: "fail" })),
  ],
  ["the artifact, for its retention", /\/artifacts\//, ofHarbor(digestRetainedCheck)],
  ["the retention policy", /\/retentions\/7$/, ofHarbor(digestRetainedCheck)],
  [
    "the schedule of its garbage collection",
    /\/system\/gc\/schedule$/,
    ofHarbor(digestRetainedCheck),
  ],
  ["the robots", /\/robots$/, ofHarbor((args) => robotExpiryCheck({ ...args, ...robot }))],
];

export const REGISTRY_CALLS: readonly NetworkCall[] = [
  ...REGISTRY.map((call) => ({ ...call, name: `registry: ${call.name}`, serve })),
  ...HARBOR.map(([name, is, check]) => ({
    name: `Harbor: ${name}`,
    serve,
    is,
    check,
    misread: /does not answer as Harbor does/,
    without: ["digest"] as const,
  })),
];
