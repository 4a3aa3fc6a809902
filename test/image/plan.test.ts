import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { secret } from "@pulumi/pulumi";
import { planImage } from "../../image/plan.ts";
import { type ImageSettings, problemsOf } from "../../image/settings.ts";

const DIGEST = `sha256:${"0f".repeat(32)}`;
const BASE = `docker.io/library/python:3.11-slim@${DIGEST}`;
const GOOD: Readonly<Record<string, string>> = {
  repository: "harbor.example.org/uostas/bookwyrm",
  version: "0.9.2",
  source: "../../bookwyrm",
  base: BASE,
  libraries: "installed",
  platform: "linux/amd64",
  registryUsername: "robot$uostas+push",
};
const SETTINGS: ImageSettings = {
  repository: {
    registry: "harbor.example.org",
    path: "uostas/bookwyrm",
    tag: undefined,
    digest: undefined,
  },
  version: "0.9.2",
  source: "/bookwyrm",
  remote: "origin",
  branch: "main",
  address: undefined,
  base: BASE,
  buildBase: BASE,
  libraries: "installed",
  dockerfile: join(import.meta.dirname, "../../image/Dockerfile"),
  platform: "linux/amd64",
  registryUsername: "robot$uostas+push",
  registryCaFile: undefined,
  isDevelopment: false,
  registryPassword: secret("dummy"),
};
const REVISION = "c9addf2e5b0d4f7a8c61b3a2d9e0f1a2b3c4d5e6";
const SOURCE = {
  revision: REVISION,
  epoch: 1_763_280_000,
  address: "https://example.org/bookwyrm",
};

const problems = (changes: Readonly<Record<string, string>> = {}): string[] => {
  const settings: Readonly<Record<string, string>> = { ...GOOD, ...changes };
  return problemsOf((name) => settings[name] ?? "");
};

test("the tag names release and commit, and the labels say it in full", () => {
  const { inputs, ...plan } = planImage(SETTINGS, SOURCE, true);
  assert.deepEqual(plan, {
    repository: "harbor.example.org/uostas/bookwyrm",
    tag: "release-0.9.2-c9addf2e5b0d",
    revision: REVISION,
    buildArgs: {
      BASE,
      BUILD_BASE: BASE,
      LIBRARIES: "installed",
      VERSION: "0.9.2",
      REVISION,
      SOURCE: "https://example.org/bookwyrm",
      CREATED: "2025-11-16T08:00:00.000Z",
      SOURCE_DATE_EPOCH: "1763280000",
      INPUTS: inputs,
    },
  });
});

test("what is not committed and pushed says so in tag and label", () => {
  const { tag, revision } = planImage(SETTINGS, SOURCE, false);
  assert.deepEqual([tag, revision], ["release-0.9.2-c9addf2e5b0d-dirty", `${REVISION}-dirty`]);
});

test("the label of the source is an address that one may set", () => {
  const address = "https://example.org/fork";
  const { buildArgs } = planImage({ ...SETTINGS, address }, SOURCE, true);
  assert.equal(buildArgs["SOURCE"], address);
  assert.deepEqual(problems({ address }), []);
});

test("everything that the bytes depend on changes the inputs, and the robot's name does not", () => {
  const inputsOf = (changes: Partial<ImageSettings>): string =>
    planImage({ ...SETTINGS, ...changes }, SOURCE, true).inputs;
  const all = [
    {},
    { base: `${BASE.slice(0, -1)}0` },
    { libraries: "in-base" },
    { platform: "linux/arm64" },
    { dockerfile: import.meta.filename },
  ].map(inputsOf);
  assert.equal(new Set(all).size, all.length);
  assert.equal(inputsOf({ registryUsername: "other" }), inputsOf({}));
});

test("what is kept out of the build changes the inputs", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-test-"));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const dockerfile = join(folder, "Dockerfile");
  const inputs = (): string => planImage({ ...SETTINGS, dockerfile }, SOURCE, true).inputs;
  writeFileSync(dockerfile, "FROM scratch\n");
  const all = [inputs()];
  for (const ignored of ["", "*\n"]) {
    writeFileSync(`${dockerfile}.dockerignore`, ignored);
    all.push(inputs());
  }
  assert.equal(new Set(all).size, 3);
});

test("good settings have no problem", () => {
  assert.deepEqual(problems(), []);
});

test("all mistakes are reported together", () => {
  assert.deepEqual(
    problems({
      repository: "harbor.example.org/uostas/bookwyrm:1",
      version: "latest",
      source: "",
      address: "https://user@example.org/bookwyrm",
      base: "python:3.11-slim",
      buildBase: "python",
      libraries: "all",
      platform: "amd64",
      registryUsername: "",
    }),
    [
      'repository ("harbor.example.org/uostas/bookwyrm:1") has a tag or a digest, which the build gives it',
      'version ("latest") is no release such as 0.9.2',
      'source ("") names no folder',
      'address ("https://user@example.org/bookwyrm") is none such as https://…, without a user',
      'base ("python:3.11-slim") has no digest, so its bytes can change',
      'buildBase ("python") has no digest, so its bytes can change',
      'libraries ("all") is none of installed, in-base',
      'platform ("amd64") is none such as linux/amd64',
      'registryUsername ("") names no robot',
    ],
  );
});
