import type { Outcome } from "../check.ts";

/** What kept a registry from giving what was asked for; each is mended by somebody else. */
export type RegistryFault =
  "not found" | "refused" | "policy" | "rate limited" | "unreachable" | "invalid answer";

/** Its message names what was asked and what came back, never a password or a token. */
export class RegistryError extends Error {
  readonly fault: RegistryFault;

  constructor(fault: RegistryFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

const REMEDY: Readonly<Record<RegistryFault, string>> = {
  "not found":
    "Pin the digest that the push printed for this very repository; a config digest or one of another repository is not found here. If it is the right one, the image was deleted: push it again.",
  refused:
    "One of four: the project does not exist, the account has no pull right on it, the robot is expired or disabled or its password is wrong, or a shell has eaten the `$` of its name (write it in single quotes).",
  policy:
    "A rule of the registry's project refuses this pull (signature or vulnerabilities); the nodes would be refused as well. Meet the rule, or have the project's admin allow this image.",
  "rate limited":
    "Wait and run it again; if it stays so, pull from a registry of your own instead of a proxy of another.",
  unreachable:
    "Look at the registry, the network, and, if it is about the certificate, at the authority's PEM.",
  "invalid answer":
    "Something between here and the registry, or the registry itself, answers wrongly; do not deploy before that is mended.",
};

/** What was refused is a failure; where no sound answer came, nobody can tell. */
const FAILS: readonly RegistryFault[] = ["not found", "refused", "policy"];

/** Runs a check's questions, and turns what the registry made of them into an outcome. */
export async function registryOutcome(decide: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return {
      verdict: FAILS.includes(error.fault) ? "fail" : "unknown",
      summary: error.message,
      remedy: REMEDY[error.fault],
    };
  }
}
