import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceAccountTokenOff } from "../../../policy/rules/service-account-token-off.ts";
import { deployment, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (automountServiceAccountToken: unknown): string[] =>
  problems(
    serviceAccountTokenOff,
    "apps/v1:Deployment",
    deployment({ automountServiceAccountToken }),
  );

const PATH = "spec.template.spec.automountServiceAccountToken";

test("passes false", () => {
  assert.deepEqual(judge(false), []);
});

for (const [value, problem] of [
  [true, "is true"],
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a field that ${problem}`, () => {
    assert.deepEqual(judge(value), [`${PATH} ${problem}`]);
  });
}

const judgeSources = (sources: unknown): string[] =>
  problems(
    serviceAccountTokenOff,
    "apps/v1:Deployment",
    deployment({
      volumes: [
        { name: "a", emptyDir: {} },
        { name: "b", projected: { sources } },
      ],
    }),
  );
const SOURCES = "spec.template.spec.volumes[1].projected.sources";

for (const [audience, problem] of [
  [undefined, "is not set"],
  [UNKNOWN, "is not known yet"],
  ["", 'is ""'],
  ["https://kubernetes.default.svc", 'is "https://kubernetes.default.svc"'],
  [
    "https://kubernetes.default.svc.cluster.local",
    'is "https://kubernetes.default.svc.cluster.local"',
  ],
  ["http://kubernetes.default:6443/", 'is "http://kubernetes.default:6443/"'],
  ["kubernetes.default", 'is "kubernetes.default"'],
  ["api", 'is "api"'],
  ["k3s", 'is "k3s"'],
] as const) {
  test(`fails a token in a volume whose audience ${problem}`, () => {
    const sources = [
      { configMap: { name: "a" } },
      { serviceAccountToken: { path: "t", audience } },
    ];
    assert.deepEqual(judgeSources(sources), [
      `${SOURCES}[1].serviceAccountToken.audience ${problem}`,
    ]);
  });
}

test("passes a token for a service whose name holds one of the API server's", () => {
  for (const audience of [
    "my-kubernetes.default",
    "https://kubernetes.default.example.org",
    "https://kubernetes.defaults",
    "https://kubernetes.default/vault",
    "api2",
    "my-api",
    "k3s-vault",
    "a-k3s",
  ]) {
    assert.deepEqual(
      judgeSources([{ serviceAccountToken: { path: "t", audience } }]),
      [],
      audience,
    );
  }
});

test("passes a token for another service, and volumes without one", () => {
  assert.deepEqual(
    judgeSources([
      { serviceAccountToken: { path: "t", audience: "vault" } },
      { secret: { name: "a" } },
      { serviceAccountToken: null },
    ]),
    [],
  );
  assert.deepEqual(judgeSources(undefined), []);
});

test("fails a token and sources that are not known", () => {
  const path = `${SOURCES}[0].serviceAccountToken.audience is not known yet`;
  assert.deepEqual(judgeSources([{ serviceAccountToken: UNKNOWN }]), [path]);
  assert.deepEqual(judgeSources(UNKNOWN), [path]);
});
