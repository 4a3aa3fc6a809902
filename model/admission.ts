import * as v from "valibot";
import { IMAGE_HOME_FORM, isImageHome } from "./image-home.ts";
import { flag, group, text } from "./setting-fields.ts";

export const Admission = group({
  /** Needs the right to write ValidatingAdmissionPolicies, which belong to the cluster. */
  enabled: v.optional(flag, true),
  /** Where images may come from, beside the registries and projects of this stack's own. */
  alsoFrom: v.optional(
    v.array(v.pipe(text, v.check(isImageHome, `is not ${IMAGE_HOME_FORM}`)), "is not a list"),
    [],
  ),
});

/** Of the policy and of its binding: the cluster's own names, which must not meet those of another instance. */
export const admissionPolicyName = (namespace: string): string =>
  `bookwyrm-pinned-images-${namespace}`;
