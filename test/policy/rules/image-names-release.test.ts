import assert from "node:assert/strict";
import { test } from "node:test";
import { imageNamesRelease } from "../../../policy/rules/image-names-release.ts";
import { bookWyrm, problems, UNKNOWN } from "../../support/policy.ts";

const DIGEST = `sha256:${"0f".repeat(32)}`;
const RELEASE = `harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@${DIGEST}`;

const judge = (image: unknown, podSpec: object = {}, component = "web"): string[] =>
  problems(
    imageNamesRelease,
    "apps/v1:Deployment",
    bookWyrm(component, { containers: [{ name: "app", image }], ...podSpec }),
  );

const SPEC = "spec.template.spec";
const PATH = `${SPEC}.containers[app].image`;

test("passes a tag of release and commit", () => {
  assert.deepEqual(judge(RELEASE), []);
  assert.deepEqual(judge(RELEASE.replace("c9addf2", "c9addf2".repeat(5) + "00000")), []);
});

for (const tag of [
  "0.9.2",
  "release-0.9.2",
  "release-0.9.2-c9addf",
  "release-0.9.2-C9ADDF2",
  "main-c9addf2",
]) {
  test(`fails the tag ${tag}`, () => {
    const image = RELEASE.replace("release-0.9.2-c9addf2", tag);
    assert.deepEqual(judge(image), [
      `${PATH} is "${image}": it has the tag "${tag}", which does not name a release and a commit`,
    ]);
  });
}

test("fails what has no tag", () => {
  const image = RELEASE.replace(":release-0.9.2-c9addf2", "");
  assert.deepEqual(judge(image), [
    `${PATH} is "${image}": it has no tag, so nobody can read which release it is`,
  ]);
});

const another = (image: string): string => image.replace("c9addf2", "0123456");

test("fails two images in one pod, but for a sidecar and a debugger", () => {
  const initContainers = [{ name: "prepare", image: another(RELEASE) }];
  assert.deepEqual(judge(RELEASE, { initContainers }), [
    `${PATH} is "${RELEASE}", which is not the image of ${SPEC}.initContainers[prepare].image`,
  ]);
  const sidecar = { name: "sidecar", image: "nginx", restartPolicy: "Always" };
  const ephemeralContainers = [{ name: "debug", image: "busybox" }];
  assert.deepEqual(judge(RELEASE, { initContainers: [sidecar], ephemeralContainers }), []);
});

test("judges a sidecar that runs BookWyrm too", () => {
  const sidecar = { name: "worker", image: another(RELEASE), restartPolicy: "Always" };
  assert.deepEqual(judge(RELEASE, { initContainers: [sidecar] }), [
    `${PATH} is "${RELEASE}", which is not the image of ${SPEC}.initContainers[worker].image`,
  ]);
});

test("fails an image of another release than the pod's label names", () => {
  const pod = (version: unknown): object => ({
    metadata: {
      labels: {
        "app.kubernetes.io/part-of": "bookwyrm",
        "app.kubernetes.io/component": "web",
        "app.kubernetes.io/version": version,
      },
    },
    spec: { containers: [{ name: "app", image: RELEASE }] },
  });
  for (const version of ["0.9.2", undefined, UNKNOWN]) {
    assert.deepEqual(problems(imageNamesRelease, "core/v1:Pod", pod(version)), []);
  }
  assert.deepEqual(problems(imageNamesRelease, "core/v1:Pod", pod("0.9.1")), [
    `spec.containers[app].image is "${RELEASE}": it holds BookWyrm 0.9.2, while the pod's label app.kubernetes.io/version is "0.9.1"`,
  ]);
});

test("leaves what is not known, or no text, to the rules about every image", () => {
  assert.deepEqual(judge(UNKNOWN), []);
  assert.deepEqual(judge(undefined), []);
  assert.deepEqual(judge(1), []);
});

test("has no opinion on other images", () => {
  assert.deepEqual(judge("postgres:17", {}, "postgres"), []);
});
