import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { labelsOf } from "./labels.ts";
import { Store, type StorePlacement } from "./store.ts";

export interface RedisArgs extends StorePlacement {
  readonly password: pulumi.Input<string>;
}

export const REDIS_PORT = 6379;

/**
 * A Redis server in the cluster, from the official image or one with the same programs. BookWyrm keeps
 * sessions and feeds in one and queued tasks in the other; neither may be evicted, and both survive a
 * restart.
 */
export class Redis extends pulumi.ComponentResource {
  readonly store: Store;

  constructor(
    name: "redis-activity" | "redis-broker",
    args: RedisArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("bookwyrm:components:Redis", name, {}, opts);
    const secret = new Secret(
      name,
      {
        metadata: {
          namespace: args.namespace,
          labels: labelsOf(name, name, args.image.tag).all,
        },
        stringData: {
          password: pulumi.secret(args.password),
          // In a file, since the arguments of a process are for everyone to read.
          "redis.conf": pulumi.secret(args.password).apply(redisConf),
        },
      },
      { parent: this },
    );
    // While it loads its data Redis answers LOADING, and redis-cli exits 0 all the same.
    const isReady = ["sh", "-c", "redis-cli ping | grep --quiet PONG"];
    this.store = new Store(
      name,
      {
        ...args,
        component: name,
        port: REDIS_PORT,
        dataPath: "/data",
        container: {
          command: ["redis-server", "/etc/redis/redis.conf"],
          env: [
            {
              name: "REDISCLI_AUTH",
              valueFrom: { secretKeyRef: { name: secret.metadata.name, key: "password" } },
            },
          ],
          startupProbe: { exec: { command: isReady }, periodSeconds: 2, failureThreshold: 150 },
          readinessProbe: { exec: { command: isReady }, periodSeconds: 10, timeoutSeconds: 5 },
          resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "512Mi" } },
          mounts: [
            {
              name: "config",
              mountPath: "/etc/redis/redis.conf",
              subPath: "redis.conf",
              readOnly: true,
            },
          ],
        },
        volumes: [{ name: "config", secret: { secretName: secret.metadata.name } }],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** Quotes in redis.conf follow the rules of JSON strings (redis, sds.c: sdssplitargs). */
const redisConf = (password: string): string => `\
requirepass ${JSON.stringify(password)}
port ${REDIS_PORT.toString()}
dir /data
appendonly yes
maxmemory-policy noeviction
`;
