import {
  type ImageReference,
  parseImageReference,
  PATH_COMPONENT_PATTERN,
} from "./image-reference.ts";

/** Registry and project that an image comes from, for example `harbor.example.org/uostas`. */
export const homeOf = ({ registry, path }: Pick<ImageReference, "registry" | "path">): string =>
  `${registry}/${path.split("/")[0] ?? ""}`;

export const IMAGE_HOME_FORM = "<host>[:port]/<project>";

/** Whether a text is a registry and a project or a path below it, as `homeOf` writes them. */
export function isImageHome(text: string): boolean {
  const parsed = parseImageReference(text);
  return !("problem" in parsed) && text === `${parsed.registry}/${parsed.path}`;
}

const HUB = "docker.io";
const HUB_LIBRARY = "docker.io/library";
const BELOW = `(?:/${PATH_COMPONENT_PATTERN})*`;
const TAG_AND_DIGEST = "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@.+)?";

/**
 * Matches every reference to an image from one of these homes, with or without tag and digest: hosts are
 * compared exactly, paths on a `/`. Written in what JavaScript and RE2, which CEL uses, have in common.
 */
export const homePattern = (homes: readonly string[]): string =>
  `^(?:${homes.map(repositories).join("|")})${TAG_AND_DIGEST}$`;

/** Clients let people leave out the host of Docker Hub, and its project `library`. */
function repositories(home: string): string {
  if (home === HUB_LIBRARY) return `(?:docker[.]io/)?(?:library/)?${PATH_COMPONENT_PATTERN}`;
  const path = home.slice(home.indexOf("/") + 1);
  const isHub = home.startsWith(`${HUB}/`) && isOnHub(`${path}/repository`);
  return `${isHub ? "(?:docker[.]io/)?" : ""}${escape(isHub ? path : home)}${BELOW}`;
}

function isOnHub(reference: string): boolean {
  const parsed = parseImageReference(reference);
  return "registry" in parsed && parsed.registry === HUB;
}

/** Hosts and paths hold no other character that a pattern would read as something else. */
const escape = (text: string): string => text.replaceAll(/[.[\]]/g, (sign) => `\\${sign}`);
