import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { beatExistsOnce } from "../../../policy/rules/beat-exists-once.ts";
import { UNKNOWN } from "../../../policy/snapshot.ts";
import { stackProblems, stackResource } from "../../support/policy.ts";
import { programResources, set, withChange, without } from "../../support/program.ts";

const program = await programResources();
const judge = (resources: readonly StackResource[]): string[] =>
  stackProblems(beatExistsOnce, resources);

const LABELS = "spec.template.metadata.labels";

test("passes this program", () => {
  assert.deepEqual(judge(program), []);
});

test("fails a second beat, in whatever order they come", () => {
  const component = ["spec", "template", "metadata", "labels", "app.kubernetes.io/component"];
  const stack = withChange(program, "Deployment worker", set(component, "beat"));
  const found = [`worker: ${LABELS} is another beat, beside beat`];
  assert.deepEqual(judge(stack), found);
  assert.deepEqual(judge(stack.toReversed()), found);
});

test("fails a BookWyrm without beat", () => {
  assert.deepEqual(judge(without(program, "Deployment beat")), [
    `flower: ${LABELS} stands alone: no beat is there`,
  ]);
});

test("leaves Jobs alone, and programs without BookWyrm", () => {
  assert.deepEqual(judge(program.filter(({ type }) => type.endsWith(":Job"))), []);
  assert.deepEqual(judge([]), []);
});

test("fails an autoscaler of beat, and of nothing else", () => {
  const namespace = "bookwyrm";
  const scaling = (
    name: unknown,
    type = "autoscaling/v2:HorizontalPodAutoscaler",
    where = namespace,
  ) =>
    judge([
      ...program,
      stackResource(`kubernetes:${type}`, "scaler", {
        props: { metadata: { namespace: where }, spec: { scaleTargetRef: { name } } },
      }),
    ]);
  const found = ["scaler: spec.scaleTargetRef.name is beat"];
  assert.deepEqual(scaling("beat-1a2b3c4d"), found);
  assert.deepEqual(scaling("beat-1a2b3c4d", "keda.sh/v1alpha1:ScaledObject"), found);
  assert.deepEqual(scaling("web-1a2b3c4d"), []);
  assert.deepEqual(scaling("beat-1a2b3c4d", undefined, "elsewhere"), []);
  assert.deepEqual(scaling(undefined), []);
  assert.deepEqual(scaling(UNKNOWN), []);
});
