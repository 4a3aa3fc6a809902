import assert from "node:assert/strict";
import { test } from "node:test";
import { imageBuildPublishesRelease } from "../../../policy/rules/image-build-publishes-release.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const NAME = "harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2";
const BUILD = { platform: "linux/amd64", args: { VERSION: "0.9.2" } };

const judge = (changes: object): string[] =>
  problems(
    imageBuildPublishesRelease,
    "",
    { imageName: NAME, build: BUILD, skipPush: false, ...changes },
    { registries: ["harbor.example.org/uostas"] },
    { type: "docker:index/image:Image", provider: undefined },
  );

test("passes a release that is pushed to an allowed registry", () => {
  assert.deepEqual(judge({}), []);
});

for (const imageName of [
  "harbor.example.org/uostas/bookwyrm:release-0.9.2",
  "harbor.example.org/uostas/bookwyrm:latest",
  "harbor.example.org/uostas/bookwyrm",
  "harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2-dirty",
  "harbor.example.org.evil.io/uostas/bookwyrm:release-0.9.2-c9addf2",
  "harbor.example.org/uostas-evil/bookwyrm:release-0.9.2-c9addf2",
]) {
  test(`fails ${imageName}`, () => {
    assert.deepEqual(judge({ imageName }), [`imageName is "${imageName}"`]);
  });
}

test("fails an image that is not pushed, has no platform or has a secret for an argument", () => {
  assert.deepEqual(judge({ skipPush: true, build: { args: { DB_PASSWORD: "dummy" } } }), [
    "skipPush is true",
    "build.platform is not set",
    "build.args.DB_PASSWORD has the name of a secret",
  ]);
});

test("fails what is not known yet", () => {
  assert.deepEqual(judge({ imageName: UNKNOWN, build: { ...BUILD, args: UNKNOWN } }), [
    "imageName is not known yet",
    "build.args is not known yet",
  ]);
});

test("knows a secret's name as every other rule does", () => {
  const args = { DB_PASS: "a", PGPASSWORD: "a", TOKEN_GITHUB: "a", VERSION: "1" };
  assert.deepEqual(
    judge({ build: { ...BUILD, args } }),
    ["DB_PASS", "PGPASSWORD", "TOKEN_GITHUB"].map(
      (name) => `build.args.${name} has the name of a secret`,
    ),
  );
});

const OTHER = "harbor.example.org/uostas-evil/bookwyrm:release-0.9.2-c9addf2";

const judgeDockerBuild = (kind: "Image" | "Index", props: object): string[] =>
  problems(
    imageBuildPublishesRelease,
    "",
    props,
    { registries: ["harbor.example.org/uostas"] },
    { type: `docker-build:index:${kind}`, provider: undefined },
  );

const judgeBuildx = (changes: object): string[] =>
  judgeDockerBuild("Image", {
    tags: [NAME],
    push: true,
    platforms: ["linux/amd64"],
    buildArgs: { VERSION: "0.9.2" },
    ...changes,
  });

test("passes a release that docker-build pushes", () => {
  assert.deepEqual(judgeBuildx({}), []);
  assert.deepEqual(judgeBuildx({ buildArgs: undefined }), []);
});

test("judges every tag of docker-build", () => {
  assert.deepEqual(judgeBuildx({ tags: [NAME, OTHER, UNKNOWN] }), [
    `tags[1] is "${OTHER}"`,
    "tags[2] is not known yet",
  ]);
  assert.deepEqual(judgeBuildx({ tags: undefined }), ["tags is not set"]);
  assert.deepEqual(judgeBuildx({ tags: [] }), ["tags is []"]);
  assert.deepEqual(judgeBuildx({ tags: UNKNOWN }), ["tags is not known yet"]);
});

test("fails an image of docker-build that is not pushed, or not as its tags say", () => {
  assert.deepEqual(judgeBuildx({ push: undefined }), ["push is not set"]);
  assert.deepEqual(judgeBuildx({ push: false }), ["push is false"]);
  assert.deepEqual(judgeBuildx({ exports: [{ raw: "type=registry" }] }), [
    'exports is [{"raw":"type=registry"}]',
  ]);
});

test("fails an image of docker-build without platforms, or with a secret for an argument", () => {
  assert.deepEqual(judgeBuildx({ platforms: undefined, buildArgs: { DB_PASSWORD: "dummy" } }), [
    "platforms is not set",
    "buildArgs.DB_PASSWORD has the name of a secret",
  ]);
  assert.deepEqual(judgeBuildx({ platforms: [], buildArgs: UNKNOWN }), [
    "platforms is []",
    "buildArgs is not known yet",
  ]);
});

test("judges the tag of an index, which is pushed unless that is switched off", () => {
  assert.deepEqual(judgeDockerBuild("Index", { tag: NAME, sources: [NAME] }), []);
  assert.deepEqual(judgeDockerBuild("Index", { tag: NAME, push: true }), []);
  assert.deepEqual(judgeDockerBuild("Index", { tag: OTHER, push: false }), [
    `tag is "${OTHER}"`,
    "push is false",
  ]);
  assert.deepEqual(judgeDockerBuild("Index", {}), ["tag is not set"]);
});

test("lets every other type be, also one that every object has a member for", () => {
  for (const type of ["docker:index/remoteImage:RemoteImage", "__proto__", "toString"]) {
    const resource = { type, provider: undefined };
    assert.deepEqual(problems(imageBuildPublishesRelease, "", {}, {}, resource), []);
  }
});
