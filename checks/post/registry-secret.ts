import type { Check } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Secret } from "../cluster/objects.ts";
import { fail, type Finding, outcomeOf } from "../findings.ts";
import type { Expected } from "./expected.ts";

export interface RegistrySecretArgs {
  readonly cluster: Pick<Cluster, "secret" | "namespace">;
  readonly expected: Expected;
}

const TYPE = "kubernetes.io/dockerconfigjson";
const KEY = ".dockerconfigjson";

/** The pull secret is there, and holds for each registry what the stack says. It is not tried: smoke test and registry checks do that. */
export const registrySecretCheck = ({ cluster, expected }: RegistrySecretArgs): Check => ({
  id: "registry-secret",
  run: async (signal) => {
    const { pullSecret, workloads } = expected;
    const registries = [...new Set(workloads.map(({ image }) => image.registry))].sort();
    const secret = await cluster.secret(pullSecret, signal);
    return outcomeOf(judge(pullSecret, secret, { registries, expected }), {
      passed: `The Secret ${pullSecret} holds credentials for ${registries.join(", ")}.`,
      remedy:
        "Run pulumi up: it makes the Secret from registryUsername and registryPassword of the stack.",
    });
  },
});

interface Wanted {
  readonly registries: readonly string[];
  readonly expected: Expected;
}

function judge(name: string, secret: Secret | undefined, wanted: Wanted): Finding[] {
  if (secret === undefined) return [fail(`the Secret ${name} is missing: nodes pull anonymously`)];
  if (secret.type !== TYPE) {
    return [fail(`the Secret ${name} has the type ${secret.type ?? "Opaque"}, not ${TYPE}`)];
  }
  const auths = authsOf(secret);
  if (auths === undefined) return [fail(`the Secret ${name} holds no docker configuration`)];
  return wanted.registries.flatMap((registry) => {
    const { username, password, auth } = auths[registry] ?? {};
    if (username === undefined || password === undefined) {
      const others = Object.keys(auths).join(", ") || "none";
      return [fail(`the Secret ${name} has no credentials for ${registry}; it has: ${others}`)];
    }
    if (username !== wanted.expected.registryUsername) {
      return [
        fail(
          `the Secret ${name} logs in to ${registry} as ${username}, the stack as ${wanted.expected.registryUsername}`,
        ),
      ];
    }
    const isWhole = auth === Buffer.from(`${username}:${password}`).toString("base64");
    return isWhole
      ? []
      : [fail(`in the Secret ${name}, auth for ${registry} is not user:password`)];
  });
}

type Auths = Readonly<Record<string, { username?: string; password?: string; auth?: string }>>;

function authsOf({ data = {} }: Secret): Auths | undefined {
  try {
    const config = JSON.parse(Buffer.from(data[KEY] ?? "", "base64").toString()) as {
      readonly auths?: Auths;
    };
    return config.auths;
  } catch {
    return undefined;
  }
}
