import type { Cluster } from "./cluster.ts";
import { podsOf, reasonsOf } from "./pods.ts";
import {
  conditionInWords,
  isObject,
  type JsonObject,
  numberAt,
  objectsAt,
  textAt,
} from "./values.ts";

/** Where an object stands on its way to being what the program asked for. */
export interface Readiness {
  readonly state: "ready" | "waiting" | "failed";
  /** Why it is not ready, as far as anything is known to be wrong. */
  readonly reasons: readonly string[];
}

const READY: Readiness = { state: "ready", reasons: [] };
const waiting = (reasons: readonly string[]): Readiness => ({ state: "waiting", reasons });

type Judge = (object: JsonObject, cluster: Cluster) => Promise<Readiness> | Readiness;

/** Kinds that take time to become ready; everything else is ready once it exists. */
const JUDGES: Readonly<Record<string, Judge>> = {
  Deployment: deployment,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  Job: job,
  PersistentVolumeClaim: persistentVolumeClaim,
  Service: service,
  Pod: pod,
};

export const takesTime = (kind: string): boolean => kind in JUDGES;

export async function readinessOf(object: JsonObject, cluster: Cluster): Promise<Readiness> {
  const judge = JUDGES[textAt(object, "kind") ?? ""];
  return judge === undefined ? READY : await judge(object, cluster);
}

const condition = (object: JsonObject, type: string): JsonObject | undefined =>
  objectsAt(object, "status", "conditions").find((entry) => entry["type"] === type);

const isObserved = (object: JsonObject): boolean =>
  (numberAt(object, "status", "observedGeneration") ?? 0) >=
  (numberAt(object, "metadata", "generation") ?? 0);

async function deployment(object: JsonObject, cluster: Cluster): Promise<Readiness> {
  const progressing = condition(object, "Progressing");
  const available = condition(object, "Available");
  const isRolledOut =
    isObserved(object) &&
    progressing?.["reason"] === "NewReplicaSetAvailable" &&
    available?.["status"] === "True";
  if (isRolledOut) return READY;
  const reasons = (await podsOfNewReplicaSet(object, cluster)).flatMap(reasonsOf);
  if (isObserved(object) && progressing?.["reason"] === "ProgressDeadlineExceeded") {
    return {
      state: "failed",
      reasons: [conditionInWords(progressing), ...reasons],
    };
  }
  if (available?.["status"] === "False") {
    return waiting([conditionInWords(available), ...reasons]);
  }
  return waiting(reasons);
}

const REVISION = "deployment.kubernetes.io/revision";

/** Pods of older releases say nothing about this one. */
async function podsOfNewReplicaSet(object: JsonObject, cluster: Cluster): Promise<JsonObject[]> {
  const labels = selectorOf(object);
  const namespace = textAt(object, "metadata", "namespace");
  const revision = textAt(object, "metadata", "annotations", REVISION);
  const replicaSets = await cluster.list(
    { apiVersion: "apps/v1", kind: "ReplicaSet" },
    namespace,
    labels,
  );
  const newest = replicaSets.find(
    (replicaSet) =>
      revision !== undefined &&
      textAt(replicaSet, "metadata", "annotations", REVISION) === revision &&
      objectsAt(replicaSet, "metadata", "ownerReferences").some(
        (reference) => reference["uid"] === textAt(object, "metadata", "uid"),
      ),
  );
  return newest === undefined ? [] : podsOf(cluster, newest, labels);
}

async function statefulSet(object: JsonObject, cluster: Cluster): Promise<Readiness> {
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = (field: string): number => numberAt(object, "status", field) ?? 0;
  const isRolledOut =
    isObserved(object) &&
    textAt(object, "status", "currentRevision") === textAt(object, "status", "updateRevision") &&
    count("readyReplicas") === wanted &&
    count("replicas") === wanted;
  if (isRolledOut) return READY;
  const pods = await podsOf(cluster, object, selectorOf(object));
  return waiting([
    `${count("readyReplicas").toString()} of ${wanted.toString()} replicas are ready`,
    ...pods.flatMap(reasonsOf),
  ]);
}

async function daemonSet(object: JsonObject, cluster: Cluster): Promise<Readiness> {
  const count = (field: string): number => numberAt(object, "status", field) ?? 0;
  const wanted = count("desiredNumberScheduled");
  const isRolledOut =
    isObserved(object) &&
    count("updatedNumberScheduled") === wanted &&
    count("numberReady") === wanted;
  if (isRolledOut) return READY;
  return waiting((await podsOf(cluster, object, selectorOf(object))).flatMap(reasonsOf));
}

async function job(object: JsonObject, cluster: Cluster): Promise<Readiness> {
  if (condition(object, "Complete")?.["status"] === "True") return READY;
  const failed = condition(object, "Failed");
  const pods = await podsOf(cluster, object, {
    "job-name": textAt(object, "metadata", "name") ?? "",
  });
  const reasons = pods.flatMap(reasonsOf);
  if (failed?.["status"] === "True") {
    const why = `Job failed: ${conditionInWords(failed)}`;
    return { state: "failed", reasons: [why, ...reasons] };
  }
  return waiting(reasons);
}

async function persistentVolumeClaim(object: JsonObject, cluster: Cluster): Promise<Readiness> {
  if (textAt(object, "status", "phase") === "Bound") return READY;
  const className = textAt(object, "spec", "storageClassName");
  const storageClass =
    className === undefined
      ? undefined
      : await cluster.get(
          { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" },
          undefined,
          className,
        );
  // Such a claim is bound by its first pod, which may come later in the same program.
  if (textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer") return READY;
  return waiting(["the claim is not bound to a volume"]);
}

async function service(object: JsonObject, cluster: Cluster): Promise<Readiness> {
  const type = textAt(object, "spec", "type");
  const isHeadless = textAt(object, "spec", "clusterIP") === "None";
  if (type === "ExternalName" || isHeadless || Object.keys(selectorOf(object)).length === 0)
    return READY;
  const slices = await cluster.list(
    { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" },
    textAt(object, "metadata", "namespace"),
    { "kubernetes.io/service-name": textAt(object, "metadata", "name") ?? "" },
  );
  const isServed = slices.some((slice) =>
    objectsAt(slice, "endpoints").some((endpoint) => {
      const { conditions } = endpoint;
      return isObject(conditions) && conditions["ready"] === true;
    }),
  );
  if (!isServed) return waiting(["the Service has no pod that is ready"]);
  const ingress = objectsAt(object, "status", "loadBalancer", "ingress");
  if (type === "LoadBalancer" && ingress.length === 0)
    return waiting(["no address was given to the load balancer"]);
  return READY;
}

function pod(object: JsonObject): Readiness {
  const phase = textAt(object, "status", "phase");
  if (phase === "Succeeded" || condition(object, "Ready")?.["status"] === "True") return READY;
  if (phase === "Failed") return { state: "failed", reasons: reasonsOf(object) };
  return waiting(reasonsOf(object));
}

function selectorOf(object: JsonObject): Record<string, string> {
  const spec = object["spec"];
  const selector = isObject(spec) ? spec["selector"] : undefined;
  if (!isObject(selector)) return {};
  // A Service's selector is the labels themselves; everything else has matchLabels.
  const labels = textAt(object, "kind") === "Service" ? selector : selector["matchLabels"];
  return isObject(labels) ? (labels as Record<string, string>) : {};
}
