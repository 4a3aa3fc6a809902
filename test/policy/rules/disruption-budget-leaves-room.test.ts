import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackResource } from "../../../policy/rule.ts";
import { disruptionBudgetLeavesRoom } from "../../../policy/rules/disruption-budget-leaves-room.ts";
import { stackProblems, stackResource, UNKNOWN } from "../../support/policy.ts";
import { programResources, set, withChange } from "../../support/program.ts";

const judge = (...resources: readonly StackResource[]): string[] =>
  stackProblems(disruptionBudgetLeavesRoom, resources);

const SELECTOR = { matchLabels: { app: "web" } };

const budget = (spec: object, namespace = "books"): StackResource =>
  stackResource("kubernetes:policy/v1:PodDisruptionBudget", "budget", {
    props: { metadata: { namespace }, spec: { selector: SELECTOR, ...spec } },
  });
const web = (replicas: unknown, name = "web"): StackResource =>
  stackResource("kubernetes:apps/v1:Deployment", name, {
    props: {
      metadata: { namespace: "books" },
      spec: { replicas, template: { metadata: { labels: { app: "web" } } } },
    },
  });

const blocks = (minAvailable: string, pods: number, names = "web"): string[] => [
  `budget: spec.minAvailable is ${minAvailable}, and ${names} has ${pods.toString()} pods`,
];

test("passes this program, and fails its budget where that keeps all pods", async () => {
  const program = await programResources({ web: { replicas: 2 } });
  assert.deepEqual(judge(...program), []);
  const keeping = (minAvailable: number): StackResource[] =>
    withChange(program, "PodDisruptionBudget web", set(["spec", "minAvailable"], minAvailable));
  assert.deepEqual(judge(...keeping(1)), []);
  assert.deepEqual(judge(...keeping(2)), ["web: spec.minAvailable is 2, and web has 2 pods"]);
});

test("compares numbers, and shares that are rounded up", () => {
  assert.deepEqual(judge(web(3), budget({ minAvailable: 2 })), []);
  assert.deepEqual(judge(web(3), budget({ minAvailable: 3 })), blocks("3", 3));
  assert.deepEqual(judge(web(3), budget({ minAvailable: "4" })), blocks("4", 3));
  assert.deepEqual(judge(web(3), budget({ minAvailable: "66%" })), []);
  assert.deepEqual(judge(web(3), budget({ minAvailable: "67%" })), blocks("67%", 3));
  assert.deepEqual(judge(web(undefined), budget({ minAvailable: 1 })), blocks("1", 1));
});

test("counts all workloads that the budget selects", () => {
  const two = [web(1, "blue"), web(1, "green")];
  assert.deepEqual(judge(...two, budget({ minAvailable: 1 })), []);
  assert.deepEqual(judge(...two, budget({ minAvailable: 2 })), blocks("2", 2, "blue, green"));
  const job = { ...web(1, "migration"), type: "kubernetes:batch/v1:Job" };
  assert.deepEqual(judge(web(1), job, budget({ minAvailable: 1 })), blocks("1", 1));
});

test("leaves what it does not select, what is scaled to nothing, and what is not known", () => {
  assert.deepEqual(judge(web(1), budget({ minAvailable: 1 }, "other")), []);
  const other = { matchLabels: { app: "other" } };
  assert.deepEqual(judge(web(1), budget({ minAvailable: 1, selector: other })), []);
  assert.deepEqual(judge(web(0), budget({ minAvailable: 1 })), []);
  assert.deepEqual(judge(web(UNKNOWN), budget({ minAvailable: 1 })), []);
  assert.deepEqual(judge(web("1"), budget({ minAvailable: 1 })), []);
  assert.deepEqual(judge(web(1), web(UNKNOWN, "more"), budget({ minAvailable: 1 })), []);
  assert.deepEqual(judge(web(1), budget({ minAvailable: UNKNOWN })), []);
  assert.deepEqual(judge(web(1), budget({ maxUnavailable: 1 })), []);
  assert.deepEqual(judge(budget({ minAvailable: 1 })), []);
});

test("leaves what an autoscaler scales, and what runs once on each node", () => {
  const autoscaler = (name: unknown): StackResource =>
    stackResource("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "autoscaler", {
      props: {
        metadata: { namespace: "books" },
        spec: { minReplicas: 3, scaleTargetRef: { kind: "Deployment", name } },
      },
    });
  const named = stackResource("kubernetes:apps/v1:Deployment", "web", {
    props: {
      metadata: { namespace: "books", name: "site" },
      spec: { template: { metadata: { labels: { app: "web" } } } },
    },
  });
  for (const target of ["site", UNKNOWN]) {
    assert.deepEqual(judge(named, autoscaler(target), budget({ minAvailable: 2 })), []);
  }
  assert.deepEqual(judge(named, autoscaler("other"), budget({ minAvailable: 2 })), blocks("2", 1));
  const agent = { ...web(undefined), type: "kubernetes:apps/v1:DaemonSet" };
  assert.deepEqual(judge(agent, budget({ minAvailable: 1 })), []);
});
