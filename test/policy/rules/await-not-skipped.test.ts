import assert from "node:assert/strict";
import { test } from "node:test";
import { awaitNotSkipped } from "../../../policy/rules/await-not-skipped.ts";
import { deployment, everyWorkload, goodPodSpec, problems, UNKNOWN } from "../../support/policy.ts";

const PATH = 'metadata.annotations["pulumi.com/skipAwait"]';

const judge = (value: unknown, type = "apps/v1:Deployment"): string[] =>
  problems(awaitNotSkipped, type, {
    ...deployment(),
    metadata: { annotations: { "pulumi.com/skipAwait": value } },
  });

test("passes a workload that is waited for", () => {
  assert.deepEqual(judge(undefined), []);
  assert.deepEqual(judge("false"), []);
});

test("fails a workload that is not, and one of which that is not known", () => {
  assert.deepEqual(judge("true"), [`${PATH} is "true"`]);
  assert.deepEqual(judge(UNKNOWN), [`${PATH} is not known yet`]);
});

test("lets other resources skip what they like", () => {
  const props = { metadata: { annotations: { "pulumi.com/skipAwait": "true" } } };
  assert.deepEqual(problems(awaitNotSkipped, "core/v1:Service", props), []);
});

test("sees the annotations of every workload in a List", () => {
  const skipping = {
    ...deployment(),
    metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
  };
  const props = { items: [deployment(), skipping] };
  assert.deepEqual(problems(awaitNotSkipped, "apps/v1:DeploymentList", props), [
    `items[1].${PATH} is "true"`,
  ]);
});

const WAIT_FOR = 'metadata.annotations["pulumi.com/waitFor"]';

const waitingFor = (value: unknown): object => ({
  metadata: { annotations: { "pulumi.com/waitFor": value } },
});

for (const [type, props, path] of everyWorkload(goodPodSpec())) {
  const isCustom = type.startsWith("argoproj.io/");
  test(`${isCustom ? "passes" : "fails"} ${type} that says itself what is waited for`, () => {
    const [index] = /^items\[(\d)\]/.exec(path)?.slice(1) ?? [];
    const withAnnotation = (value: unknown): object => {
      if (index === undefined) return { ...props, ...waitingFor(value) };
      const { items } = props as { items: readonly object[] };
      return {
        items: items.map((item, at) =>
          at === Number(index) ? { ...item, ...waitingFor(value) } : item,
        ),
      };
    };
    const where = index === undefined ? WAIT_FOR : `items[${index}].${WAIT_FOR}`;
    assert.deepEqual(problems(awaitNotSkipped, type, withAnnotation(undefined)), []);
    assert.deepEqual(
      problems(awaitNotSkipped, type, withAnnotation("jsonpath={.metadata.name}")),
      isCustom ? [] : [`${where} is "jsonpath={.metadata.name}"`],
    );
    assert.deepEqual(
      problems(awaitNotSkipped, type, withAnnotation(UNKNOWN)),
      isCustom ? [] : [`${where} is not known yet`],
    );
  });
}

test("lets a custom kind in a List, or of a workload's name, say what is waited for", () => {
  const waiting = waitingFor("condition=Healthy");
  const rollout = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", ...waiting };
  const job = { apiVersion: "batch.volcano.sh/v1alpha1", kind: "Job", ...waiting };
  const items = [deployment(), rollout, job];
  assert.deepEqual(problems(awaitNotSkipped, "core/v1:List", { items }), []);
  assert.deepEqual(
    problems(awaitNotSkipped, "batch.volcano.sh/v1alpha1:Job", {
      spec: { template: { spec: goodPodSpec() } },
      ...waiting,
    }),
    [],
  );
});

test("sees the annotation of an item whose kind or group is not known", () => {
  const waiting = waitingFor("condition=Healthy");
  const items = [
    { ...deployment(), apiVersion: UNKNOWN, ...waiting },
    { ...deployment(), kind: UNKNOWN, ...waiting },
  ];
  assert.deepEqual(problems(awaitNotSkipped, "core/v1:List", { items }), [
    `items[0].${WAIT_FOR} is "condition=Healthy"`,
    `items[1].${WAIT_FOR} is "condition=Healthy"`,
  ]);
});
