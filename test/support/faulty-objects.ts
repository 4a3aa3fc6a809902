import { LABEL, PART_OF } from "../../model/labels.ts";
import { ingress, path } from "./ingress.ts";
import { goodContainer, goodPodSpec } from "./policy.ts";

/** An object as test/fixtures/objects makes it. */
export interface TestObject {
  readonly type: string;
  readonly name: string;
  readonly inputs: { readonly metadata?: object; readonly [field: string]: unknown };
  readonly ignoreChanges?: readonly string[];
  readonly hasDefaultProvider?: true;
}

interface DeploymentParts {
  readonly podSpec?: object;
  readonly labels?: object;
  readonly annotations?: object;
  /** Of the Deployment itself. */
  readonly spec?: object;
}

/** Without replicas: what is refused must not be created, and what is created must not run. */
export const testDeployment = (name: string, parts: DeploymentParts = {}): TestObject => ({
  type: "kubernetes:apps/v1:Deployment",
  name,
  inputs: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { labels: { app: name }, annotations: parts.annotations },
    spec: {
      replicas: 0,
      minReadySeconds: 10,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, ...parts.labels } },
        spec: parts.podSpec ?? goodPodSpec(),
      },
      ...parts.spec,
    },
  },
});

/** An Ingress of another program, for a host with a certificate. */
const testIngress = (name: string, path: object, spec: object = {}): TestObject => ({
  type: "kubernetes:networking.k8s.io/v1:Ingress",
  name,
  inputs: {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    spec: { ...ingress(path)["spec"], ...spec },
  },
});

const HEX = "0f".repeat(32);
export const RELEASE = `harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@sha256:${HEX}`;

/** Command lines that no rule finds fault with. */
const COMMANDS = {
  web: ["gunicorn", "bookwyrm.wsgi:application", "--bind=0.0.0.0:8000", "--workers=2"],
  worker: ["celery", "--app=celerywyrm", "worker", "--concurrency=8", "--queues=email"],
  beat: ["celery", "--app=celerywyrm", "beat"],
  migration: ["python", "manage.py", "migrate"],
};

type Component = keyof typeof COMMANDS;

const labelsOf = (component: Component): object => ({
  [LABEL.partOf]: PART_OF,
  [LABEL.component]: component,
  [LABEL.version]: "0.9.2",
});

const bookWyrmContainer = (component: Component, changes: object): object =>
  goodContainer({
    image: RELEASE,
    command: COMMANDS[component],
    startupProbe: { httpGet: { port: 80 } },
    terminationMessagePolicy: "FallbackToLogsOnError",
    ...changes,
  });

interface BookWyrmParts {
  readonly labels?: object;
  readonly container?: object;
  readonly podSpec?: object;
  readonly spec?: object;
}

/** A Deployment of BookWyrm without fault but for these changes. */
export const bookWyrm = (
  name: string,
  component: Component,
  { labels = {}, container = {}, podSpec = {}, spec = {} }: BookWyrmParts = {},
): TestObject =>
  testDeployment(name, {
    labels: { ...labelsOf(component), ...labels },
    podSpec: goodPodSpec({
      containers: [bookWyrmContainer(component, container)],
      terminationGracePeriodSeconds: 300,
      ...podSpec,
    }),
    spec,
  });

const RIGHTS = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: 1000,
  seccompProfile: { type: "RuntimeDefault" },
};

const withContainer = (name: string, changes: object): TestObject =>
  testDeployment(name, { podSpec: goodPodSpec({ containers: [goodContainer(changes)] }) });

const withPod = (name: string, changes: object): TestObject =>
  testDeployment(name, { podSpec: goodPodSpec(changes) });

const withSecurity = (name: string, changes: object): TestObject =>
  withContainer(name, { securityContext: { ...RIGHTS, ...changes } });

const PAGE = { httpGet: { path: "/", port: 80 } };
const SLOW = { ...PAGE, periodSeconds: 10, failureThreshold: 60 };

/** For each rule about one resource, by its name, an object that has this fault and no other. */
const MAKERS: Readonly<Record<string, (name: string) => TestObject>> = {
  "await-not-skipped": (name) =>
    testDeployment(name, { annotations: { "pulumi.com/skipAwait": "true" } }),
  "beat-is-single": (name) =>
    bookWyrm(name, "beat", { spec: { replicas: 0, strategy: { type: "Recreate" } } }),
  "beat-not-autoscaled": (name) => ({
    type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    name,
    inputs: {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "beat" },
        maxReplicas: 2,
      },
    },
  }),
  "capabilities-dropped": (name) => withSecurity(name, { capabilities: { drop: ["NET_RAW"] } }),
  "code-not-hidden": (name) =>
    bookWyrm(name, "web", {
      container: { volumeMounts: [{ name: "code", mountPath: "/app" }] },
      podSpec: { volumes: [{ name: "code", emptyDir: {} }] },
    }),
  "command-set": (name) => bookWyrm(name, "web", { container: { command: ["/entrypoint.sh"] } }),
  "crash-log-in-status": (name) =>
    bookWyrm(name, "web", { container: { terminationMessagePolicy: "File" } }),
  "disruption-budget-allows-drain": (name) => ({
    type: "kubernetes:policy/v1:PodDisruptionBudget",
    name,
    inputs: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      spec: { maxUnavailable: 0, selector: { matchLabels: { app: name } } },
    },
  }),
  "flower-not-routed": (name) => testIngress(name, path("/", "flower")),
  "grace-period-set": (name) =>
    bookWyrm(name, "worker", { podSpec: { terminationGracePeriodSeconds: 30 } }),
  "image-changes-not-ignored": (name) => ({
    ...testDeployment(name),
    ignoreChanges: ["spec.template.spec.containers"],
  }),
  "image-from-allowed-registry": (name) =>
    withContainer(name, { image: `docker.io/uostas/app:1@sha256:${HEX}` }),
  "image-has-digest": (name) => withContainer(name, { image: "harbor.example.org/uostas/app:1" }),
  "image-names-release": (name) => bookWyrm(name, "web", { labels: { [LABEL.version]: "0.9.1" } }),
  "image-pull-policy-set": (name) => withContainer(name, { imagePullPolicy: "IfNotPresent" }),
  "ingress-has-tls": (name) => testIngress(name, path("/", "wiki"), { tls: undefined }),
  "job-fails-fast": (name) => ({
    type: "kubernetes:batch/v1:Job",
    name,
    inputs: {
      apiVersion: "batch/v1",
      kind: "Job",
      spec: {
        suspend: true,
        backoffLimit: 6,
        activeDeadlineSeconds: 60,
        template: {
          metadata: { labels: labelsOf("migration") },
          spec: goodPodSpec({
            restartPolicy: "Never",
            containers: [bookWyrmContainer("migration", {})],
          }),
        },
      },
    },
  }),
  "min-ready-seconds-set": (name) => testDeployment(name, { spec: { minReadySeconds: 0 } }),
  "namespace-is-restricted": (name) => ({
    type: "kubernetes:core/v1:Namespace",
    name,
    inputs: { apiVersion: "v1", kind: "Namespace" },
  }),
  "no-credentials-in-clear": (name) => ({
    type: "kubernetes:core/v1:ConfigMap",
    name,
    inputs: { apiVersion: "v1", kind: "ConfigMap", data: { PASSWORD: "hunter2" } },
  }),
  "no-host-access": (name) => withPod(name, { hostPID: true }),
  "no-opaque-carriers": (name) => ({
    type: "kubernetes:postgresql.cnpg.io/v1:Cluster",
    name,
    inputs: {
      apiVersion: "postgresql.cnpg.io/v1",
      kind: "Cluster",
      spec: { instances: 1, imageName: "postgres:17" },
    },
  }),
  "privilege-escalation-off": (name) => withSecurity(name, { allowPrivilegeEscalation: true }),
  "probe-ports-exist": (name) =>
    withContainer(name, { readinessProbe: { httpGet: { path: "/", port: "web" } } }),
  "probes-ask-own-pod": (name) =>
    withContainer(name, { readinessProbe: { httpGet: { host: "10.0.0.1", port: 80 } } }),
  "probes-present": (name) => withContainer(name, { readinessProbe: null }),
  "proc-mount-default": (name) =>
    withPod(name, {
      // The API server lets nobody unmask /proc but in a user namespace of its own.
      hostUsers: false,
      containers: [goodContainer({ securityContext: { ...RIGHTS, procMount: "Unmasked" } })],
    }),
  "process-counts-set": (name) =>
    bookWyrm(name, "web", { container: { command: ["gunicorn", "--bind=0.0.0.0:8000"] } }),
  "progress-deadline-covers-start": (name) =>
    testDeployment(name, {
      podSpec: goodPodSpec({ containers: [goodContainer({ startupProbe: SLOW })] }),
      spec: { progressDeadlineSeconds: 60 },
    }),
  "provider-explicit": (name) => ({ ...testDeployment(name), hasDefaultProvider: true }),
  "pull-secret-opens-registry": (name) => ({
    type: "kubernetes:core/v1:Secret",
    name,
    inputs: {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/dockerconfigjson",
      stringData: {
        ".dockerconfigjson": '{"auths":{"https://harbor.example.org/v2":{"auth":"YTpi"}}}',
      },
    },
  }),
  "pull-secret-present": (name) => withPod(name, { imagePullSecrets: [] }),
  "readiness-is-not-liveness": (name) =>
    withContainer(name, { readinessProbe: PAGE, livenessProbe: PAGE }),
  "resources-set": (name) => withContainer(name, { resources: {} }),
  "revision-history-kept": (name) => testDeployment(name, { spec: { revisionHistoryLimit: 0 } }),
  "rollout-keeps-old-pods": (name) =>
    bookWyrm(name, "web", { spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } }),
  "root-filesystem-read-only": (name) => withSecurity(name, { readOnlyRootFilesystem: false }),
  "runs-as-non-root": (name) =>
    withPod(name, { securityContext: { ...POD_SECURITY, runAsUser: 0 } }),
  "seccomp-profile-set": (name) =>
    withPod(name, {
      securityContext: { ...POD_SECURITY, seccompProfile: { type: "Unconfined" } },
    }),
  "security-modules-on": (name) => withSecurity(name, { appArmorProfile: { type: "Unconfined" } }),
  "service-account-token-off": (name) => withPod(name, { automountServiceAccountToken: true }),
  "service-links-off": (name) => withPod(name, { enableServiceLinks: null }),
  "services-are-internal": (name) => ({
    type: "kubernetes:core/v1:Service",
    name,
    inputs: {
      apiVersion: "v1",
      kind: "Service",
      spec: { type: "NodePort", selector: labelsOf("web"), ports: [{ port: 80 }] },
    },
  }),
  "setup-page-blocked": (name) => {
    const object = testIngress(name, path("/", "web"));
    return {
      ...object,
      inputs: { ...object.inputs, metadata: { labels: { [LABEL.partOf]: PART_OF } } },
    };
  },
  "startup-probe-present": (name) => bookWyrm(name, "web", { container: { startupProbe: null } }),
  "sysctls-safe": (name) =>
    withPod(name, {
      securityContext: { ...POD_SECURITY, sysctls: [{ name: "kernel.msgmax", value: "65536" }] },
    }),
  "volume-types-allowed": (name) =>
    withPod(name, {
      volumes: [{ name: "media", nfs: { server: "nas.example.org", path: "/media" } }],
    }),
  "web-address-set": (name) =>
    bookWyrm(name, "web", { container: { command: ["gunicorn", "--workers=2"] } }),
  "web-readiness-asks-page": (name) =>
    bookWyrm(name, "web", { container: { readinessProbe: { tcpSocket: { port: 80 } } } }),
  "worker-serves-known-queues": (name) =>
    bookWyrm(name, "worker", {
      container: { command: [...COMMANDS.worker, "--queues=emails"] },
    }),
  "worker-without-beat": (name) =>
    bookWyrm(name, "worker", { container: { command: [...COMMANDS.worker, "--beat"] } }),
};

/** For each rule about one resource an object of the rule's name, which has this fault and no other. */
export const FAULTY_OBJECTS: readonly TestObject[] = Object.entries(MAKERS).map(([name, make]) =>
  make(name),
);
