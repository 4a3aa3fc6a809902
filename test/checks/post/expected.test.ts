import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedOf } from "../../../checks/post/expected.ts";
import { QUEUES } from "../../../model/queues.ts";
import { BookWyrm } from "../../../components/bookwyrm.ts";
import { podsOf } from "../../support/pods.ts";
import { record } from "../../support/record.ts";
import { secrets, settings } from "../../support/settings.ts";

const STORE = `harbor.example.org/uostas/store:1@sha256:${"5".repeat(64)}`;
const ALL = settings({
  database: { image: STORE },
  redis: { image: STORE },
  workers: [
    { name: "fast", queues: QUEUES.slice(0, 7), replicas: 3 },
    { name: "slow", queues: QUEUES.slice(7) },
  ],
});

test("what is expected is what the program makes, down to labels, replicas and images", async () => {
  const resources = await record(() => {
    new BookWyrm("bookwyrm", { settings: ALL, secrets: secrets() });
  });
  const made = resources.flatMap(({ type, inputs }) => {
    const template = inputs["spec"]?.template;
    if (template?.spec?.containers === undefined) return [];
    const { labels } = template.metadata as { readonly labels: Record<string, string> };
    return [
      {
        component: labels["app.kubernetes.io/component"],
        name: labels["app.kubernetes.io/name"],
        kind: type.split(":").at(-1),
        replicas: (inputs["spec"].replicas as number | undefined) ?? 1,
        image: template.spec.containers[0].image as string,
      },
    ];
  });
  const expected = expectedOf(ALL, true).workloads.map(
    ({ component, name, kind, replicas, image }) => ({
      component: component,
      name,
      kind: kind,
      replicas,
      image: image.reference,
    }),
  );
  const sorted = (workloads: readonly { readonly name: string | undefined }[]): object[] =>
    workloads.toSorted((a, b) => (a.name ?? "").localeCompare(b.name ?? ""));
  assert.deepEqual(sorted(expected), sorted(made));
  assert.equal(podsOf(resources).length, expected.length);
});

test("stores that run elsewhere, and flower that is not deployed, are not expected", () => {
  const { workloads, domain, version, pullSecret } = expectedOf(settings(), false);
  assert.deepEqual(
    workloads.map(({ kind, name }) => `${kind} ${name}`),
    ["Job smoke", "Job migration", "Deployment web", "Deployment worker", "Deployment beat"],
  );
  assert.deepEqual(
    { domain, version, pullSecret },
    { domain: "books.example.org", version: "0.9.2", pullSecret: "uostas-registry" },
  );
});

test("each worker is expected to serve its own queues", () => {
  const served = expectedOf(ALL, false).workloads.filter(({ queues }) => queues.length > 0);
  assert.deepEqual(
    served.map(({ name, queues }) => [name, queues.length]),
    [
      ["fast", 7],
      ["slow", 7],
    ],
  );
});
