import * as v from "valibot";
import { dnsLabel, flag, group, listOf, text, wholeNumber } from "./setting-fields.ts";

const address = v.pipe(text, v.regex(/^https?:\/\/[^\s/]+/, "is not an address such as https://…"));
const repository = v.pipe(
  text,
  v.regex(/^[^\s/]+(?:\/[^\s/]+)+$/, "is not of the form owner/name"),
);
const branch = v.optional(text, "main");

/** The repository that Pulumi runs from. */
const Git = group({
  /** A name that `git remote` lists, or an address. */
  remote: v.optional(text, "origin"),
  branch,
});

/** The image, as its registry and its labels describe it. */
const Image = group({
  /** What the image's label `org.opencontainers.image.source` must say. */
  source: address,
  /** What the nodes run. */
  platforms: v.optional(listOf(text), ["linux/amd64"]),
  /** PEM file of the authority that signed the registry's certificate, relative to the project. */
  caFile: v.optional(text),
});

/** Where the image's commit lives, and what must have succeeded on it. */
const Forge = v.pipe(
  group({
    kind: v.picklist(["github", "forgejo"], "is not github or forgejo"),
    /** Left out, GitHub's own: a token for another forge must not go there. */
    api: v.optional(address),
    repository,
    branch,
    requiredChecks: listOf(text),
    /** Outcomes that count beside success. */
    allowed: v.optional(
      v.array(v.picklist(["neutral", "skipped"], "is not neutral or skipped"), "is not a list"),
      [],
    ),
  }),
  v.forward(
    v.check(
      ({ kind, api }) => kind === "github" || api !== undefined,
      "is not set: only GitHub has one address, a Forgejo's is such as https://codeberg.org/api/v1",
    ),
    ["api"],
  ),
);

/** Harbor's own API, for what the registry's protocol does not say. */
const Harbor = group({
  /** An account that may read artifacts, projects, tag retention and robots; its password is the secret `harborPassword`. */
  username: text,
  robotDays: v.optional(wholeNumber(1), 14),
  severity: v.optional(
    v.picklist(["Low", "Medium", "High", "Critical"], "is not Low, Medium, High or Critical"),
    "Critical",
  ),
});

/** The stack that must have proved the image before this one gets it. */
const Staging = group({
  stack: dnsLabel,
  soakMinutes: v.optional(wholeNumber(0), 60),
});

/** Each part that is left out is a guard that is skipped, and shown as such. */
export const Guardrails = group({
  git: v.optional(Git),
  image: v.optional(Image),
  forge: v.optional(Forge),
  harbor: v.optional(Harbor),
  staging: v.optional(Staging),
});

export type GuardrailSettings = v.InferOutput<typeof Guardrails>;

/** Pulumi reads a time without quotes as one, and hands it on as Go prints it: `2025-11-17 12:00:00 +0000 UTC`. */
const GO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d)(?: \S+)?$/;

const instant = v.pipe(
  text,
  v.transform((value) => value.replace(GO_TIME, "$1T$2$3:$4").replace(/\+00:00$/, "Z")),
);

/** Judged when it is used: whether it has expired depends on the day. */
export const BreakGlassSetting = group({
  guard: text,
  reason: text,
  ticket: text,
  expires: instant,
});

/** What `wyrm verify` looks at beside the cluster. */
export const Verification = group({
  /** How long all pods must stay ready, without a restart. */
  soakSeconds: v.optional(wholeNumber(0), 30),
  /** Ask the site at its own address too; false where this machine does not reach it. */
  publicly: v.optional(flag, true),
  sentry: v.optional(group({ url: address, organisation: text, project: text })),
});
