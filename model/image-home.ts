import {
  type ImageReference,
  parseImageReference,
  PATH_COMPONENT_PATTERN,
} from "./image-reference.ts";

/** Registry and project that an image comes from, for example `harbor.example.org/uostas`. */
export const homeOf = ({ registry, path }: Pick<ImageReference, "registry" | "path">): string =>
  `${registry}/${path.split("/")[0] ?? ""}`;

export const IMAGE_HOME_FORM = "<host>[:port]/<project>";

/** Whether a text is a registry and a project, or a path below it, written as `homeOf` does. */
export function isImageHome(text: string): boolean {
  const repository = `${text}/repository`;
  const parsed = parseImageReference(repository);
  return (
    text.includes("/") && "registry" in parsed && `${parsed.registry}/${parsed.path}` === repository
  );
}

const TAG_AND_DIGEST = "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@.+)?";

/**
 * Matches every reference to an image from one of these homes, with or without tag and digest: hosts are
 * compared exactly, paths on a `/`. Written in what JavaScript and RE2, which CEL uses, have in common.
 */
export const homePattern = (homes: readonly string[]): string =>
  `^(?:${homes.map(repositories).join("|")})${TAG_AND_DIGEST}$`;

const HUB = "docker.io/";

/** Clients let people leave out the host of Docker Hub, and its project `library`. */
function repositories(home: string): string {
  const component = PATH_COMPONENT_PATTERN;
  if (!home.startsWith(HUB)) return `${escape(home)}(?:/${component})*`;
  const project = home.slice(HUB.length);
  const host = isReadAsHub(project) ? "(?:docker[.]io/)?" : "docker[.]io/";
  const named = `${escape(project)}(?:/${component})+`;
  return `${host}${project === "library" ? `(?:${named}|${component})` : named}`;
}

function isReadAsHub(project: string): boolean {
  const parsed = parseImageReference(`${project}/repository`);
  return "registry" in parsed && `${parsed.registry}/` === HUB;
}

/** Hosts and paths hold no other character that a pattern would read as something else. */
const escape = (text: string): string => text.replaceAll(/[.[\]]/g, (sign) => `\\${sign}`);
