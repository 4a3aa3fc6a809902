import { LABEL, PART_OF } from "../../model/labels.ts";
import type { Cluster, Executed, LogOf, Target } from "../../checks/cluster/cluster.ts";
import { ConflictError } from "../../checks/cluster/cluster.ts";
import type {
  ConfigMap,
  Condition,
  ContainerStatus,
  Deployment,
  Event,
  Job,
  Listed,
  Metadata,
  Node,
  Pod,
  ReplicaSet,
  Secret,
  StatefulSet,
} from "../../checks/cluster/objects.ts";
import { type Reading, takeReading } from "../../checks/cluster/reading.ts";
import { type Expected, expectedOf, type ExpectedWorkload } from "../../checks/post/expected.ts";
import type { HttpResponse } from "../../checks/http.ts";
import { settings } from "./settings.ts";

/** Like an object of the cluster, but a test may change every part of it. */
export type Mutable<T> = T extends object ? { -readonly [Key in keyof T]: Mutable<T[Key]> } : T;

export interface Objects {
  pods: Mutable<Pod>[];
  deployments: Mutable<Deployment>[];
  statefulsets: Mutable<StatefulSet>[];
  replicasets: Mutable<ReplicaSet>[];
  jobs: Mutable<Job>[];
  nodes: Mutable<Node>[];
  events: Mutable<Event>[];
}

const STORE = `harbor.example.org/uostas/store:1@sha256:${"5".repeat(64)}`;

export const EXPECTED: Expected = expectedOf(
  settings({
    database: { image: STORE },
    redis: { image: STORE },
    web: { replicas: 2 },
  }),
  true,
);

export const SINCE = new Date("2025-11-16T09:00:00Z");
export const READY_SINCE = "2025-11-16T09:10:00Z";
export const AFTER = "2025-11-16T09:24:00Z";

/** What a cluster holds that runs what is expected, and nothing else. */
export function healthy(expected: Expected = EXPECTED): Objects {
  const objects: Objects = {
    pods: [],
    deployments: [],
    statefulsets: [],
    replicasets: [],
    jobs: [],
    nodes: [
      {
        metadata: { name: "node-1", uid: "node-1" },
        status: { nodeInfo: { operatingSystem: "linux", architecture: "amd64" } },
      },
    ],
    events: [],
  };
  for (const workload of expected.workloads) add(objects, workload);
  return structuredClone(objects);
}

function add(objects: Objects, workload: ExpectedWorkload): void {
  const { name, kind, replicas } = workload;
  const metadata = { ...metadataOf(workload, name), generation: 3 };
  const status = { observedGeneration: 3, replicas, updatedReplicas: replicas };
  if (kind === "Deployment") {
    const annotations = { "deployment.kubernetes.io/revision": "2" };
    const set = `${name}-rs`;
    objects.deployments.push({
      metadata: { ...metadata, annotations },
      spec: { replicas },
      status: { ...status, availableReplicas: replicas },
    });
    objects.replicasets.push({
      metadata: { ...metadataOf(workload, set, owner("Deployment", name)), annotations },
      spec: { replicas },
      status: { replicas, readyReplicas: replicas },
    });
    for (let index = 1; index <= replicas; index++) {
      objects.pods.push(
        podOf(workload, `${set}-${index.toString()}`, owner("ReplicaSet", set)) as Mutable<Pod>,
      );
    }
  } else if (kind === "StatefulSet") {
    objects.statefulsets.push({
      metadata,
      spec: { replicas },
      status: {
        ...status,
        readyReplicas: replicas,
        availableReplicas: replicas,
        currentRevision: "a",
        updateRevision: "a",
      },
    });
    objects.pods.push(podOf(workload, `${name}-0`, owner("StatefulSet", name)) as Mutable<Pod>);
  } else {
    const pod = podOf(workload, `${name}-pod`, owner("Job", name));
    objects.jobs.push({
      metadata,
      spec: { template: { spec: pod.spec } },
      status: { conditions: [{ type: "Complete", status: "True" }] },
    } as Mutable<Job>);
    objects.pods.push(pod as Mutable<Pod>);
  }
}

const metadataOf = (
  { component, name }: ExpectedWorkload,
  objectName: string,
  ownerReferences?: Metadata["ownerReferences"],
): Mutable<Metadata> => ({
  name: objectName,
  uid: `uid-${objectName}`,
  labels: { [LABEL.name]: name, [LABEL.component]: component, [LABEL.partOf]: PART_OF },
  creationTimestamp: "2025-11-16T09:05:00Z",
  ...(ownerReferences && { ownerReferences: ownerReferences.map((owner) => ({ ...owner })) }),
});

const owner = (kind: string, name: string): Metadata["ownerReferences"] => [
  { kind, name, uid: `uid-${name}`, controller: true },
];

function podOf(
  workload: ExpectedWorkload,
  name: string,
  ownerReferences: Metadata["ownerReferences"],
): Pod {
  const { component, image, kind } = workload;
  const isJob = kind === "Job";
  const ready: Condition = {
    type: "Ready",
    status: isJob ? "False" : "True",
    lastTransitionTime: READY_SINCE,
  };
  const status: ContainerStatus = {
    name: component,
    imageID: `${image.registry}/${image.path}@${image.digest}`,
    restartCount: 0,
    state: isJob
      ? { terminated: { exitCode: 0, reason: "Completed", finishedAt: READY_SINCE } }
      : { running: { startedAt: READY_SINCE } },
  };
  return {
    metadata: metadataOf(workload, name, ownerReferences),
    spec: {
      nodeName: "node-1",
      ...(isJob && { restartPolicy: "Never" }),
      containers: [
        {
          name: component,
          image: image.reference,
          ...(component === "web" && { ports: [{ name: "http", containerPort: 8000 }] }),
          ...(component === "beat" && { command: ["celery", "--app=celerywyrm", "beat"] }),
          envFrom: [{ secretRef: { name: "environment" } }],
        },
      ],
      imagePullSecrets: [{ name: EXPECTED.pullSecret }],
    },
    status: {
      phase: isJob ? "Succeeded" : "Running",
      conditions: [ready],
      containerStatuses: [status],
    },
  };
}

/** The first of them with this name at the front of its own. */
export function one<Item extends { readonly metadata: { readonly name: string } }>(
  items: readonly Item[],
  name: string,
): Item {
  const item = items.find(({ metadata }) => metadata.name.startsWith(name));
  if (item === undefined) throw new Error(`nothing is named ${name}`);
  return item;
}

export interface Answers {
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly secretType?: string;
  readonly execute?: (command: readonly string[]) => Executed | Promise<Executed>;
  readonly ask?: (target: Target) => Partial<HttpResponse> | Promise<Partial<HttpResponse>>;
  readonly log?: (from: LogOf) => string;
}

/** A cluster in memory, for what the checks decide; how it is read has tests of its own. */
export function fakeCluster(objects: Objects, answers: Answers = {}): Cluster {
  let configMap: ConfigMap | undefined;
  let version = 0;
  const missing = (what: string) => (): never => {
    throw new Error(`this test does not ${what}`);
  };
  return {
    namespace: "bookwyrm",
    now: () => Promise.resolve(new Date()),
    list: <Kind extends keyof Listed>(kind: Kind) =>
      Promise.resolve(objects[kind] as unknown as readonly Listed[Kind][]),
    secret: (name) => {
      const data = answers.secrets?.[name];
      if (data === undefined) return Promise.resolve(undefined);
      const encode = (text: string): string => Buffer.from(text).toString("base64");
      const secret: Secret = {
        metadata: { name, uid: name },
        type: answers.secretType ?? "Opaque",
        data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, encode(text)])),
      };
      return Promise.resolve(secret);
    },
    configMap: () => Promise.resolve(configMap),
    writeConfigMap: async ({ name, data, resourceVersion }) => {
      await Promise.resolve();
      if (configMap?.metadata.resourceVersion !== resourceVersion) {
        throw new ConflictError("written by somebody else");
      }
      version += 1;
      configMap = { metadata: { name, uid: name, resourceVersion: version.toString() }, data };
    },
    log: async (from) => Promise.resolve((answers.log ?? missing("read logs"))(from)),
    execute: async (_container, command) => (answers.execute ?? missing("run commands"))(command),
    ask: async (target) => ({
      status: 200,
      headers: {},
      body: Buffer.from(""),
      ...(await (answers.ask ?? missing("ask over HTTP"))(target)),
    }),
    remove: missing("remove objects"),
  };
}

export const readingOf = (objects: Objects): Reading =>
  takeReading(fakeCluster(objects), AbortSignal.timeout(10_000));
