import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";

const contentOf = (file: string): string =>
  readFileSync(join(import.meta.dirname, "../..", file), "utf8");

interface Step {
  readonly run?: string;
  readonly env?: object;
}

interface Workflow {
  readonly on: object;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

interface StackFile {
  readonly config: {
    readonly "bookwyrm:guardrails": { readonly forge: { readonly branch: string } };
    readonly "bookwyrm-image:branch": string;
  };
}

const WORKFLOW = contentOf(".github/workflows/image.yml");
const { on, jobs } = parse(WORKFLOW) as Workflow;
const configOf = (file: string): StackFile["config"] =>
  (parse(contentOf(file)) as StackFile).config;

test("the image is built from the branch that the guards of the stacks look on", () => {
  const branch = configOf("image/Pulumi.example.yaml")["bookwyrm-image:branch"];
  const guarded = ["staging", "prod"].map(
    (stack) => configOf(`Pulumi.${stack}.yaml`)["bookwyrm:guardrails"].forge.branch,
  );
  assert.deepEqual(guarded, [branch, branch]);
  const [, documented] =
    /^git -C \.\.\/bookwyrm switch (\S+)/m.exec(contentOf("image/README.md")) ?? [];
  assert.equal(documented, branch);
});

test("the workflow begins when it is asked to: the code is in another repository", () => {
  assert.deepEqual(Object.keys(on), ["workflow_dispatch", "repository_dispatch"]);
});

test("only pulumi up sees a secret, and what it needs for its state", () => {
  const isConfidential = (part: unknown): boolean => /secrets\.|PULUMI_/.test(JSON.stringify(part));
  const all = Object.values(jobs);
  const [build, ...others] = all.flatMap(({ steps }) => steps).filter(isConfidential);
  assert.deepEqual(others, []);
  assert.match(build?.run ?? "", /^\s*pulumi up /m);
  assert.deepEqual(
    Object.keys(build?.env ?? {}).filter((name) => name.startsWith("PULUMI_")),
    ["PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"],
  );
  const shared = all.map(({ steps: _steps, ...rest }) => rest);
  assert.ok(!isConfidential({ ...(parse(WORKFLOW) as object), jobs: shared }));
});
