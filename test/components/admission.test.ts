import assert from "node:assert/strict";
import { test } from "node:test";
import { Admission } from "../../components/admission.ts";
import { record, type Recorded } from "../support/record.ts";
import { DIGEST, IMAGE, settings } from "../support/settings.ts";

const build = async (changes: Record<string, unknown> = {}): Promise<Recorded[]> => {
  const [, ...resources] = await record(() => {
    const labels = { "app.kubernetes.io/part-of": "bookwyrm" };
    new Admission("admission", {
      namespace: "books-staging",
      labels,
      settings: settings(changes),
    });
  });
  return resources;
};

const metadata = {
  name: "bookwyrm-pinned-images-books-staging",
  labels: { "app.kubernetes.io/part-of": "bookwyrm" },
};

/** What stands between the expressions that find images. */
interface Policy {
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly { readonly messageExpression: string }[];
}

test("the policy judges everything that makes pods, and fails closed", async () => {
  const [policy] = await build();
  assert.equal(
    policy?.type,
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
  );
  const { variables, validations, ...spec } = policy.inputs["spec"];
  assert.deepEqual(policy.inputs["metadata"], metadata);
  const rule = { apiVersions: ["v1"], operations: ["CREATE", "UPDATE"] };
  assert.deepEqual(spec, {
    failurePolicy: "Fail",
    matchConstraints: {
      resourceRules: [
        {
          ...rule,
          apiGroups: [""],
          resources: ["pods", "pods/ephemeralcontainers", "podtemplates", "replicationcontrollers"],
        },
        {
          ...rule,
          apiGroups: ["apps"],
          resources: ["daemonsets", "deployments", "replicasets", "statefulsets"],
        },
        { ...rule, apiGroups: ["batch"], resources: ["cronjobs", "jobs"] },
      ],
    },
  });
  assert.deepEqual(
    (variables as Policy["variables"]).map(({ name }) => name),
    ["podSpec", "oldPodSpec", "oldImages", "images", "unpinned", "foreign", "isController"],
  );
  assert.deepEqual(
    (validations as readonly { expression: string; reason: string }[]).map(
      ({ expression, reason }) => [expression, reason],
    ),
    [
      ["variables.unpinned.size() == 0", "Forbidden"],
      [
        "variables.isController || request.?dryRun.orValue(false) || variables.foreign.size() == 0",
        "Forbidden",
      ],
    ],
  );
});

test("what comes after a changed policy waits until the API server has taken it over", async () => {
  const [policy] = await build();
  assert.equal(policy?.afterUpdate, 1);
});

test("the binding denies, in the namespace of the instance only", async () => {
  const [policy, binding] = await build();
  assert.equal(
    binding?.type,
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
  );
  assert.deepEqual(binding.dependsOn, [policy?.urn]);
  assert.deepEqual(binding.inputs["metadata"], metadata);
  assert.deepEqual(binding.inputs["spec"], {
    policyName: metadata.name,
    validationActions: ["Deny"],
    matchResources: {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "books-staging" } },
    },
  });
});

/** Whether the policy takes an image for one from an allowed home. */
async function allows(changes: Record<string, unknown>, image: string): Promise<boolean> {
  const [policy] = await build(changes);
  const { variables } = policy?.inputs["spec"] as Policy;
  const { expression = "" } = variables.find(({ name }) => name === "foreign") ?? {};
  const pattern = /matches\(r'(?<pattern>[^']*)'\)/.exec(expression)?.groups?.["pattern"];
  assert.ok(pattern, expression);
  return new RegExp(pattern).test(image);
}

const store = (reference: string): string => `${reference}@${DIGEST}`;
const VALKEY = store("ghcr.io/valkey-io/valkey:8");

test("images may come from where those of the stack come from", async () => {
  const database = { image: store("harbor.example.org/mirror/postgres:17") };
  const redis = { image: store("harbor.example.org/valkey-io/valkey:8") };
  const stores = { database, redis };
  assert.equal(await allows(stores, IMAGE), true);
  assert.equal(await allows(stores, database.image), true);
  assert.equal(await allows(stores, redis.image), true);
  assert.equal(await allows(stores, store("harbor.example.org/valkey-io-evil/valkey:8")), false);
  assert.equal(await allows({}, database.image), false);
});

test("an image of Docker Hub is known by its short name", async () => {
  const image = IMAGE.replace("harbor.example.org", "docker.io");
  const database = { image: store("docker.io/library/postgres:17") };
  assert.equal(await allows({ image, database }, store("postgres:17")), true);
});

test("a stack may name more", async () => {
  const admission = { alsoFrom: ["ghcr.io/valkey-io"] };
  assert.equal(await allows({ admission }, VALKEY), true);
});

test("the messages say what to write", async () => {
  const [policy] = await build({ admission: { alsoFrom: ["ghcr.io/valkey-io"] } });
  const { validations } = policy?.inputs["spec"] as Policy;
  assert.deepEqual(
    validations.map(({ messageExpression }) => messageExpression),
    [
      "'no sha256 digest: ' + variables.unpinned.join(', ') + \". A tag can be pushed again, so nobody " +
        "could tell what runs. To deploy, set bookwyrm:image in the file of the stack to an image with " +
        "its digest, and run pulumi up. To look around, give kubectl debug an image with its digest, " +
        "for example the pod's own.\"",
      "'not from ghcr.io/valkey-io or harbor.example.org/uostas: ' + variables.foreign.join(', ') + '. " +
        "Push the image there, or add its registry and project to alsoFrom in bookwyrm:admission in " +
        "the file of the stack, and run pulumi up.'",
    ],
  );
});

test("a release changes nothing about the policy, a move to another registry does", async () => {
  const [first] = await build();
  const [release] = await build({ image: next("harbor.example.org") });
  const [moved] = await build({ image: next("quay.io") });
  assert.deepEqual(release?.inputs, first?.inputs);
  assert.notDeepEqual(moved?.inputs, first?.inputs);
});

const next = (registry: string): string =>
  `${registry}/uostas/bookwyrm:release-0.9.3-c9addf2@${DIGEST}`;
