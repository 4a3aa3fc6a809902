import type { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../model/settings.ts";
import type { RedisAddress } from "../model/stores.ts";
import type { Secrets } from "./configuration.ts";
import { Postgres, POSTGRES_PORT } from "./postgres.ts";
import { Redis, REDIS_PORT } from "./redis.ts";
import type { StorePlacement } from "./store.ts";

const POSTGRES = "postgres";
const REDIS_ACTIVITY = "redis-activity";
const REDIS_BROKER = "redis-broker";

export interface StoreAddresses {
  readonly database: { readonly host: string; readonly port: number };
  readonly redisActivity: RedisAddress;
  readonly redisBroker: RedisAddress;
}

/** Where BookWyrm finds its data, known before any store exists. */
export function storeAddresses({
  database,
  redis,
}: Pick<Settings, "database" | "redis">): StoreAddresses {
  return {
    database:
      database.placement.kind === "external"
        ? database.placement
        : { host: POSTGRES, port: POSTGRES_PORT },
    redisActivity:
      redis.kind === "external" ? redis.activity : { host: REDIS_ACTIVITY, port: REDIS_PORT },
    redisBroker:
      redis.kind === "external" ? redis.broker : { host: REDIS_BROKER, port: REDIS_PORT },
  };
}

export interface StoresArgs extends Omit<StorePlacement, "image" | "storage"> {
  readonly database: Settings["database"];
  readonly redis: Settings["redis"];
  readonly secrets: Secrets;
}

/** Postgres and Redis, as far as the stack wants them in the cluster. */
export class Stores extends pulumi.ComponentResource {
  readonly statefulSets: Readonly<Record<string, StatefulSet>>;

  constructor(name: string, args: StoresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Stores", name, {}, opts);
    const { database, redis, secrets, ...placement } = args;
    const stores: (Postgres | Redis)[] = [];
    if (database.placement.kind === "in-cluster") {
      stores.push(
        new Postgres(
          POSTGRES,
          {
            ...placement,
            image: database.placement.image,
            storage: database.placement.storage,
            database: database.name,
            user: database.user,
            password: secrets.postgresPassword,
          },
          { parent: this },
        ),
      );
    }
    if (redis.kind === "in-cluster") {
      const { image, storage } = redis;
      const passwords = {
        [REDIS_ACTIVITY]: secrets.redisActivityPassword,
        [REDIS_BROKER]: secrets.redisBrokerPassword,
      } as const;
      for (const store of [REDIS_ACTIVITY, REDIS_BROKER] as const) {
        const password = passwords[store];
        stores.push(new Redis(store, { ...placement, image, storage, password }, { parent: this }));
      }
    }
    this.statefulSets = Object.fromEntries(
      stores.map(({ store }) => [store.component, store.statefulSet]),
    );
    this.registerOutputs({});
  }
}
