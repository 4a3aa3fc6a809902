import { parseImageReference } from "../../model/image-reference.ts";
import { isFrom, REGISTRIES } from "../allowed-registry.ts";
import { faultIfSet, faultOf, finding } from "../fields.ts";
import { read } from "../read.ts";
import type { Finding, ResourceRule } from "../rule.ts";

const TYPE = "docker:index/image:Image";
const RELEASE_TAG = /^release-[\w.-]+-[0-9a-f]{7,40}$/;
const SECRET_NAME = /passw|secret|token|credential|private_?key|api_?key/i;

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
  judge: ({ type, props }, { registries = [] }) => {
    if (type !== TYPE) return [];
    return [
      ...nameFindings(props, registries as readonly string[]),
      ...finding(
        "skipPush",
        faultIfSet(read(props, "skipPush"), (value) => value === false),
        "set skipPush: false",
      ),
      ...finding(
        "build.platform",
        faultOf(read(props, "build", "platform"), (value) => typeof value === "string"),
        "set build.platform to that of the cluster's nodes, for example linux/amd64",
      ),
      ...argumentFindings(props),
    ];
  },
};

function nameFindings(props: unknown, allowed: readonly string[]): Finding[] {
  const home = allowed.length === 0 ? "one of registries, which is empty" : allowed.join(" or ");
  const fix = `name it <repository>:release-<version>-<git commit>, below ${home}`;
  return finding(
    "imageName",
    faultOf(read(props, "imageName"), (name) => {
      if (typeof name !== "string") return false;
      const image = parseImageReference(name);
      if ("problem" in image) return false;
      return RELEASE_TAG.test(image.tag ?? "") && allowed.some((home) => isFrom(image, home));
    }),
    fix,
  );
}

/** Names alone: a value must not be read out. */
function argumentFindings(props: unknown): Finding[] {
  const fix = "use none: every layer and the image's history keep build arguments";
  const args = read(props, "build", "args");
  if (args.state === "unknown") {
    return [{ path: "build.args", problem: "is not known yet", fix, isUnknown: true }];
  }
  if (args.state === "absent") return [];
  if (typeof args.value !== "object" || args.value === null) {
    return [{ path: "build.args", problem: "is no map", fix }];
  }
  return Object.keys(args.value)
    .filter((name) => SECRET_NAME.test(name))
    .map((name) => ({ path: `build.args.${name}`, problem: "has the name of a secret", fix }));
}
