import type { Settings } from "../../model/settings.ts";
import type { ResolveImage } from "../post/images-running.ts";
import { RegistryClient } from "./registry-client.ts";
import { RegistryError } from "./registry-error.ts";

export interface ResolverOptions {
  /** Of the account that pods pull with. */
  readonly password: string;
  /** PEM; as for the registry's client. */
  readonly ca: string | undefined;
}

/**
 * Asks the registry what a digest stands for, with what the pods pull with. The password goes to the
 * registry that it is for; any other is asked without one.
 */
export function imageResolver(
  { image, registryUsername }: Pick<Settings, "image" | "registryUsername">,
  { password, ca }: ResolverOptions,
): ResolveImage {
  const clients = new Map<string, RegistryClient>();
  const clientOf = (host: string): RegistryClient => {
    const isOwn = host === image.registry;
    const client =
      clients.get(host) ??
      new RegistryClient({
        host,
        ...(isOwn && { credentials: { username: registryUsername, password } }),
        ...(isOwn && ca !== undefined && { ca }),
      });
    clients.set(host, client);
    return client;
  };
  return async ({ registry, path, digest }, signal) => {
    try {
      const { children } = await clientOf(registry).resolveImage(path, digest, signal);
      return {
        digest,
        children: children.map(({ platform, ...child }) => {
          const [os = "", architecture = "", variant] = platform.split("/");
          return {
            digest: child.digest,
            configDigest: child.configDigest,
            platform: { os, architecture, ...(variant !== undefined && { variant }) },
          };
        }),
      };
    } catch (error) {
      if (error instanceof RegistryError && error.fault === "not found") return undefined;
      throw error;
    }
  };
}
