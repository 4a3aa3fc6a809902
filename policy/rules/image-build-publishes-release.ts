import { parseImageReference } from "../../model/image-reference.ts";
import { isFrom, REGISTRIES } from "../allowed-registry.ts";
import { namesCredential } from "../credentials.ts";
import { faultIfSet, faultOf, finding } from "../fields.ts";
import { read, readList, type Value } from "../read.ts";
import type { Finding, ResourceRule } from "../rule.ts";

const RELEASE_TAG = /^release-[\w.-]+-[0-9a-f]{7,40}$/;
/** Also where it does not end the name: an image goes to many, and a build needs no such argument. */
const SECRET_WORD = /passw|secret|token|credential|private_?key|api_?key/i;

export const imageBuildPublishesRelease: ResourceRule = {
  name: "image-build-publishes-release",
  description: "An image that is built is pushed as a release, and holds no secrets.",
  severity: "critical",
  why: "nobody could say what such an image holds, and whoever pulls it could read its secrets.",
  failures: [4, 8, 22, 23],
  examples: {
    good: `imageName: harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2
skipPush: false
build:
  platform: linux/amd64
  args: { VERSION: 0.9.2 }`,
    bad: `imageName: harbor.example.org/uostas/bookwyrm:release-0.9.2
skipPush: true
build:
  args: { DB_PASSWORD: dummy }`,
  },
  configSchema: {
    properties: {
      registries: {
        ...REGISTRIES,
        description: `${REGISTRIES.description}; nothing may be built where it is not set`,
      },
    },
  },
  judge: ({ type, props }, { registries = [] }) =>
    BUILDS.get(type)?.(props, registries as readonly string[]) ?? [],
};

type Judge = (props: unknown, allowed: readonly string[]) => Finding[];

const PLATFORM_FIX = "to that of the cluster's nodes, for example linux/amd64";

/** What builds an image, or makes one of several, by its type. */
const BUILDS: ReadonlyMap<string, Judge> = new Map(
  Object.entries<Judge>({
    "docker:index/image:Image": (props, allowed) => [
      ...nameFindings("imageName", read(props, "imageName"), allowed),
      ...finding(
        "skipPush",
        faultIfSet(read(props, "skipPush"), (value) => value === false),
        "set skipPush: false",
      ),
      ...finding(
        "build.platform",
        faultOf(read(props, "build", "platform"), (value) => typeof value === "string"),
        `set build.platform ${PLATFORM_FIX}`,
      ),
      ...argumentFindings("build.args", read(props, "build", "args")),
    ],
    "docker-build:index:Image": (props, allowed) => [
      ...tagFindings(props, allowed),
      ...finding(
        "push",
        faultOf(read(props, "push"), (value) => value === true),
        "set push: true",
      ),
      // An export has names of its own, and may be pushed under them.
      ...finding(
        "exports",
        faultIfSet(read(props, "exports"), (value) => Array.isArray(value) && value.length === 0),
        "leave it out: push says all",
      ),
      ...finding(
        "platforms",
        faultOf(read(props, "platforms"), isFilledList),
        `set platforms ${PLATFORM_FIX}`,
      ),
      ...argumentFindings("buildArgs", read(props, "buildArgs")),
    ],
    "docker-build:index:Index": (props, allowed) => [
      ...nameFindings("tag", read(props, "tag"), allowed),
      ...finding(
        "push",
        faultIfSet(read(props, "push"), (value) => value === true),
        "set push: true",
      ),
    ],
  }),
);

const isFilledList = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

function tagFindings(props: unknown, allowed: readonly string[]): Finding[] {
  const fault = faultOf(read(props, "tags"), isFilledList);
  const tags = readList(props, "tags");
  if (fault !== undefined || tags === "unknown") {
    return finding("tags", fault, nameFix(allowed));
  }
  return tags.flatMap((tag, index) => nameFindings(`tags[${index.toString()}]`, tag, allowed));
}

function nameFix(allowed: readonly string[]): string {
  const home = allowed.length === 0 ? "one of registries, which is empty" : allowed.join(" or ");
  return `name it <repository>:release-<version>-<git commit>, below ${home}`;
}

const nameFindings = (path: string, value: Value, allowed: readonly string[]): Finding[] =>
  finding(
    path,
    faultOf(value, (name) => {
      if (typeof name !== "string") return false;
      const image = parseImageReference(name);
      if ("problem" in image) return false;
      return RELEASE_TAG.test(image.tag ?? "") && allowed.some((home) => isFrom(image, home));
    }),
    nameFix(allowed),
  );

/** Names alone: a value must not be read out. */
function argumentFindings(path: string, args: Value): Finding[] {
  const fix = "use none: every layer and the image's history keep build arguments";
  if (args.state === "unknown") {
    return [{ path, problem: "is not known yet", fix, isUnknown: true }];
  }
  if (args.state === "absent") return [];
  if (typeof args.value !== "object" || args.value === null) {
    return [{ path, problem: "is no map", fix }];
  }
  return Object.keys(args.value)
    .filter((name) => namesCredential(name) || SECRET_WORD.test(name))
    .map((name) => ({ path: `${path}.${name}`, problem: "has the name of a secret", fix }));
}
