import type { PinnedImage } from "../../model/pinned-image.ts";
import type { Check, Outcome } from "../check.ts";
import { pullSecretCredentials } from "../registry/pull-secret.ts";
import { RegistryClient } from "../registry/registry-client.ts";
import { RegistryError, registryOutcome } from "../registry/registry-error.ts";

export interface PullCredentialsArgs {
  /** The text of `.dockerconfigjson` in the very secret that the pods name. */
  readonly dockerConfigJson: string;
  readonly image: PinnedImage;
  /** PEM; as for the registry's client. */
  readonly ca?: string | undefined;
}

/** What the nodes will log in with is accepted by the registry, and may pull the image. */
export const pullCredentialsCheck = (args: PullCredentialsArgs): Check => ({
  id: "pull-credentials",
  run: (signal) => registryOutcome(() => judge(args, signal)),
});

async function judge(args: PullCredentialsArgs, signal: AbortSignal): Promise<Outcome> {
  const { image, ca } = args;
  const { registry: host, path, digest } = image;
  const credentials = pullSecretCredentials(args.dockerConfigJson, host);
  if ("problem" in credentials) {
    return {
      verdict: "fail",
      summary: `The pull secret ${credentials.problem}.`,
      remedy: `Set registryUsername and registryPassword of an account on ${host}.`,
    };
  }
  const { username } = credentials;
  const evidence = [`${username} on ${host}`];
  if (/^robot(?:[^$\w]|$)/.test(username)) {
    return {
      verdict: "fail",
      summary: `The pull secret's user "${username}" has lost the $ that names of Harbor's robots have.`,
      evidence,
      remedy: "Set the name again in single quotes, so that the shell leaves the $ alone.",
    };
  }
  const client = new RegistryClient({ host, ca, credentials });
  const [asksWho] = await Promise.all([
    client.authenticate(signal),
    client.resolveImage(path, digest, signal),
  ]);
  if (!asksWho) {
    if (client.wasChallenged) {
      throw new RegistryError(
        "invalid answer",
        `${host}/v2/ lets in whoever asks, and yet the image wants a log-in`,
      );
    }
    return {
      verdict: "skipped",
      summary: `${host} gives the image to anybody, so nothing shows whether ${username} is valid.`,
      evidence,
    };
  }
  const summary = `The pods' account ${username} is valid and may pull the image.`;
  return { verdict: "pass", summary, evidence };
}
