import type { Rule } from "../rule.ts";
import { awaitNotSkipped } from "./await-not-skipped.ts";
import { beatIsSingle } from "./beat-is-single.ts";
import { imageBuildPublishesRelease } from "./image-build-publishes-release.ts";
import { imageFromAllowedRegistry } from "./image-from-allowed-registry.ts";
import { imageHasDigest } from "./image-has-digest.ts";
import { imagePullPolicySet } from "./image-pull-policy-set.ts";
import { noHostAccess } from "./no-host-access.ts";
import { noOpaqueCarriers } from "./no-opaque-carriers.ts";
import { probesPresent } from "./probes-present.ts";
import { pullSecretPresent } from "./pull-secret-present.ts";
import { readinessIsNotLiveness } from "./readiness-is-not-liveness.ts";
import { resourcesSet } from "./resources-set.ts";
import { rootFilesystemReadOnly } from "./root-filesystem-read-only.ts";
import { runsUnprivileged } from "./runs-unprivileged.ts";
import { serviceAccountTokenOff } from "./service-account-token-off.ts";
import { serviceLinksOff } from "./service-links-off.ts";

/** Every rule of the pack, in the order of the alphabet. */
export const RULES: readonly Rule[] = [
  awaitNotSkipped,
  beatIsSingle,
  imageBuildPublishesRelease,
  imageFromAllowedRegistry,
  imageHasDigest,
  imagePullPolicySet,
  noHostAccess,
  noOpaqueCarriers,
  probesPresent,
  pullSecretPresent,
  readinessIsNotLiveness,
  resourcesSet,
  rootFilesystemReadOnly,
  runsUnprivileged,
  serviceAccountTokenOff,
  serviceLinksOff,
];
