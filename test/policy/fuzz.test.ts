import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CONTAINER_LISTS } from "../../policy/pods.ts";
import type { Finding, Rule, StackResource } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules/index.ts";
import {
  asInPreview,
  deployment,
  everyWorkload,
  goodContainer,
  goodPodSpec,
  stackResource,
  UNKNOWN,
} from "../support/policy.ts";

// A rule that throws ends the whole analysis without a word (@pulumi/policy 1.21), so none may, on any input.

const CONFIG = { registries: ["harbor.example.org/uostas"] };

const resource = (type: string, props: object): StackResource =>
  stackResource(type, "subject", { props });

const judge = (rule: Rule, resource: StackResource): readonly Finding[] =>
  "judge" in rule ? rule.judge(resource, CONFIG) : rule.judgeStack([resource], CONFIG);

/** Names that rules look for, so that a random object is not passed over at once. */
const NAMES = [
  ...[
    "metadata",
    "spec",
    "template",
    "containers",
    "initContainers",
    "items",
    "kind",
    "image",
    "name",
  ],
  ...[
    "annotations",
    "labels",
    "securityContext",
    "capabilities",
    "drop",
    "volumes",
    "ports",
    "env",
  ],
  ...[
    "value",
    "resources",
    "limits",
    "readinessProbe",
    "livenessProbe",
    "httpGet",
    "imagePullSecrets",
  ],
  ...[
    "replicas",
    "strategy",
    "data",
    "stringData",
    "type",
    "selector",
    "rules",
    "jobTemplate",
    "__proto__",
  ],
];

const odd = fc.constantFrom<unknown>(
  UNKNOWN,
  null,
  "",
  "x",
  0,
  1,
  true,
  [],
  {},
  [null],
  [UNKNOWN],
  "Always",
);

const { object } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    odd,
    tie("object"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), tie("value"), {
    maxKeys: 5,
  }),
})) as { readonly object: fc.Arbitrary<object> };

const type = fc.oneof(
  fc.constantFrom(...everyWorkload({}).map(([type]) => `kubernetes:${type}`)),
  fc.constantFrom(
    ..."core/v1:Service core/v1:ConfigMap core/v1:Secret core/v1:Namespace networking.k8s.io/v1:Ingress"
      .split(" ")
      .map((type) => `kubernetes:${type}`),
  ),
  fc.constantFrom("pulumi:pulumi:Stack", "kubernetes:helm.sh/v3:Release", "kubernetes::", "::", ""),
  fc.string(),
);

test("no rule throws, whatever a resource is", () => {
  fc.assert(
    fc.property(type, object, (type, props) => {
      const odd = resource(type, props);
      for (const rule of RULES) judge(rule, odd);
    }),
    { numRuns: 2000 },
  );
});

/** Everything that can be replaced in a value: paths to all of its parts. */
function pathsIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    [key],
    ...pathsIn(part).map((path) => [key, ...path]),
  ]);
}

function withPart(value: unknown, [step, ...rest]: readonly string[], part: unknown): unknown {
  if (step === undefined) return part;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[step] = withPart(copy[step], rest, part);
  return copy;
}

const SPEC = goodPodSpec(
  Object.fromEntries(CONTAINER_LISTS.map((list) => [list, [goodContainer({ name: list })]])),
);

const PARTS = [undefined, UNKNOWN, null, 1, "x", [], {}, [UNKNOWN], [1]];

/** Every kind of workload, with each of its parts replaced by each of these. */
const damaged: readonly StackResource[] = everyWorkload(SPEC).flatMap(([type, props]) =>
  pathsIn(props).flatMap((path) =>
    PARTS.map((part) => resource(`kubernetes:${type}`, withPart(props, path, part) as object)),
  ),
);

for (const rule of RULES) {
  test(`${rule.name} judges every kind of workload with any part unset, unknown, or of a wrong type`, () => {
    for (const { path, problem, fix } of damaged.flatMap((resource) => judge(rule, resource))) {
      assert.ok(path !== "" && problem !== "" && fix !== "");
      assert.doesNotMatch(`${path} ${problem} ${fix}`, /undefined|\[object|Symbol\(|NaN/);
    }
  });
}

test("a value that is not known makes no finding that says it is wrong", () => {
  const props = deployment(SPEC);
  for (const path of pathsIn(props)) {
    const changed = withPart(props, path, UNKNOWN) as object;
    const deployment = resource("kubernetes:apps/v1:Deployment", changed);
    for (const rule of RULES) {
      for (const finding of judge(rule, deployment)) {
        const where = `${rule.name} where ${path.join(".")} is not known: ${finding.problem}`;
        assert.equal(finding.isUnknown, true, where);
      }
    }
  }
});

test("the values that the tests call unknown are unknown to the rules", () => {
  assert.equal(typeof (asInPreview({ a: UNKNOWN }) as { a: unknown }).a, "symbol");
});
