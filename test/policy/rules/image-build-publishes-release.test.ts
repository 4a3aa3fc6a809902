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
