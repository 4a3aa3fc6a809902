import type { Rule } from "../rule.ts";
import { imageFromAllowedRegistry } from "./image-from-allowed-registry.ts";
import { imageHasDigest } from "./image-has-digest.ts";
import { imagePullPolicySet } from "./image-pull-policy-set.ts";
import { probesPresent } from "./probes-present.ts";
import { pullSecretPresent } from "./pull-secret-present.ts";

/** Every rule of the pack, in the order of the alphabet. */
export const RULES: readonly Rule[] = [
  imageFromAllowedRegistry,
  imageHasDigest,
  imagePullPolicySet,
  probesPresent,
  pullSecretPresent,
];
