import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { createNamespace, inLab, kubectl } from "../support/lab.ts";
import { POD_SECURITY } from "../support/pod-security.ts";

// The table that the pod rules are held against, held against the API server's own admission.

const NAMESPACE = `test-${randomBytes(3).toString("hex")}`;

before(async () => {
  await createNamespace(NAMESPACE);
  await kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
  await kubectl("create", "serviceaccount", "tested", `--namespace=${NAMESPACE}`);
});
after(async () => {
  await kubectl("delete", "namespace", NAMESPACE, "--wait=false");
});

const nameOf = (index: number): string => `case-${index.toString()}`;

test("Pod Security admission refuses what the table says, and nothing else", async () => {
  const pods = POD_SECURITY.map(({ pod }, index) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...pod.metadata, name: nameOf(index) },
    spec: { ...pod.spec, serviceAccountName: "tested" },
  }));
  const { output } = await inLab(
    ["kubectl", "create", `--namespace=${NAMESPACE}`, "--dry-run=server", "--filename=-"],
    { input: pods.map((pod) => JSON.stringify(pod)).join("\n---\n") },
  );
  const lines = output.split("\n");
  const answers = POD_SECURITY.map(({ name }, index) => {
    const pod = nameOf(index);
    if (lines.some((line) => line.startsWith(`pod/${pod} created`))) return `${name}: allowed`;
    const refusal = `pods "${pod}" is forbidden: violates PodSecurity "restricted:latest"`;
    return `${name}: ${output.includes(refusal) ? "refused" : "neither"}`;
  });
  assert.deepEqual(
    answers,
    POD_SECURITY.map(({ name, isAllowed }) => `${name}: ${isAllowed ? "allowed" : "refused"}`),
    output,
  );
});
