import * as pulumi from "@pulumi/pulumi";
import type { Secrets } from "../../components/configuration.ts";
import { QUEUES } from "../../model/queues.ts";
import { parseSettings, type Settings } from "../../model/settings.ts";

export const DIGEST = `sha256:${"a1".repeat(32)}`;
export const IMAGE = `harbor.example.org/uostas/bookwyrm:release-0.9.2-c9addf2@${DIGEST}`;

/** What a stack must say, and nothing else. */
export const MINIMAL = {
  context: "test",
  domain: "books.example.org",
  image: IMAGE,
  registryUsername: "robot$uostas+pull",
  email: { host: "smtp.example.org", user: "books@example.org" },
  database: { host: "postgres.example.org" },
  redis: { activity: { host: "activity.example.org" }, broker: { host: "broker.example.org" } },
  workers: [{ name: "worker", queues: [...QUEUES] }],
};

export function settings(changes: Record<string, unknown> = {}): Settings {
  const parsed = parseSettings({ ...MINIMAL, ...changes });
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.settings;
}

export const secrets = (): Secrets => ({
  secretKey: pulumi.secret("a secret key"),
  postgresPassword: pulumi.secret("postgres password"),
  redisActivityPassword: pulumi.secret("activity password"),
  redisBrokerPassword: pulumi.secret("broker password"),
  emailPassword: pulumi.secret("email password"),
  registryPassword: pulumi.secret("registry password"),
  flowerBasicAuth: pulumi.secret("keeper:flower password"),
});
