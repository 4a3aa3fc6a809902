/**
 * Image references, parsed by the grammar of the CNCF distribution project
 * (github.com/distribution/reference, reference.go and normalize.go): string tests such as
 * "contains @" or "split at the last colon" all have holes.
 */
export interface ImageReference {
  /** Host with its port, as written; `docker.io` where the reference names none, or its old name. */
  readonly registry: string;
  /** Repository path without the host, for example `uostas/ziurkes/bookwyrm`, or `library/nginx` for `nginx`. */
  readonly path: string;
  readonly tag: string | undefined;
  /** With its algorithm, for example `sha256:<64 hex>`. */
  readonly digest: string | undefined;
}

/** Why a text is not the reference that was asked for; reads on from the text itself. */
export interface ReferenceProblem {
  readonly problem: string;
}

const HOST_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const HOST = new RegExp(
  String.raw`^(?:${HOST_LABEL}(?:\.${HOST_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$`,
);
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** An image's identifier, which no client takes for a name. */
const IDENTIFIER = /^[0-9a-f]{64}$/;

/** The limit that distribution sets for the path (0.6.0; before, it counted the registry too). */
const PATH_MAX_LENGTH = 255;

/** Its name, and its old one. */
const DOCKER_HUB: readonly [string, string] = ["docker.io", "index.docker.io"];

const problem = (text: string): ReferenceProblem => ({ problem: text });

/** A digest other than sha256 is refused: no registry and no kubelet is required to know it. */
export function parseImageReference(text: string): ImageReference | ReferenceProblem {
  const [named = "", digest, ...moreDigests] = text.split("@");
  if (moreDigests.length > 0) return problem("has more than one @");
  if (digest !== undefined && !SHA256.test(digest)) {
    return problem("has a digest that is not sha256: and 64 lower-case hex digits");
  }
  const lastSlash = named.lastIndexOf("/");
  const colon = named.indexOf(":", lastSlash + 1);
  const name = colon === -1 ? named : named.slice(0, colon);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return problem("has a tag that is not a valid tag");
  if (name === "") return problem("names no repository");
  if (IDENTIFIER.test(text)) return problem("is the identifier of an image, not a name");

  const { registry, path } = splitRegistry(name);
  if (!HOST.test(registry)) return problem("has a registry that is not a host name");
  if (!path.split("/").every((component) => PATH_COMPONENT.test(component))) {
    return problem("has a repository path with characters that no registry takes");
  }
  if (path.length > PATH_MAX_LENGTH) {
    return problem(`has a repository path longer than ${PATH_MAX_LENGTH.toString()} characters`);
  }
  return { registry, path, tag, digest };
}

/** The first part is a registry only where it could not be a path: this is how every client reads it. */
function splitRegistry(name: string): { registry: string; path: string } {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const isRegistry = /[.:A-Z]/.test(first) || first === "localhost";
  const registry = isRegistry ? first : DOCKER_HUB[0];
  const path = isRegistry ? name.slice(slash + 1) : name;
  if (!DOCKER_HUB.includes(registry)) return { registry, path };
  return { registry: DOCKER_HUB[0], path: path.includes("/") ? path : `library/${path}` };
}
