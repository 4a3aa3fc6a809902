import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseSettings, EmailSettings } from "../model/settings.ts";
import type { RedisAddress } from "../model/stores.ts";
import type { Secrets } from "./configuration.ts";

export interface EnvironmentArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly domain: string;
  readonly allowedHosts: readonly string[];
  readonly email: EmailSettings;
  readonly database: DatabaseAddress;
  readonly redisActivity: RedisAddress;
  readonly redisBroker: RedisAddress;
  readonly secrets: Secrets;
}

export interface DatabaseAddress extends Pick<
  DatabaseSettings,
  "name" | "user" | "sslMode" | "ca"
> {
  readonly host: string;
  readonly port: number;
}

/** Where a pod finds the authority of the database's certificate. */
export const DATABASE_CA = { path: "/etc/bookwyrm/database-ca", file: "ca.crt" };

/**
 * BookWyrm's environment variables, in a ConfigMap and a Secret. Both are auto-named, so a changed
 * value is a new object with a new name, and the pods that use it roll.
 */
export class Environment extends pulumi.ComponentResource {
  readonly configMap: pulumi.Output<string>;
  readonly secret: pulumi.Output<string>;
  /** Name of the ConfigMap with the authority of the database's certificate. */
  readonly databaseCa: pulumi.Output<string> | undefined;

  constructor(name: string, args: EnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Environment", name, {}, opts);
    const metadata = { namespace: args.namespace, labels: args.labels };
    const configMap = new ConfigMap(name, { metadata, data: variables(args) }, { parent: this });
    const secret = new Secret(
      name,
      { metadata, stringData: secretVariables(args.secrets) },
      { parent: this },
    );
    const { ca } = args.database;
    // An object of its own: what stands in the environment's ConfigMap becomes a variable.
    this.databaseCa =
      ca === undefined
        ? undefined
        : new ConfigMap(
            "database-ca",
            { metadata, data: { [DATABASE_CA.file]: `${ca}\n` } },
            { parent: this },
          ).metadata.name;
    this.configMap = configMap.metadata.name;
    this.secret = secret.metadata.name;
    this.registerOutputs({ configMap: this.configMap, secret: this.secret });
  }
}

/** Where mail servers expect TLS from the first byte (RFC 8314). */
const IMPLICIT_TLS_PORT = 465;

/**
 * Names as in BookWyrm's .env.example. Every number is set: BookWyrm does not start on an empty one,
 * and DOMAIN, SECRET_KEY and EMAIL_* are asked for at import by every process.
 */
function variables(args: EnvironmentArgs): Record<string, string> {
  const { domain, email, database, redisActivity, redisBroker } = args;
  return {
    DOMAIN: domain,
    ALLOWED_HOSTS: [domain, ...args.allowedHosts].join(","),
    EMAIL_HOST: email.host,
    EMAIL_PORT: email.port.toString(),
    EMAIL_HOST_USER: email.user,
    // STARTTLS and implicit TLS; Django refuses both at once.
    EMAIL_USE_TLS: (email.useTls && email.port !== IMPLICIT_TLS_PORT).toString(),
    EMAIL_USE_SSL: (email.useTls && email.port === IMPLICIT_TLS_PORT).toString(),
    ...(email.backend !== undefined && { EMAIL_BACKEND: email.backend }),
    POSTGRES_HOST: database.host,
    PGPORT: database.port.toString(),
    POSTGRES_DB: database.name,
    POSTGRES_USER: database.user,
    ...(database.sslMode !== undefined && { PGSSLMODE: database.sslMode }),
    ...(database.ca !== undefined && {
      PGSSLROOTCERT: `${DATABASE_CA.path}/${DATABASE_CA.file}`,
    }),
    REDIS_ACTIVITY_HOST: redisActivity.host,
    REDIS_ACTIVITY_PORT: redisActivity.port.toString(),
    REDIS_BROKER_HOST: redisBroker.host,
    REDIS_BROKER_PORT: redisBroker.port.toString(),
  };
}

function secretVariables(secrets: Secrets): Record<string, pulumi.Output<string>> {
  return {
    SECRET_KEY: secrets.secretKey,
    EMAIL_HOST_PASSWORD: secrets.emailPassword,
    POSTGRES_PASSWORD: secrets.postgresPassword,
    REDIS_ACTIVITY_PASSWORD: secrets.redisActivityPassword,
    REDIS_BROKER_PASSWORD: secrets.redisBrokerPassword,
  };
}
