import assert from "node:assert/strict";
import { test } from "node:test";
import { noHostAccess } from "../../../policy/rules/no-host-access.ts";
import { deployment, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (podSpec: object): string[] =>
  problems(noHostAccess, "apps/v1:Deployment", deployment(podSpec));

const SPEC = "spec.template.spec";
const APP = `${SPEC}.containers[app]`;

test("passes a pod that leaves its node alone", () => {
  assert.deepEqual(judge({}), []);
  assert.deepEqual(judge({ hostNetwork: false, volumes: [{ name: "a", emptyDir: {} }] }), []);
});

for (const field of ["hostNetwork", "hostPID", "hostIPC"]) {
  test(`fails ${field}`, () => {
    assert.deepEqual(judge({ [field]: true }), [`${SPEC}.${field} is true`]);
    assert.deepEqual(judge({ [field]: UNKNOWN }), [`${SPEC}.${field} is not known yet`]);
  });
}

test("fails a volume of the node, a port of the node, and a privileged container", () => {
  assert.deepEqual(judge({ volumes: [{}, { hostPath: { path: "/" } }] }), [
    `${SPEC}.volumes[1].hostPath is {"path":"/"}`,
  ]);
  assert.deepEqual(judge({ containers: [goodContainer({ ports: [{ hostPort: 80 }] })] }), [
    `${APP}.ports[0].hostPort is 80`,
  ]);
  assert.deepEqual(
    judge({ initContainers: [goodContainer({ securityContext: { privileged: true } })] }),
    [`${SPEC}.initContainers[app].securityContext.privileged is true`],
  );
});

test("fails a process of a Windows node, for the pod or for one container", () => {
  const securityContext = { windowsOptions: { hostProcess: true } };
  assert.deepEqual(judge({ securityContext }), [
    `${SPEC}.securityContext.windowsOptions.hostProcess is true`,
  ]);
  assert.deepEqual(judge({ containers: [goodContainer({ securityContext })] }), [
    `${APP}.securityContext.windowsOptions.hostProcess is true`,
  ]);
});

test("passes what says that it wants none of it", () => {
  const securityContext = { privileged: false, windowsOptions: { hostProcess: false } };
  assert.deepEqual(
    judge({ containers: [goodContainer({ securityContext, ports: [{ hostPort: 0 }] })] }),
    [],
  );
});

test("fails what is not known", () => {
  const securityContext = { privileged: UNKNOWN };
  assert.deepEqual(judge({ containers: [goodContainer({ securityContext, ports: UNKNOWN })] }), [
    `${APP}.securityContext.privileged is not known yet`,
    `${APP}.ports[0].hostPort is not known yet`,
  ]);
});

test("fails volumes that are not known", () => {
  assert.deepEqual(judge({ volumes: UNKNOWN }), [`${SPEC}.volumes[0].hostPath is not known yet`]);
});

for (const [field, source] of [
  ["hostPath", { path: "/" }],
  ["local", { path: "/mnt/disk" }],
] as const) {
  test(`fails a PersistentVolume of ${field}, which a claim hands to a pod`, () => {
    const volume = { spec: { capacity: { storage: "1Gi" }, [field]: source } };
    const problem = `spec.${field} is ${JSON.stringify(source)}`;
    assert.deepEqual(problems(noHostAccess, "core/v1:PersistentVolume", volume), [problem]);
    assert.deepEqual(problems(noHostAccess, "core/v1:PersistentVolumePatch", volume), [problem]);
    for (const [type, item] of [
      ["core/v1:PersistentVolumeList", volume],
      ["core/v1:List", { apiVersion: "v1", kind: "PersistentVolume", ...volume }],
    ] as const) {
      assert.deepEqual(problems(noHostAccess, type, { items: [item] }), [`items[0].${problem}`]);
    }
    const unknown = { spec: { [field]: UNKNOWN } };
    assert.deepEqual(problems(noHostAccess, "core/v1:PersistentVolume", unknown), [
      `spec.${field} is not known yet`,
    ]);
  });
}

test("passes a PersistentVolume of a storage system, and what only has such a field", () => {
  const csi = { spec: { csi: { driver: "example.org", volumeHandle: "a" } } };
  assert.deepEqual(problems(noHostAccess, "core/v1:PersistentVolume", csi), []);
  const other = { spec: { local: { path: "/" } } };
  assert.deepEqual(problems(noHostAccess, "example.org/v1:Thing", other), []);
});
