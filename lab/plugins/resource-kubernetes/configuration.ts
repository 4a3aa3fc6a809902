import { ApiError, type Cluster, connect, NotThisMachine } from "./cluster.ts";
import { UserError } from "./failures.ts";
import { type JsonObject, textAt } from "./values.ts";

/** Options of the provider that this stand-in honours; any other is refused. */
const OPTIONS = [
  "kubeconfig",
  "context",
  "cluster",
  "namespace",
  "enableServerSideApply",
  "enableConfigMapMutable",
  "enableSecretMutable",
];

export interface Configuration {
  /** Or why it cannot be asked: then only a preview from inputs is possible. */
  readonly cluster: Cluster | { readonly unreachable: string };
  readonly configMapMutable: boolean;
  readonly secretMutable: boolean;
}

/** Reads the provider's own settings. @throws UserError */
export async function configure(settings: JsonObject): Promise<Configuration> {
  const unsupported = Object.keys(settings).filter((name) => !OPTIONS.includes(name));
  if (unsupported.length > 0) {
    throw new UserError(
      `The stand-in for the Kubernetes provider does not know ${unsupported.join(", ")}; ` +
        "install the official one: pulumi plugin install resource kubernetes",
    );
  }
  if (isSet(settings, "enableServerSideApply", "false")) {
    throw new UserError("The stand-in for the Kubernetes provider applies on the server only");
  }
  return {
    cluster: await reach(settings),
    configMapMutable: isSet(settings, "enableConfigMapMutable", "true"),
    secretMutable: isSet(settings, "enableSecretMutable", "true"),
  };
}

/** The engine sends a flag as a text in some places and as itself in others. */
const isSet = (settings: JsonObject, name: string, value: "true" | "false"): boolean =>
  JSON.stringify(settings[name] ?? null).replaceAll('"', "") === value;

async function reach(settings: JsonObject): Promise<Configuration["cluster"]> {
  try {
    const cluster = connect({
      kubeconfig: textAt(settings, "kubeconfig"),
      context: textAt(settings, "context"),
      cluster: textAt(settings, "cluster"),
      namespace: textAt(settings, "namespace"),
    });
    await cluster.ping();
    return cluster;
  } catch (error) {
    if (error instanceof NotThisMachine) throw new UserError(error.message);
    if (error instanceof ApiError) throw new UserError(`The API server refuses: ${error.message}`);
    return { unreachable: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  // An AggregateError of a refused connection has its story in its parts only.
  const parts = error instanceof AggregateError ? error.errors.map(String).join("; ") : "";
  return message === "" ? parts : message;
};
