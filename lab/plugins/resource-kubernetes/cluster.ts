import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { parse } from "yaml";
import { throughRestart } from "./retry.ts";
import { isObject, type Json, type JsonObject, objectsAt, textAt } from "./values.ts";

/** What the API server answered, where it did not do what was asked. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** How to reach an API server, from a kubeconfig. */
interface Connection {
  readonly server: URL;
  readonly token: string | undefined;
  readonly agent: Agent;
  readonly namespace: string;
}

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

interface ApiResource {
  readonly plural: string;
  readonly isNamespaced: boolean;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** A client of one API server: apply, get, list, delete; kinds by discovery. */
export class Cluster {
  readonly namespace: string;
  readonly #connection: Connection;
  readonly #discovered = new Map<string, Promise<Map<string, ApiResource>>>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.namespace = connection.namespace;
  }

  /** Asks once, so that an address where nobody is gets known at once. @throws ApiError or a network error */
  async ping(): Promise<void> {
    await this.#sendOnce("GET", "/version");
  }

  async isNamespaced(kind: Kind): Promise<boolean> {
    return (await this.#resource(kind)).isNamespaced;
  }

  async apply(
    object: JsonObject,
    { fieldManager, force, dryRun }: ApplyOptions,
  ): Promise<JsonObject> {
    const query = new URLSearchParams({
      fieldManager,
      force: String(force),
      fieldValidation: "Strict",
      ...(dryRun && { dryRun: "All" }),
    });
    const path = await this.#path(
      kindOf(object),
      textAt(object, "metadata", "namespace"),
      nameOf(object),
    );
    return this.#send("PATCH", `${path}?${query.toString()}`, object);
  }

  async get(
    kind: Kind,
    namespace: string | undefined,
    name: string,
  ): Promise<JsonObject | undefined> {
    const path = await this.#path(kind, namespace, name);
    return this.#send("GET", path).catch(undefinedWhenNotFound);
  }

  async list(
    kind: Kind,
    namespace: string | undefined,
    labels: Record<string, string>,
  ): Promise<JsonObject[]> {
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const query = new URLSearchParams({ labelSelector });
    const path = await this.#path(kind, namespace);
    return objectsAt(await this.#send("GET", `${path}?${query.toString()}`), "items");
  }

  /** Deletes an object after everything that it owns. Nothing happens where it is gone already. */
  async delete(kind: Kind, namespace: string | undefined, name: string): Promise<void> {
    const path = await this.#path(kind, namespace, name);
    await this.#send("DELETE", path, { propagationPolicy: "Foreground" }).catch(
      undefinedWhenNotFound,
    );
  }

  async #path(kind: Kind, namespace: string | undefined, name?: string): Promise<string> {
    const { plural, isNamespaced } = await this.#resource(kind);
    return [
      groupPath(kind.apiVersion),
      ...(isNamespaced ? ["namespaces", namespace ?? this.namespace] : []),
      plural,
      ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ].join("/");
  }

  async #resource({ apiVersion, kind }: Kind): Promise<ApiResource> {
    let discovery = this.#discovered.get(apiVersion);
    if (discovery === undefined) {
      discovery = this.#discover(apiVersion);
      this.#discovered.set(apiVersion, discovery);
    }
    const resource = (await discovery).get(kind);
    if (resource === undefined)
      throw new ApiError(404, `no matches for kind "${kind}" in version "${apiVersion}"`);
    return resource;
  }

  async #discover(apiVersion: string): Promise<Map<string, ApiResource>> {
    const answer = await this.#send("GET", groupPath(apiVersion));
    return new Map(
      objectsAt(answer, "resources")
        .map((resource) => ({
          kind: textAt(resource, "kind") ?? "",
          plural: textAt(resource, "name") ?? "",
          isNamespaced: resource["namespaced"] === true,
        }))
        // `deployments/status` is no kind of its own.
        .filter(({ plural }) => !plural.includes("/"))
        .map(({ kind, ...resource }) => [kind, resource]),
    );
  }

  /** Get, server-side apply and delete may each be done twice. */
  #send(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
    return throughRestart(() => this.#sendOnce(method, path, body));
  }

  #sendOnce(method: string, path: string, body?: JsonObject): Promise<JsonObject> {
    const { server, token, agent } = this.#connection;
    const isApply = method === "PATCH";
    const content = body === undefined ? "" : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, server),
        {
          method,
          agent,
          timeout: REQUEST_TIMEOUT_MS,
          headers: {
            accept: "application/json",
            "content-type": isApply ? "application/apply-patch+yaml" : "application/json",
            // Node.js sends the body of a DELETE without saying where it ends.
            "content-length": Buffer.byteLength(content),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => (text += part));
          response.on("end", () => {
            const status = response.statusCode ?? 0;
            const answer = parseAnswer(text);
            if (status < 300) resolve(answer);
            else reject(new ApiError(status, textAt(answer, "message") ?? text));
          });
        },
      );
      sent.on("timeout", () => sent.destroy(new Error(`${server.host} did not answer in time`)));
      sent.on("error", reject);
      sent.end(content);
    });
  }
}

export const kindOf = (object: JsonObject): Kind => ({
  apiVersion: textAt(object, "apiVersion") ?? "",
  kind: textAt(object, "kind") ?? "",
});

export const nameOf = (object: JsonObject): string => textAt(object, "metadata", "name") ?? "";

const groupPath = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

function parseAnswer(text: string): JsonObject {
  try {
    const answer = JSON.parse(text) as Json;
    return isObject(answer) ? answer : {};
  } catch {
    return {};
  }
}

function undefinedWhenNotFound(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}

export interface KubeconfigChoice {
  /** A path or the content itself; by default what KUBECONFIG names. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly cluster: string | undefined;
  readonly namespace: string | undefined;
}

/**
 * Reads a kubeconfig. @throws Error where it names no such context, asks for credentials in a way that
 * this stand-in does not know, or points anywhere but to this machine.
 */
export function connect(choice: KubeconfigChoice): Cluster {
  const file = process.env["KUBECONFIG"] ?? `${process.env["HOME"] ?? ""}/.kube/config`;
  const given = choice.kubeconfig ?? file;
  const content =
    given.includes("\n") || given.startsWith("{") ? given : readFileSync(given, "utf8");
  const config = parse(content) as Json;
  const named = (list: string, name: string | undefined): JsonObject | undefined =>
    objectsAt(config, list).find((entry) => entry["name"] === name);
  const contextName = choice.context ?? textAt(config, "current-context");
  const context = named("contexts", contextName)?.["context"];
  if (context === undefined) throw new Error(`context "${contextName ?? ""}" does not exist`);
  const clusterName = choice.cluster ?? textAt(context, "cluster");
  const cluster = named("clusters", clusterName)?.["cluster"];
  const server = new URL(textAt(cluster, "server") ?? "");
  refuseOtherMachines(server);
  const user = named("users", textAt(context, "user"))?.["user"];
  if (isObject(user) && ("exec" in user || "auth-provider" in user)) {
    throw new Error(
      "this stand-in knows tokens and certificates only; install the official provider",
    );
  }
  return new Cluster({
    server,
    token: textAt(user, "token"),
    namespace: choice.namespace ?? textAt(context, "namespace") ?? "default",
    agent: new Agent({
      keepAlive: true,
      ...pem("ca", cluster, "certificate-authority"),
      ...pem("cert", user, "client-certificate"),
      ...pem("key", user, "client-key"),
    }),
  });
}

/** A certificate or key, given in the kubeconfig itself or as a path. */
function pem(option: string, entry: Json | undefined, key: string): Record<string, Buffer> {
  const data = textAt(entry, `${key}-data`);
  if (data !== undefined) return { [option]: Buffer.from(data, "base64") };
  const file = textAt(entry, key);
  return file === undefined ? {} : { [option]: readFileSync(file) };
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

export class NotThisMachine extends Error {}

function refuseOtherMachines({ hostname, host }: URL): void {
  if (LOOPBACK.test(hostname)) return;
  throw new NotThisMachine(
    `The stand-in for the Kubernetes provider serves the lab on this machine only, not ${host}. ` +
      "Install the official one: pulumi plugin install resource kubernetes",
  );
}
