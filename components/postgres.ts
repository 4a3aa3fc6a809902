import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { labelsOf } from "./labels.ts";
import { Store, type StorePlacement } from "./store.ts";

export interface PostgresArgs extends StorePlacement {
  readonly database: string;
  /** A superuser: BookWyrm's migration 0224 creates the extension bloom, which only one may. */
  readonly user: string;
  readonly password: pulumi.Input<string>;
}

export const POSTGRES_PORT = 5432;
const VOLUME = "/var/lib/postgresql/data";
/** Below the volume's root, where some file systems keep a lost+found that initdb refuses. */
const PGDATA = `${VOLUME}/pgdata`;

/**
 * A Postgres server in the cluster, without backup and standby. The image is the official one
 * (docker-library/postgres) or one that takes the same environment.
 */
export class Postgres extends pulumi.ComponentResource {
  readonly store: Store;

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Postgres", name, {}, opts);
    const secret = new Secret(
      name,
      {
        metadata: {
          namespace: args.namespace,
          labels: labelsOf("postgres", name, args.image.tag).all,
        },
        stringData: { password: pulumi.secret(args.password) },
      },
      { parent: this },
    );
    // By TCP: while it fills an empty volume, the entrypoint listens on its socket only.
    const isReady = [
      "pg_isready",
      "--host=127.0.0.1",
      `--username=${args.user}`,
      `--dbname=${args.database}`,
    ];
    this.store = new Store(
      name,
      {
        ...args,
        component: "postgres",
        port: POSTGRES_PORT,
        dataPath: VOLUME,
        container: {
          command: ["docker-entrypoint.sh", "postgres"],
          env: [
            { name: "POSTGRES_DB", value: args.database },
            { name: "POSTGRES_USER", value: args.user },
            {
              name: "POSTGRES_PASSWORD",
              valueFrom: { secretKeyRef: { name: secret.metadata.name, key: "password" } },
            },
            { name: "PGDATA", value: PGDATA },
          ],
          startupProbe: { exec: { command: isReady }, periodSeconds: 2, failureThreshold: 150 },
          readinessProbe: { exec: { command: isReady }, periodSeconds: 10, timeoutSeconds: 5 },
          // SIGTERM would wait for every client to leave; this ends their sessions and writes all.
          lifecycle: {
            preStop: { exec: { command: ["pg_ctl", "stop", "--mode=fast", `--pgdata=${PGDATA}`] } },
          },
          resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
          mounts: [
            { name: "run", mountPath: "/var/run/postgresql" },
            { name: "tmp", mountPath: "/tmp" },
          ],
        },
        volumes: [
          { name: "run", emptyDir: {} },
          { name: "tmp", emptyDir: {} },
        ],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
