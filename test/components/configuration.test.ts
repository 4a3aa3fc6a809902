import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import {
  type ConfigurationSource,
  ConfigurationError,
  readConfiguration,
} from "../../components/configuration.ts";
import { SETTING_NAMES } from "../../model/settings.ts";
import { DIGEST, MINIMAL } from "../support/settings.ts";

const SECRETS = {
  secretKey: "hunter2-secret-key",
  postgresPassword: "hunter2-postgres",
  redisActivityPassword: "hunter2-activity",
  redisBrokerPassword: "hunter2-broker",
  emailPassword: "hunter2-email",
  registryPassword: "hunter2-registry",
};

/** A stack's values as the engine hands them over: text, or objects as JSON. */
function source(
  values: Record<string, unknown>,
  secretNames: readonly string[] = Object.keys(values),
): ConfigurationSource {
  return {
    project: "bookwyrm",
    stack: "books",
    names: Object.keys(values),
    get: (name) => {
      const value = values[name];
      return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
    },
    isSecret: (name) => secretNames.includes(name),
  };
}

function messageOf(values: ConfigurationSource): string {
  try {
    readConfiguration(values);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message;
  }
  return "";
}

test("a whole configuration is read", () => {
  const { settings, secrets } = readConfiguration(source({ ...MINIMAL, ...SECRETS }));
  assert.equal(settings.image.digest, DIGEST);
  assert.equal(secrets.flowerBasicAuth, undefined);
});

test("settings and secrets that are missing are reported together, each with what to write", () => {
  const { context: _context, ...rest } = MINIMAL;
  const { secretKey: _secretKey, ...passwords } = SECRETS;
  const values = { ...rest, ...passwords, image: "bookwyrm:latest", web: { replicas: "two" } };
  assert.equal(
    messageOf(source(values)),
    [
      "The stack's configuration is wrong:",
      "  bookwyrm:context is not set. Write: pulumi config set --stack books bookwyrm:context <value>",
      '  bookwyrm:image "bookwyrm:latest" has no digest, so its bytes can change; the form is ' +
        "<registry>/<repository>:release-<version>-<git commit>@sha256:<64 hex digits>. " +
        "Write: pulumi config set --stack books bookwyrm:image <value>",
      '  bookwyrm:web.replicas "two" is not a number. ' +
        "Write: pulumi config set --stack books --path 'bookwyrm:web.replicas' <value>",
      "  bookwyrm:secretKey is not set. Write: pulumi config set --secret --stack books bookwyrm:secretKey",
    ].join("\n"),
  );
});

test("a secret in clear is refused, and no message shows a secret", () => {
  const inClear = source({ ...MINIMAL, ...SECRETS, flowerBasicAuth: "hunter2" }, []);
  const message = messageOf(inClear);
  assert.match(message, /bookwyrm:registryPassword is stored in clear/);
  assert.match(message, /bookwyrm:flowerBasicAuth is not of the form user:password/);
  assert.doesNotMatch(message, /hunter2/);
});

test("a secret of the guards or of the verification in clear is refused like any other", () => {
  const optional = { harborPassword: "hunter2", forgeToken: "hunter2", sentryToken: "hunter2" };
  const values = { ...MINIMAL, ...SECRETS, ...optional };
  assert.equal(messageOf(source(values)), "");
  assert.deepEqual(
    messageOf(source(values, Object.keys(SECRETS)))
      .split("\n")
      .slice(1),
    [
      "  bookwyrm:harborPassword is stored in clear. Write: pulumi config set --secret --stack books bookwyrm:harborPassword",
      "  bookwyrm:forgeToken is stored in clear. Write: pulumi config set --secret --stack books bookwyrm:forgeToken",
      "  bookwyrm:sentryToken is stored in clear. Write: pulumi config set --secret --stack books bookwyrm:sentryToken",
    ],
  );
});

test("text where an object is due is a mistake, not a crash", () => {
  const message = messageOf(source({ ...MINIMAL, ...SECRETS, database: "{broken" }));
  assert.match(message, /bookwyrm:database "\{broken" is not an object/);
});

test("a misspelt setting is a mistake, and not one that is left out", () => {
  const message = messageOf(source({ ...MINIMAL, ...SECRETS, guardrials: { git: {} } }));
  assert.equal(
    message,
    "The stack's configuration is wrong:\n" +
      "  bookwyrm:guardrials is no setting (docs/settings.md lists them). Write: pulumi config rm --stack books bookwyrm:guardrials",
  );
});

test("what to write is a command only where one can be written", () => {
  const email = { user: "u", useTls: 1, password: "hunter2" };
  const changes = { email, redis: {}, media: "20Gi", allowedHosts: "a.example" };
  const lines = messageOf(source({ ...MINIMAL, ...SECRETS, ...changes })).split("\n");
  assert.deepEqual(lines.slice(1), [
    '  bookwyrm:allowedHosts "a.example" is not a list. Edit Pulumi.books.yaml',
    "  bookwyrm:email.host is not set. Edit Pulumi.books.yaml",
    "  bookwyrm:email.useTls 1 is not true or false. Write: pulumi config set --stack books --path 'bookwyrm:email.useTls' <value>",
    "  bookwyrm:email.password is not a setting; known here: host, port, user, useTls, backend. Write: pulumi config rm --stack books --path 'bookwyrm:email.password'",
    "  bookwyrm:redis {} needs either image (run both in the cluster) or activity and broker (they run elsewhere). Edit Pulumi.books.yaml",
    '  bookwyrm:media "20Gi" is not an object. Edit Pulumi.books.yaml',
  ]);
});

interface Declaration {
  readonly type: string;
  readonly description: string;
  readonly default?: unknown;
  readonly secret?: boolean;
}

test("Pulumi.yaml declares every setting and every secret that must be set", () => {
  const project = parse(readFileSync(new URL("../../Pulumi.yaml", import.meta.url), "utf8")) as {
    config: Record<string, Declaration>;
  };
  const declared = Object.entries(project.config);
  const names = (secret: boolean): string[] =>
    declared
      .filter(([, { secret: isSecret = false }]) => isSecret === secret)
      .map(([name]) => name);
  // A declared setting would have a value in every stack, and there is none that waives nothing.
  const optional = ["breakGlass"];
  assert.deepEqual([...names(false), ...optional].sort(), [...SETTING_NAMES].sort());
  assert.deepEqual(names(true).sort(), Object.keys(SECRETS).sort());
  for (const [name, { type, description, default: value, secret }] of declared) {
    assert.ok(type && description, name);
    assert.equal(value === undefined, secret === true, name);
  }
});

test("the defaults in Pulumi.yaml are those of the program", () => {
  const project = parse(readFileSync(new URL("../../Pulumi.yaml", import.meta.url), "utf8")) as {
    config: Record<string, Declaration>;
  };
  const { settings } = readConfiguration(source({ ...MINIMAL, ...SECRETS }));
  for (const name of ["namespace", "imagePullPolicy", "pullSecret", "allowedHosts"] as const) {
    assert.deepEqual(project.config[name]?.default, settings[name], name);
  }
});
