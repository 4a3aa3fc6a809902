import assert from "node:assert/strict";
import { test } from "node:test";
import { commandSet } from "../../../policy/rules/command-set.ts";
import { asInPreview, bookWyrm, problems, stackResource, UNKNOWN } from "../../support/policy.ts";

const judge = (container: object, component = "web", type = "apps/v1:Deployment"): string[] =>
  problems(commandSet, type, bookWyrm(component, { containers: [{ name: "app", ...container }] }));

const PATH = "spec.template.spec.containers[app].command";

test("passes a command line that begins with the program", () => {
  assert.deepEqual(judge({ command: ["gunicorn", "bookwyrm.wsgi:application"] }), []);
  assert.deepEqual(judge({ command: ["sh", "-c"], args: ["exec gunicorn"] }), []);
});

for (const [command, problem] of [
  [undefined, "is not set"],
  [[], "is []"],
  ["gunicorn", 'is "gunicorn"'],
  [UNKNOWN, "is not known yet"],
] as const) {
  test(`fails a command that ${problem}`, () => {
    assert.deepEqual(judge({ command, args: ["gunicorn"] }), [`${PATH} ${problem}`]);
  });
}

test("fails the image's entrypoint, wherever it stands", () => {
  const expected = [`${PATH} runs the image's entrypoint.sh`];
  assert.deepEqual(judge({ command: ["/entrypoint.sh", "gunicorn"] }), expected);
  assert.deepEqual(
    judge({ command: ["sh"], args: ["-c", "exec ./entrypoint.sh gunicorn"] }),
    expected,
  );
  assert.deepEqual(
    judge({ command: ["sh", "-c", 'exec "/app/entrypoint.sh" gunicorn'] }),
    expected,
  );
});

test("fails a migration in all but the migration Job", () => {
  const expected = [`${PATH} migrates the database`];
  const migrate = { command: ["python", "manage.py", "migrate", "--no-input"] };
  const line = 'python "./manage.py" migrate; exec gunicorn bookwyrm.wsgi:application';
  assert.deepEqual(judge(migrate), expected);
  assert.deepEqual(judge({ command: ["sh", "-c", line] }), expected);
  assert.deepEqual(judge({ command: ["django-admin"], args: ["migrate"] }, "worker"), expected);
  assert.deepEqual(judge({ command: ["python", "-m", "django", "migrate"] }), expected);
  assert.deepEqual(judge(migrate, "smoke", "batch/v1:Job"), expected);
  assert.deepEqual(judge(migrate, "migration"), expected);
  assert.deepEqual(judge(migrate, "migration", "batch/v1:Job"), []);
});

test("passes what only asks whether the database is migrated", () => {
  assert.deepEqual(judge({ command: ["python", "manage.py", "showmigrations"] }), []);
  assert.deepEqual(judge({ command: ["python", "manage.py", "migrate", "--check"] }), []);
  const either = "./manage.py migrate --check || ./manage.py migrate";
  assert.deepEqual(judge({ command: ["sh", "-c", either] }), [`${PATH} migrates the database`]);
});

test("sees the entrypoint beside a word that is not known, and reports a part that is not", () => {
  assert.deepEqual(judge({ command: ["./entrypoint.sh", "gunicorn", UNKNOWN] }), [
    `${PATH} runs the image's entrypoint.sh`,
  ]);
  const hidden = [`${PATH} has a part that is not known yet, so no rule can judge what it runs`];
  assert.deepEqual(judge({ command: ["celery", "worker", UNKNOWN] }), hidden);
  assert.deepEqual(judge({ command: ["celery"], args: ["worker", UNKNOWN] }), hidden);
  assert.deepEqual(judge({ command: ["celery"], args: UNKNOWN }), hidden);
});

test("judges Jobs and what prepares, but neither sidecars nor debuggers", () => {
  assert.deepEqual(judge({}, "migration", "batch/v1:Job"), [`${PATH} is not set`]);
  const props = bookWyrm("web", {
    initContainers: [{ name: "prepare" }, { name: "sidecar", restartPolicy: "Always" }],
    ephemeralContainers: [{ name: "debug" }],
  });
  assert.deepEqual(problems(commandSet, "apps/v1:Deployment", props), [
    "spec.template.spec.initContainers[prepare].command is not set",
  ]);
});

test("judges a sidecar of the repository that a main container runs", () => {
  const sidecar = (image: unknown): object => ({ name: "sidecar", image, restartPolicy: "Always" });
  const judgeBeside = (image: unknown, main: unknown): string[] =>
    problems(
      commandSet,
      "apps/v1:Deployment",
      bookWyrm("web", {
        initContainers: [sidecar(image)],
        containers: [{ name: "app", image: main, command: ["gunicorn"] }],
      }),
    );
  const expected = ["spec.template.spec.initContainers[sidecar].command is not set"];
  assert.deepEqual(judgeBeside("bookwyrm:1", "docker.io/library/bookwyrm:2"), expected);
  assert.deepEqual(judgeBeside("bookwyrm-log:1", "bookwyrm:1"), []);
  for (const odd of [UNKNOWN, undefined, 1, ""]) assert.deepEqual(judgeBeside(odd, odd), []);
});

test("has no opinion on what is not of BookWyrm's image, and lets a Patch leave it out", () => {
  assert.deepEqual(judge({}, "postgres"), []);
  assert.deepEqual(judge({}, "web", "apps/v1:DeploymentPatch"), []);
});

const judgeLabels = (labels: unknown, kind = "core/v1:Pod"): string[] =>
  problems(commandSet, kind, { metadata: { labels }, spec: { containers: [{ name: "app" }] } });

test("says where labels that are not known yet hide from all rules what runs BookWyrm", () => {
  const [partOf, component] = ["app.kubernetes.io/part-of", "app.kubernetes.io/component"];
  const hidden = (path: string): string[] => [
    `${path} is not known yet, so no rule about BookWyrm can judge these pods`,
  ];
  assert.deepEqual(judgeLabels(UNKNOWN), hidden("metadata.labels"));
  assert.deepEqual(
    judgeLabels({ [partOf]: UNKNOWN, [component]: "web" }),
    hidden(`metadata.labels["${partOf}"]`),
  );
  assert.deepEqual(
    judgeLabels({ [partOf]: UNKNOWN, [component]: UNKNOWN }),
    hidden(`metadata.labels["${partOf}"]`),
  );
  assert.deepEqual(
    judgeLabels({ [partOf]: "bookwyrm", [component]: UNKNOWN }),
    hidden(`metadata.labels["${component}"]`),
  );
  assert.deepEqual(judgeLabels({ [partOf]: "wiki", [component]: UNKNOWN }), []);
  assert.deepEqual(judgeLabels({ [partOf]: UNKNOWN, [component]: "postgres" }), []);
  assert.deepEqual(judgeLabels({ [partOf]: UNKNOWN }), []);
  assert.deepEqual(
    problems(commandSet, "apps/v1:DeploymentPatch", {
      spec: { template: { metadata: { labels: UNKNOWN } } },
    }),
    hidden("spec.template.metadata.labels"),
  );
});

test("fails labels that name no component, which would take pods out of all rules", () => {
  const [partOf, component] = ["app.kubernetes.io/part-of", "app.kubernetes.io/component"];
  const judgeComponent = (value: unknown, part: unknown = "bookwyrm"): string[] =>
    judgeLabels({ [partOf]: part, [component]: value });
  const path = `metadata.labels["${component}"]`;
  assert.deepEqual(judgeComponent("celery"), [`${path} is "celery"`]);
  assert.deepEqual(judgeComponent("workers"), [`${path} is "workers"`]);
  assert.deepEqual(judgeComponent(undefined), [`${path} is not set`]);
  for (const store of ["postgres", "redis-broker", "redis-activity"]) {
    assert.deepEqual(judgeComponent(store), []);
  }
  for (const other of ["wiki", null, UNKNOWN]) {
    assert.deepEqual(judgeComponent("celery", other), []);
  }
  const labels = { [partOf]: "bookwyrm" };
  const patch = { spec: { template: { metadata: { labels } } } };
  assert.deepEqual(problems(commandSet, "apps/v1:DeploymentPatch", patch), []);
});

test("does not call that a fault which one could see", () => {
  const props = asInPreview({ metadata: { labels: UNKNOWN }, spec: {} });
  const pod = { ...stackResource("kubernetes:core/v1:Pod", "subject"), props };
  assert.deepEqual(
    commandSet.judge(pod, {}).map(({ isUnknown }) => isUnknown),
    [true],
  );
});
