import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { RULES } from "../../policy/rules/index.ts";
import { setupPageBlocked } from "../../policy/rules/setup-page-blocked.ts";
import { INGRESS } from "../support/ingress.ts";
import { problems, stackProblems, stackResource } from "../support/policy.ts";
import { programResources } from "../support/program.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/edge.md"), "utf8");
const CONFIG = { registries: ["harbor.example.org/uostas"] };

interface Example {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const EXAMPLES = [...PAGE.matchAll(/^```yaml\n(.*?)^```$/gms)]
  .flatMap(([, block = ""]) => parseAllDocuments(block))
  .map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as Example;
  });

const typeOf = ({ apiVersion, kind }: Example): string =>
  `${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;

const exampleOf = (kind: string): Example => {
  const found = EXAMPLES.find((example) => example.kind === kind);
  assert.ok(found);
  return found;
};

test("the page has the objects that it speaks of", () => {
  assert.deepEqual(
    EXAMPLES.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ["Deployment files", "Service files", "NetworkPolicy files", "Ingress bookwyrm"],
  );
});

test("no rule finds fault with them beside what this program deploys", async () => {
  const program = await programResources();
  const claim = program.find(({ type }) => type.endsWith(":PersistentVolumeClaim"));
  assert.ok(claim);
  const { namespace } = (claim.props as Example).metadata;
  const resources = EXAMPLES.map((example) =>
    stackResource(`kubernetes:${typeOf(example)}`, example.metadata.name, {
      props: { ...example, metadata: { ...example.metadata, namespace } },
    }),
  );
  for (const rule of RULES) {
    const found =
      "judge" in rule
        ? resources.flatMap((resource) => rule.judge(resource, CONFIG))
        : stackProblems(rule, [...program, ...resources], CONFIG);
    assert.deepEqual(found, [], rule.name);
  }
});

test("the Ingress is one that the rule on /setup judges", () => {
  const { spec, ...rest } = exampleOf("Ingress");
  const open = JSON.parse(JSON.stringify(spec).replace('"/setup"', '"/other"')) as object;
  assert.deepEqual(problems(setupPageBlocked, INGRESS, { ...rest, spec: open }), [
    'spec.rules[0].http.paths[3] opens /setup, at the Service "web"',
  ]);
});

test("the names in them are those that the program gives", async () => {
  const program = await programResources();
  const namesOf = (kind: string): string[] =>
    program
      .filter(({ type }) => type.endsWith(`:${kind}`))
      .map(({ props }) => (props as Example).metadata.name);
  assert.ok(namesOf("PersistentVolumeClaim").includes("media"));
  assert.ok(namesOf("Service").includes("web"));
  assert.match(PAGE, /claimName: media /);
});
