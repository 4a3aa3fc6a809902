import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT } from "./lab.ts";

export type Config = Record<string, unknown>;

/** The settings of a committed stack, with the lab in place of its cluster. */
export const committedStack = (stack: "staging" | "prod"): Config => ({
  ...(parse(readFileSync(join(PROJECT, `Pulumi.${stack}.yaml`), "utf8")) as { config: Config })
    .config,
  "bookwyrm:context": "bookwyrm-lab",
  // The one that the stack names may be there already.
  "bookwyrm:namespace": "bookwyrm-committed-stack",
  // Their forge, their registry and their staging are not here.
  "bookwyrm:guardrails": {},
});

export const DUMMY_SECRETS = {
  secretKey: "dummy-secret-key",
  postgresPassword: "dummy-postgres",
  redisActivityPassword: "dummy-activity",
  redisBrokerPassword: "dummy-broker",
  emailPassword: "dummy-email",
  registryPassword: "dummy-registry",
  flowerBasicAuth: "keeper:dummy-flower",
};

const { flowerBasicAuth: _flower, registryPassword: _registry, ...ofLab } = DUMMY_SECRETS;

/** Of a stack that runs on the lab, which has a registry with a password of its own, and no flower. */
export const LAB_SECRETS = ofLab;
