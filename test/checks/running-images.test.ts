import assert from "node:assert/strict";
import { test } from "node:test";
import { missingComponents, type Pod, runningImages } from "../../checks/post/running-images.ts";

const PINNED = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;

interface Shape {
  readonly imageID?: string;
  readonly ready?: boolean;
  readonly phase?: string;
  readonly deleted?: boolean;
}

const pod = ({ imageID, ready = true, phase = "Running", deleted = false }: Shape): Pod => ({
  metadata: {
    name: "web-1",
    labels: { "app.kubernetes.io/component": "web" },
    ...(deleted && { deletionTimestamp: "2025-11-16T09:24:00Z" }),
  },
  status: {
    phase,
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    containerStatuses: [{ name: "web", ...(imageID !== undefined && { imageID }) }],
  },
});

const verdict = (shape: Shape, pinned: Record<string, string> = { web: PINNED }): string[] =>
  runningImages([pod(shape)], pinned).map((image) => image.verdict);

test("a ready pod that runs the pinned digest passes, under whatever repository", () => {
  assert.deepEqual(verdict({ imageID: `registry.example/other/name@${PINNED}` }), ["pass"]);
});

test("a pod that runs other bytes fails, ready or not", () => {
  assert.deepEqual(verdict({ imageID: `registry.example/app@${OTHER}` }), ["fail"]);
});

test("a pod that is not ready fails, with the right bytes too", () => {
  assert.deepEqual(verdict({ imageID: `r.example/app@${PINNED}`, ready: false }), ["fail"]);
});

test("a finished Job's pod passes without being ready", () => {
  const finished = { imageID: `r.example/app@${PINNED}`, ready: false, phase: "Succeeded" };
  assert.deepEqual(verdict(finished), ["pass"]);
});

test("what no node has started is unknown, and unknown is no pass", () => {
  assert.deepEqual(verdict({ ready: false }), ["unknown"]);
  assert.deepEqual(verdict({ imageID: "" }), ["unknown"]);
  const unseen: Pod = { metadata: { name: "web-1" } };
  assert.deepEqual(
    runningImages([unseen], {}).map((image) => image.verdict),
    ["unknown"],
  );
});

test("a component that nothing pins fails", () => {
  assert.deepEqual(verdict({ imageID: `r.example/app@${PINNED}` }, {}), ["fail"]);
});

test("a pod that is being deleted is left out", () => {
  assert.deepEqual(verdict({ imageID: `r.example/app@${OTHER}`, deleted: true }), []);
});

test("init containers are compared too", () => {
  const { metadata, status } = pod({ imageID: `r.example/app@${PINNED}` });
  const withInit: Pod = {
    metadata,
    status: {
      ...status,
      initContainerStatuses: [{ name: "migrate", imageID: `r.example/app@${OTHER}` }],
    },
  };
  assert.deepEqual(
    runningImages([withInit], { web: PINNED }).map((image) => [image.container, image.verdict]),
    [
      ["migrate", "fail"],
      ["web", "pass"],
    ],
  );
});

test("a pinned component without a pod is missing", () => {
  const images = runningImages([pod({ imageID: `r.example/app@${PINNED}` })], { web: PINNED });
  assert.deepEqual(missingComponents(images, { web: PINNED, beat: PINNED }), ["beat"]);
});
