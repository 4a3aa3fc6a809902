import * as pulumi from "@pulumi/pulumi";
import { RunError } from "@pulumi/pulumi/errors.js";
import { allConfig } from "@pulumi/pulumi/runtime/config.js";
import { mistakeLines, type Mistakes, type Place } from "../model/mistakes.ts";
import {
  IN_CLEAR,
  isRequired,
  SECRET_NAMES,
  type SecretName,
  type SecretProblem,
} from "../model/secrets.ts";
import {
  parseSettings,
  SETTING_NAMES,
  type Settings,
  TEXT_SETTINGS,
  unknownNames,
} from "../model/settings.ts";

/** Settings that only ever exist encrypted. */
export interface Secrets {
  readonly secretKey: pulumi.Output<string>;
  readonly postgresPassword: pulumi.Output<string>;
  readonly redisActivityPassword: pulumi.Output<string>;
  readonly redisBrokerPassword: pulumi.Output<string>;
  readonly emailPassword: pulumi.Output<string>;
  readonly registryPassword: pulumi.Output<string>;
  /** `user:password`; flower is deployed where this is set. */
  readonly flowerBasicAuth: pulumi.Output<string> | undefined;
}

export interface Configuration {
  readonly settings: Settings;
  readonly secrets: Secrets;
}

/** Where raw values come from: the stack's configuration, or what a test writes. */
export interface ConfigurationSource extends Place {
  /** Everything that is set. */
  readonly names: readonly string[];
  get(name: string): string | undefined;
  /** Whether the value is stored encrypted. */
  isSecret(name: string): boolean;
}

/** Reads every setting and every secret before it judges any. @throws ConfigurationError */
export function readConfiguration(source: ConfigurationSource): Configuration {
  const raw = Object.fromEntries(
    SETTING_NAMES.map((name) => {
      const value = source.get(name);
      return [name, TEXT_SETTINGS.includes(name) ? value : parseJson(value)];
    }),
  );
  const parsed = parseSettings(raw);
  const secretProblems = SECRET_NAMES.flatMap((name) => problemOf(name, source));
  const secret = (name: SecretName): pulumi.Output<string> => pulumi.secret(source.get(name) ?? "");
  const secrets: Secrets = {
    secretKey: secret("secretKey"),
    postgresPassword: secret("postgresPassword"),
    redisActivityPassword: secret("redisActivityPassword"),
    redisBrokerPassword: secret("redisBrokerPassword"),
    emailPassword: secret("emailPassword"),
    registryPassword: secret("registryPassword"),
    flowerBasicAuth: source.get("flowerBasicAuth") ? secret("flowerBasicAuth") : undefined,
  };
  const unknown = unknownNames(source.names);
  if ("problems" in parsed || secretProblems.length > 0 || unknown.length > 0) {
    throw new ConfigurationError(source, {
      settings: "problems" in parsed ? parsed.problems : [],
      secrets: secretProblems,
      unknown,
    });
  }
  return { settings: parsed.settings, secrets };
}

function problemOf(secret: SecretName, source: ConfigurationSource): SecretProblem[] {
  const value = source.get(secret) ?? "";
  if (value === "") return isRequired(secret) ? [{ secret, problem: "is not set" }] : [];
  const hasForm = secret !== "flowerBasicAuth" || value.includes(":");
  return [
    ...(source.isSecret(secret) ? [] : [{ secret, problem: IN_CLEAR }]),
    ...(hasForm ? [] : [{ secret, problem: "is not of the form user:password" }]),
  ];
}

/** The configuration of the stack that is running. */
export function stackConfiguration(): ConfigurationSource {
  const config = new pulumi.Config();
  const secretKeys = JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]") as string[];
  return {
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    names: Object.keys(allConfig()).flatMap((key) => {
      const [namespace, name] = key.split(":");
      return namespace === config.name && name !== undefined ? [name] : [];
    }),
    get: (name) => config.get(name),
    isSecret: (name) => secretKeys.includes(`${config.name}:${name}`),
  };
}

/** What the guards log in with, in clear: it goes to the hosts that it is for, and into no resource. */
export interface GuardSecrets {
  readonly registryPassword: string;
  readonly harborPassword: string | undefined;
  readonly forgeToken: string | undefined;
  readonly hasFlower: boolean;
}

export const guardSecrets = (source: Pick<ConfigurationSource, "get">): GuardSecrets => ({
  registryPassword: source.get("registryPassword") ?? "",
  harborPassword: source.get("harborPassword"),
  forgeToken: source.get("forgeToken"),
  hasFlower: source.get("flowerBasicAuth") !== undefined,
});

/** Says what is wrong with the stack's configuration. The engine prints a RunError without a stack trace. */
export class ConfigurationError extends RunError {
  constructor(place: Place, mistakes: Mistakes) {
    super(["The stack's configuration is wrong:", ...mistakeLines(place, mistakes)].join("\n"));
  }
}

/** Text that is not JSON stays as it is, and is then found to be of the wrong type. */
function parseJson(text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
