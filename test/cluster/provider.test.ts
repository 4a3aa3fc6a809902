import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { hasOfficialProvider } from "../../lab/official.ts";
import { createNamespace, eventually, get, kubectl, PROJECT } from "../support/lab.ts";
import { type StateResource, TestStack } from "../support/stack.ts";

// The same program runs on the official provider where that is installed: what holds here holds for both.

const PROGRAM = join(PROJECT, "test/fixtures/objects");
const NAMESPACE = `test-${randomBytes(3).toString("hex")}`;

before(() => createNamespace(NAMESPACE));
after(() => kubectl("delete", "namespace", NAMESPACE, "--wait=false"));

interface TestObject {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly secret?: string;
  readonly import?: string;
}

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  inputs: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): TestObject => ({
  type: `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`,
  name,
  inputs: { apiVersion, kind, metadata: { namespace: NAMESPACE, ...metadata }, ...inputs },
});

const configMap = (data: Record<string, string>, metadata = {}): TestObject =>
  object("v1", "ConfigMap", "settings", { data }, metadata);

const IMAGE = "127.0.0.1:5443/uostas/none:1";
const job = (metadata = {}, spec = {}): TestObject =>
  object(
    "batch/v1",
    "Job",
    "work",
    {
      spec: {
        backoffLimit: 0,
        template: {
          spec: { restartPolicy: "Never", containers: [{ name: "work", image: IMAGE }] },
        },
        ...spec,
      },
    },
    metadata,
  );

const objects = (...list: readonly TestObject[]): Record<string, unknown> => ({
  "objects:objects": list,
});

async function only(stack: TestStack, kind: string): Promise<StateResource> {
  const found = (await stack.state()).filter(({ type }) => type.endsWith(`:${kind}`));
  const [resource] = found;
  assert.ok(resource && found.length === 1, `${found.length.toString()} of kind ${kind}`);
  return resource;
}

const nameOf = ({ id = "" }: StateResource): string => id.split("/")[1] ?? "";

test("an object gets a name of its own, and a ConfigMap with other data becomes another one", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(objects(configMap({ a: "1" })));
  assert.equal((await stack.up()).exitCode, 0);
  const first = nameOf(await only(stack, "ConfigMap"));
  assert.match(first, /^settings-[0-9a-f]{8}$/);

  const unchanged = await stack.run("preview", ["--expect-no-changes"]);
  assert.equal(unchanged.exitCode, 0, unchanged.output);

  stack.configure(objects(configMap({ a: "2" })));
  const replaced = await stack.up();
  assert.match(replaced.output, /\+-1 replaced/, replaced.output);
  const second = nameOf(await only(stack, "ConfigMap"));
  assert.notEqual(second, first);
  const live = await kubectl("get", "configmap", "-n", NAMESPACE, "--output=name");
  assert.ok(live.includes(second) && !live.includes(first), live);
});

test("labels change in place, and what others wrote stays", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(objects(configMap({ a: "1" }, { labels: { tier: "one" } })));
  await stack.up();
  const { id } = await only(stack, "ConfigMap");
  const name = id?.split("/")[1] ?? "";
  await kubectl("annotate", "configmap", name, "-n", NAMESPACE, "other=kept");
  stack.configure(objects(configMap({ a: "1" }, { labels: { tier: "two" } })));
  const updated = await stack.up();
  assert.match(updated.output, /~ 1 updated/, updated.output);
  const { metadata } = await get<{ metadata: { labels: unknown; annotations: object } }>(
    `configmap/${name}`,
    `-n=${NAMESPACE}`,
  );
  assert.deepEqual(metadata.labels, { tier: "two" });
  assert.equal((metadata.annotations as Record<string, string>)["other"], "kept");
});

test("a Job that fails stays in the state with its reason, and is made anew", async () => {
  await using stack = await TestStack.create(PROGRAM);
  const annotations = { "pulumi.com/replaceUnready": "true" };
  stack.configure(objects(job({ annotations }, { activeDeadlineSeconds: 4 })));
  const failed = await stack.up();
  assert.notEqual(failed.exitCode, 0);
  assert.match(failed.output, /DeadlineExceeded/);
  assert.match(failed.output, /ErrImagePull|ImagePullBackOff/);
  const first = await only(stack, "Job");
  assert.equal(first.initErrors?.length, 1);
  const again = await stack.run("preview");
  assert.match(again.output, /replace/, again.output);
});

test("a wait ends after the time that the annotation names", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(objects(job({ annotations: { "pulumi.com/timeoutSeconds": "3" } })));
  const { exitCode, output } = await stack.up();
  assert.notEqual(exitCode, 0);
  assert.match(output, /was not ready after 3 s/);
});

test("Ctrl-C ends a wait, and the state keeps what exists", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(objects(job()));
  const interrupt = eventually("the Job exists", 60, async () => {
    const jobs = await kubectl("get", "jobs", "-n", NAMESPACE, "--output=name");
    return jobs.includes("work-") ? true : undefined;
  });
  const { exitCode, output } = await stack.up({ interrupt });
  assert.notEqual(exitCode, 0);
  assert.match(output, /cancel/);
  assert.match(nameOf(await only(stack, "Job")), /^work-/);
});

test("a refresh sees what others changed, an update takes it back when told to, and what is gone is made anew", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(objects(configMap({ a: "1" }, { labels: { tier: "one" } })));
  await stack.up();
  const name = nameOf(await only(stack, "ConfigMap"));
  await kubectl("label", "configmap", name, "-n", NAMESPACE, "tier=drifted", "--overwrite");
  const drift = await stack.run("refresh", ["--yes", "--skip-preview"]);
  assert.match(drift.output, /~ 1 updated/, drift.output);
  const refused = await stack.up();
  assert.match(refused.output, /conflict with "kubectl-label".*patchForce/s, refused.output);
  const annotations = { "pulumi.com/patchForce": "true" };
  stack.configure(objects(configMap({ a: "1" }, { labels: { tier: "one" }, annotations })));
  const mended = await stack.up();
  assert.match(mended.output, /~ 1 updated/, mended.output);
  const label = await kubectl(
    "get",
    "configmap",
    name,
    "-n",
    NAMESPACE,
    "--output=jsonpath={.metadata.labels.tier}",
  );
  assert.equal(label, "one");

  await kubectl("delete", "configmap", name, "-n", NAMESPACE);
  const gone = await stack.run("refresh", ["--yes", "--skip-preview"]);
  assert.match(gone.output, /- 1 deleted/, gone.output);
  const made = await stack.up();
  assert.match(made.output, /\+ 1 created/, made.output);
});

test("an object that exists is imported as it is", async () => {
  await using stack = await TestStack.create(PROGRAM);
  await kubectl("create", "configmap", "existing", "-n", NAMESPACE, "--from-literal=a=1");
  const existing = configMap({ a: "1" }, { name: "existing" });
  stack.configure(objects({ ...existing, import: `${NAMESPACE}/existing` }));
  const imported = await stack.up();
  assert.equal(imported.exitCode, 0, imported.output);
  assert.equal((await only(stack, "ConfigMap")).id, `${NAMESPACE}/existing`);
});

test("a secret is encrypted in the state, and never printed", async () => {
  await using stack = await TestStack.create(PROGRAM);
  const value = randomBytes(12).toString("hex");
  stack.configure(objects({ ...object("v1", "Secret", "secret", {}), secret: "value" }));
  await stack.setSecrets({ value });
  const { exitCode, output } = await stack.up();
  assert.equal(exitCode, 0, output);
  const state = JSON.stringify(await stack.state());
  for (const text of [value, Buffer.from(value).toString("base64")]) {
    assert.ok(!state.includes(text), "the value stands in the state");
    assert.ok(!output.includes(text), "the value was printed");
  }
  const name = nameOf(await only(stack, "Secret"));
  const live = await kubectl(
    "get",
    "secret",
    name,
    "-n",
    NAMESPACE,
    "--output=jsonpath={.data.value}",
  );
  assert.equal(Buffer.from(live, "base64").toString(), value);
});

test("what the API server refuses is refused in preview", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure(objects(object("v1", "Service", "web", { spec: { ports: [{ port: 99999 }] } })));
  const { exitCode, output } = await stack.run("preview");
  assert.notEqual(exitCode, 0);
  assert.match(output, /must be between 1 and 65535/);
});

test("a delete waits until the object is gone", async () => {
  const stack = await TestStack.create(PROGRAM);
  stack.configure(objects(configMap({ a: "1" }, { finalizers: ["example.org/slow"] })));
  await stack.up();
  const name = nameOf(await only(stack, "ConfigMap"));
  const release = eventually("the deletion has begun", 60, async () => {
    const at = await kubectl(
      "get",
      "configmap",
      name,
      "-n",
      NAMESPACE,
      "--output=jsonpath={.metadata.deletionTimestamp}",
    );
    return at === "" ? undefined : at;
  }).then(() =>
    kubectl(
      "patch",
      "configmap",
      name,
      "-n",
      NAMESPACE,
      "--type=merge",
      '--patch={"metadata":{"finalizers":null}}',
    ),
  );
  const [{ exitCode, output }] = await Promise.all([
    stack.run("destroy", ["--yes", "--skip-preview"]),
    release,
  ]);
  assert.equal(exitCode, 0, output);
  const live = await kubectl("get", "configmap", "-n", NAMESPACE, "--output=name");
  assert.ok(!live.includes(name));
  await stack[Symbol.asyncDispose]();
});

const kubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "there",
    contexts: [{ name: "there", context: { cluster: "there", user: "me" } }],
    clusters: [{ name: "there", cluster: { server } }],
    users: [{ name: "me", user: { token: "none" } }],
  });

test("a cluster that does not answer: preview warns, up fails and registers nothing", async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure({
    ...objects(configMap({ a: "1" })),
    "objects:provider": { kubeconfig: kubeconfig("https://127.0.0.1:1") },
  });
  const preview = await stack.run("preview");
  assert.equal(preview.exitCode, 0, preview.output);
  assert.match(preview.output, /warning: .*cluster cannot be reached/);
  const up = await stack.up();
  assert.notEqual(up.exitCode, 0);
  assert.match(up.output, /error: .*cluster cannot be reached/);
  assert.ok(!(await stack.state()).some(({ type }) => type.endsWith(":ConfigMap")));
});

const isOfficial = hasOfficialProvider("kubernetes") && "the official provider is installed";

test("the stand-in refuses a cluster elsewhere", { skip: isOfficial }, async () => {
  await using stack = await TestStack.create(PROGRAM);
  stack.configure({
    ...objects(configMap({ a: "1" })),
    "objects:provider": { kubeconfig: kubeconfig("https://192.0.2.1:6443") },
  });
  const { exitCode, output } = await stack.up();
  assert.notEqual(exitCode, 0);
  assert.match(output, /on this machine only, not 192\.0\.2\.1/);
});
