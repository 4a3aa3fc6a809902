/** A pod's spec that no node takes: these objects are for the API server, not for a kubelet. */
const podSpec = (spec: object): object => ({
  nodeSelector: { "example.org/no-such": "node" },
  ...spec,
});

/** An object of every kind that makes pods, each with this pod's spec, as `kubectl apply` takes it. */
export function manifests(name: string, spec: object): Readonly<Record<string, object>> {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: podSpec(spec) };
  const once = { ...template, spec: { ...template.spec, restartPolicy: "Never" } };
  const object = (apiVersion: string, kind: string, rest: object): object => ({
    apiVersion,
    kind,
    metadata: { name, labels },
    ...rest,
  });
  const selector = { matchLabels: labels };
  return {
    Pod: object("v1", "Pod", { spec: template.spec }),
    PodTemplate: object("v1", "PodTemplate", { template }),
    ReplicationController: object("v1", "ReplicationController", {
      spec: { replicas: 0, selector: labels, template },
    }),
    Deployment: object("apps/v1", "Deployment", { spec: { replicas: 1, selector, template } }),
    ReplicaSet: object("apps/v1", "ReplicaSet", { spec: { replicas: 0, selector, template } }),
    StatefulSet: object("apps/v1", "StatefulSet", {
      spec: { replicas: 0, serviceName: name, selector, template },
    }),
    DaemonSet: object("apps/v1", "DaemonSet", { spec: { selector, template } }),
    Job: object("batch/v1", "Job", { spec: { suspend: true, template: once } }),
    CronJob: object("batch/v1", "CronJob", {
      spec: { schedule: "0 0 1 1 *", suspend: true, jobTemplate: { spec: { template: once } } },
    }),
  };
}
