import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { stringify } from "yaml";
import { readStackFile, StackFileError } from "../../checks/stack-file.ts";
import { RELEASE_IMAGE_FORM } from "../../model/pinned-image.ts";
import { MINIMAL, settings } from "../support/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "stack-file-"));
after(() => {
  rmSync(folder, { recursive: true });
});
const FILE = join(folder, "Pulumi.books.yaml");

const config = (changes: Readonly<Record<string, unknown>>): string =>
  stringify({
    config: Object.fromEntries(
      Object.entries({ ...MINIMAL, ...changes }).map(([name, value]) => [
        `bookwyrm:${name}`,
        value,
      ]),
    ),
  });

function read(text: string): ReturnType<typeof readStackFile> {
  writeFileSync(FILE, text);
  return readStackFile(folder, "books");
}

function problemOf(look: () => unknown): string {
  try {
    look();
  } catch (error) {
    assert.ok(error instanceof StackFileError, String(error));
    return error.message;
  }
  return assert.fail("it was read");
}

test("settings are read as the program reads them, without secrets", () => {
  const expected = settings({ breakGlass: undefined });
  assert.deepEqual(read(config({})), { settings: expected, hasFlower: false });
  const secret = { secure: "AAABAF1k" };
  const changes = { flowerBasicAuth: secret, registryPassword: secret };
  assert.deepEqual(read(config(changes)), { settings: expected, hasFlower: true });
});

test("a misspelt setting is named, and not left out with the guards in it", () => {
  const text = config({ guardrials: { git: {} } });
  assert.deepEqual(problemOf(() => read(text)).split("\n"), [
    `${FILE} is wrong:`,
    "  bookwyrm:guardrials is no setting (docs/settings.md lists them). Write: pulumi config rm --stack books bookwyrm:guardrials",
  ]);
});

test("a secret in clear is refused without being shown", () => {
  const text = config({ forgeToken: "hunter2", registryPassword: { secure: "AAABAF1k" } });
  assert.deepEqual(problemOf(() => read(text)).split("\n"), [
    `${FILE} is wrong:`,
    "  bookwyrm:forgeToken is stored in clear. Write: pulumi config set --secret --stack books bookwyrm:forgeToken",
  ]);
});

test("all mistakes of a file are named at once, and the file itself", () => {
  const text = config({
    image: "harbor.example.org/uostas/bookwyrm:latest",
    domain: undefined,
    web: { replicas: 0 },
    guardrails: { forge: { kind: "forgejo", repository: "a/b", requiredChecks: ["test"] } },
  });
  assert.deepEqual(problemOf(() => read(text)).split("\n"), [
    `${FILE} is wrong:`,
    "  bookwyrm:domain is not set. Write: pulumi config set --stack books bookwyrm:domain <value>",
    `  bookwyrm:image "harbor.example.org/uostas/bookwyrm:latest" has no digest, so its bytes can change; the form is ${RELEASE_IMAGE_FORM}. Write: pulumi config set --stack books bookwyrm:image <value>`,
    "  bookwyrm:web.replicas 0 is below 1. Write: pulumi config set --stack books --path 'bookwyrm:web.replicas' <value>",
    "  bookwyrm:guardrails.forge.api is not set: only GitHub has one address, a Forgejo's is such as https://codeberg.org/api/v1. Edit Pulumi.books.yaml",
  ]);
});

test("a stack without a file does not exist", () => {
  assert.equal(
    problemOf(() => readStackFile(folder, "nowhere")),
    `There is no stack "nowhere": ${join(folder, "Pulumi.nowhere.yaml")} does not exist.`,
  );
});

test("an empty file, one without config and one that is text lack every setting", () => {
  for (const text of ["", "encryptionsalt: v1:abc\n", "config:\n", "text\n"]) {
    assert.match(
      problemOf(() => read(text)),
      /^.*Pulumi\.books\.yaml is wrong:\n {2}bookwyrm:context is not set\. Write: pulumi config set --stack books bookwyrm:context <value>\n/,
    );
  }
});

test("a file that is no YAML is named, with the place", () => {
  const problem = problemOf(() => read('config:\n  bookwyrm:context: "test\n'));
  assert.equal(problem, `${FILE} is no YAML: Missing closing "quote at line 3, column 1.`);
  assert.match(
    problemOf(() => read("config:\n  a: 1\n  a: 2\n")),
    /is no YAML: Map keys must be unique at line 3, column 3\.$/,
  );
});
