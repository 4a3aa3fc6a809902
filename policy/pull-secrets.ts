import type { ImageReference } from "../model/image-reference.ts";
import type { KubernetesObject } from "./objects.ts";
import type { Value } from "./read.ts";

export const PULL_SECRET_TYPE = "kubernetes.io/dockerconfigjson";
const DOCKER_CONFIG = ".dockerconfigjson";

export const isPullSecret = ({ kind, read }: KubernetesObject): boolean => {
  const type = read("type");
  return kind === "Secret" && type.state === "known" && type.value === PULL_SECRET_TYPE;
};

/** What a pull secret says about one registry. */
export interface RegistryLogin {
  /** As it stands under `auths`, but for a password that somebody put into it. */
  readonly key: string;
  /** What the key means; undefined where it means no registry. */
  readonly scope: RegistryScope | undefined;
  /** Known texts only; `auth` still in base64. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly auth: string | undefined;
}

/** What a login is for. */
export interface RegistryScope {
  /** With its port; `*` stands for a part of a label. */
  readonly host: string;
  /** What the paths of the images begin with, with its first slash; empty for all of the registry. */
  readonly path: string;
}

const KEY =
  /^(?:https?:\/\/)?(?<host>(?:[A-Za-z0-9*](?:[A-Za-z0-9.*-]*[A-Za-z0-9*])?|\[[0-9A-Fa-f:]+\])(?::\d+)?)(?<path>\/.*)?$/;
/** The version of the registry's API, which may stand before a path, but not without a slash behind it. */
const API_VERSION = /^\/v[12](?<rest>\/.*)$/;
const PATH = /^(?!\/v[12]$)(?:\/[a-z0-9._-]+)*\/?$/;

/** Reads a key as the kubelet does (Kubernetes 1.37, pkg/credentialprovider/keyring.go, Add). */
function scopeOf(key: string): RegistryScope | undefined {
  const { host, path: written = "" } = KEY.exec(key)?.groups ?? {};
  const path = API_VERSION.exec(written)?.groups?.["rest"] ?? written;
  if (host === undefined || !PATH.test(path)) return undefined;
  if (path !== "" && path !== "/") return { host, path };
  return { host: host === "index.docker.io" ? "docker.io" : host, path: "" };
}

/** Whether a login is for an image (as above, URLsMatch): a path is what others begin with. */
export function opens({ host, path }: RegistryScope, image: ImageReference): boolean {
  const [labels, port] = partsOf(host);
  const [wanted, wantedPort] = partsOf(image.registry);
  return (
    `/${image.path}`.startsWith(path) &&
    port === wantedPort &&
    labels.length === wanted.length &&
    labels.every((label, index) => isLike(label, wanted[index] ?? ""))
  );
}

function partsOf(host: string): [labels: readonly string[], port: string] {
  const port = /:\d+$/.exec(host)?.[0] ?? "";
  return [host.slice(0, host.length - port.length).split("."), port];
}

/** Without a regular expression, which several stars would keep busy for ever. */
function isLike(label: string, wanted: string): boolean {
  const [first = "", ...parts] = label.split("*");
  const last = parts.pop();
  if (last === undefined) return label === wanted;
  let end = first.length;
  const hasFirst = wanted.startsWith(first);
  const hasParts = parts.every((part) => {
    const at = wanted.indexOf(part, end);
    end = at + part.length;
    return at !== -1;
  });
  return hasFirst && hasParts && end <= wanted.length - last.length && wanted.endsWith(last);
}

export interface DockerConfig {
  /** Where it stands within the object. */
  readonly path: string;
  /** In the order of their keys; a text says what is wrong with the whole. */
  readonly logins: readonly RegistryLogin[] | { readonly problem: string };
}

/**
 * What a pull secret holds; undefined where that is not known yet. `stringData` goes before `data`, as on
 * the API server.
 */
export function dockerConfigOf({ read, isPatch }: KubernetesObject): DockerConfig | undefined {
  const text = read("stringData", DOCKER_CONFIG);
  const encoded = read("data", DOCKER_CONFIG);
  const isUnknown = [read("stringData"), text, read("data"), encoded].some(
    ({ state }) => state === "unknown",
  );
  if (isUnknown || (isPatch && text.state === "absent" && encoded.state === "absent")) {
    return undefined;
  }
  if (text.state === "known") {
    return { path: `stringData["${DOCKER_CONFIG}"]`, logins: parse(text.value) };
  }
  return { path: `data["${DOCKER_CONFIG}"]`, logins: parseEncoded(encoded) };
}

function parseEncoded(encoded: Value): DockerConfig["logins"] {
  if (encoded.state !== "known") return { problem: "is not set" };
  const text = typeof encoded.value === "string" ? decodeBase64(encoded.value) : undefined;
  return text === undefined ? { problem: "is not base64" } : parse(text);
}

/**
 * The text; undefined where it is no base64. Node.js would leave out whatever it cannot read; Go, which
 * reads it in the cluster, leaves out line feeds alone.
 */
function decodeBase64(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, "base64");
  const isWhole = bytes.toString("base64") === encoded.replaceAll(/[\r\n]/g, "");
  return isWhole ? bytes.toString() : undefined;
}

/** The field `auth`, whose padding may be left out (as above, config.go, decodeDockerConfigFieldAuth). */
export function decodeAuth(encoded: string): string | undefined {
  const text = encoded.replaceAll(/[\r\n]/g, "");
  return decodeBase64(text.padEnd(Math.ceil(text.length / 4) * 4, "="));
}

function parse(text: unknown): DockerConfig["logins"] {
  const config = typeof text === "string" ? parseJson(text) : undefined;
  if (!isObject(config)) return { problem: "is not a JSON object" };
  const auths = config["auths"];
  if (!isObject(auths) || Object.keys(auths).length === 0) {
    return { problem: "has no registry under auths" };
  }
  return Object.entries(auths)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, login]) => {
      const field = (name: string): string | undefined => {
        const value = isObject(login) ? login[name] : undefined;
        return typeof value === "string" && value !== "" ? value : undefined;
      };
      return {
        key: key.replace(/^.*@/s, "***@"),
        scope: scopeOf(key),
        username: field("username"),
        password: field("password"),
        auth: field("auth"),
      };
    });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
