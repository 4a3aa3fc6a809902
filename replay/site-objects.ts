import type { types } from "@pulumi/kubernetes";
import { dockerConfigJson, type RegistryLogin } from "../model/docker-config.ts";
import { LABEL, PART_OF } from "../model/labels.ts";

/** Of the Deployment, of its container and of its Service. */
export const WEB = "web";
export const REPLICAS = 2;
export const DOMAIN = "bookwyrm.localhost";
export const PULL_SECRET = "registry";
/** Of the ConfigMap and of the Secret with BookWyrm's environment. */
export const ENVIRONMENT = "environment";
const POSTGRES = "postgres";
const WEB_PORT = 8000;
const WEB_LABELS = {
  [LABEL.name]: WEB,
  [LABEL.component]: WEB,
  [LABEL.partOf]: PART_OF,
};

/** What the team's manifests lacked. */
export interface Hardening {
  readonly rollout: Pick<types.input.apps.v1.DeploymentSpec, "minReadySeconds" | "strategy">;
  readonly probes: Pick<
    types.input.core.v1.Container,
    "startupProbe" | "readinessProbe" | "livenessProbe"
  >;
}

interface SiteSettings {
  /** Of Postgres. */
  readonly password: string;
  readonly registry: RegistryLogin;
}

export const settingsObjects = ({ password, registry }: SiteSettings): object[] => [
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: PULL_SECRET },
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": dockerConfigJson(registry) },
  },
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: ENVIRONMENT },
    stringData: {
      POSTGRES_PASSWORD: password,
      SECRET_KEY: password,
      EMAIL_HOST_PASSWORD: password,
    },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: ENVIRONMENT },
    data: {
      DOMAIN,
      EMAIL_HOST: "localhost",
      EMAIL_HOST_USER: "bookwyrm",
      POSTGRES_HOST: POSTGRES,
      POSTGRES_DB: "bookwyrm",
      POSTGRES_USER: "bookwyrm",
    },
  },
];

const environment = [{ configMapRef: { name: ENVIRONMENT } }, { secretRef: { name: ENVIRONMENT } }];

/** Postgres, which loses everything with its pod, and the Job that fills it. */
export const storeObjects = (postgres: string, bookwyrm: string): object[] => [
  service(POSTGRES, { app: POSTGRES }, { port: 5432 }),
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: POSTGRES, labels: { app: POSTGRES } },
    spec: {
      containers: [
        {
          name: POSTGRES,
          image: postgres,
          command: ["docker-entrypoint.sh", "postgres"],
          env: [{ name: "PGDATA", value: "/data/pgdata" }],
          envFrom: environment,
          volumeMounts: [
            { name: "data", mountPath: "/data" },
            { name: "run", mountPath: "/var/run/postgresql" },
          ],
        },
      ],
      imagePullSecrets: [{ name: PULL_SECRET }],
      securityContext: { fsGroup: 999 },
      terminationGracePeriodSeconds: 5,
      volumes: [
        { name: "data", emptyDir: {} },
        { name: "run", emptyDir: {} },
      ],
    },
  },
  {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "migrate" },
    spec: {
      // Until Postgres answers.
      backoffLimit: 10,
      template: {
        spec: {
          containers: [
            {
              name: "migrate",
              image: bookwyrm,
              command: ["sh", "-c", MIGRATE],
              envFrom: environment,
            },
          ],
          imagePullSecrets: [{ name: PULL_SECRET }],
          restartPolicy: "Never",
        },
      },
    },
  },
  service(WEB, WEB_LABELS, { port: 80, targetPort: WEB_PORT }),
];

const MIGRATE = "until python manage.py migrate --no-input; do sleep 1; done";

const service = (name: string, selector: object, port: object): object => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector, ports: [port] },
});

/** No probes, no rollout settings, and the pull policy that Kubernetes gives to a tag: IfNotPresent. */
export const webDeployment = (image: string, hardening?: Hardening) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: WEB, labels: WEB_LABELS },
  spec: {
    replicas: REPLICAS,
    ...hardening?.rollout,
    selector: { matchLabels: WEB_LABELS },
    template: {
      metadata: { labels: WEB_LABELS },
      spec: {
        containers: [
          {
            name: WEB,
            image,
            command: [
              "gunicorn",
              "bookwyrm.wsgi:application",
              `--bind=0.0.0.0:${WEB_PORT.toString()}`,
              "--workers=1",
              "--threads=4",
            ],
            ports: [{ name: "http", containerPort: WEB_PORT }],
            envFrom: environment,
            ...hardening?.probes,
          },
        ],
        imagePullSecrets: [{ name: PULL_SECRET }],
        terminationGracePeriodSeconds: 10,
      },
    },
  },
});
