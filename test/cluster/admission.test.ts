import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { createNamespace, eventually, inLab, PROJECT } from "../support/lab.ts";
import { manifests } from "../support/manifests.ts";
import type { Result } from "../support/run.ts";
import { DIGEST } from "../support/settings.ts";
import { TestStack } from "../support/stack.ts";

// What kubectl can and cannot do once the policy of one instance is there. No pod ever runs.

const NAMESPACE = `test-${randomBytes(3).toString("hex")}`;
const POLICY = `bookwyrm-pinned-images-${NAMESPACE}`;

const PINNED = `harbor.example.org/uostas/bookwyrm:1@${DIGEST}`;
const OTHER_PINNED = `harbor.example.org/uostas/tools/shell@${DIGEST}`;
const TAGGED = "harbor.example.org/uostas/bookwyrm:1";
const FOREIGN = `ghcr.io/elsewhere/bookwyrm:1@${DIGEST}`;

const kubectl = (args: readonly string[], input = ""): Promise<Result> =>
  inLab(["kubectl", `--namespace=${NAMESPACE}`, ...args], { input });

async function passes(...args: readonly string[]): Promise<string> {
  const { exitCode, output } = await kubectl(args);
  assert.equal(exitCode, 0, output);
  return output;
}

async function refused(message: RegExp, ...args: readonly string[]): Promise<void> {
  const { exitCode, output } = await kubectl(args);
  assert.notEqual(exitCode, 0, output);
  assert.match(output, message);
}

const apply = (object: object, ...options: readonly string[]): Promise<Result> =>
  kubectl(["apply", "--filename=-", ...options], JSON.stringify(object));

/** What the API server says to an object, without keeping it. */
const tried = (object: object): Promise<Result> => apply(object, "--dry-run=server");

const deployment = (name: string, image: string): object =>
  manifests(name, { containers: [{ name: "main", image }] })["Deployment"] ?? {};

const noDigest = (image: string): RegExp =>
  new RegExp(`${POLICY}.* denied request: no sha256 digest: ${image}\\. .*pulumi up`);
const notFrom = (image: string): RegExp =>
  new RegExp(`${POLICY}.* denied request: not from harbor\\.example\\.org/uostas: ${image}\\. `);

let stack: TestStack;

before(async () => {
  await createNamespace(NAMESPACE);
  // What an earlier way to deploy has left behind.
  for (const object of [
    deployment("unpinned", "bookwyrm:0.8.2"),
    deployment("moved", FOREIGN),
    manifests("unpinned", { containers: [{ name: "main", image: "bookwyrm:0.8.2" }] })["Pod"] ?? {},
  ]) {
    const { exitCode, output } = await apply(object);
    assert.equal(exitCode, 0, output);
  }
  stack = await TestStack.create(join(PROJECT, "test/fixtures/admission"));
  stack.configure({ "admission:namespace": NAMESPACE });
  const up = await stack.up();
  assert.equal(up.exitCode, 0, up.output);
  await eventually("the policy is in force", 30, async () => {
    const { exitCode } = await kubectl(["run", "probe", "--image=probe:1", "--dry-run=server"]);
    return exitCode === 0 ? undefined : true;
  });
  for (const name of ["pinned", "released"]) {
    const { exitCode, output } = await apply(deployment(name, PINNED));
    assert.equal(exitCode, 0, output);
  }
});

after(async () => {
  await stack[Symbol.asyncDispose]();
  await inLab(["kubectl", "delete", "namespace", NAMESPACE, "--wait=false"]);
});

const main = (image: string): object => ({ containers: [{ name: "main", image }] });
const KINDS = Object.keys(manifests("object", main(PINNED)));

for (const kind of KINDS) {
  test(`${kind}: pinned images pass, one that is not is refused wherever it stands`, async () => {
    const result = (spec: object): Promise<Result> => tried(manifests("object", spec)[kind] ?? {});
    const good = await result(main(PINNED));
    assert.equal(good.exitCode, 0, good.output);
    const other = { ...main(PINNED), initContainers: [{ name: "first", image: OTHER_PINNED }] };
    const both = await result(other);
    assert.equal(both.exitCode, 0, both.output);
    for (const spec of [
      main(TAGGED),
      { ...main(PINNED), initContainers: [{ name: "first", image: TAGGED }] },
      { ...main(PINNED), volumes: [{ name: "code", image: { reference: TAGGED } }] },
    ]) {
      const bad = await result(spec);
      assert.notEqual(bad.exitCode, 0, bad.output);
      assert.match(bad.output, noDigest(TAGGED));
    }
  });
}

const ELSEWHERE = [
  `docker.io/library/bookwyrm@${DIGEST}`,
  `bookwyrm@${DIGEST}`,
  `uostas/bookwyrm@${DIGEST}`,
  `harbor.example.org.evil.example/uostas/bookwyrm@${DIGEST}`,
  `harbor.example.org:8443/uostas/bookwyrm@${DIGEST}`,
  `harborxexample.org/uostas/bookwyrm@${DIGEST}`,
  `evil.example/harbor.example.org/uostas/bookwyrm@${DIGEST}`,
  `harbor.example.org/uostas-evil/bookwyrm@${DIGEST}`,
  `harbor.example.org/evil/uostas/bookwyrm@${DIGEST}`,
];
for (const image of ELSEWHERE) {
  test(`${image.split("@")[0] ?? ""} is refused: it comes from elsewhere`, async () => {
    await refused(notFrom(image), "run", "object", `--image=${image}`);
  });
}

const BROKEN_DIGESTS = [
  "sha256:a1",
  `sha256:${"A1".repeat(32)}`,
  `sha512:${"a1".repeat(64)}`,
  `sha256:${"a1".repeat(33)}`,
];
for (const digest of BROKEN_DIGESTS) {
  test(`${digest.slice(0, 12)}… (${digest.length.toString()} characters) is no digest`, async () => {
    const { output } = await tried(deployment("object", `${TAGGED}@${digest}`));
    assert.match(output, noDigest(`${TAGGED}@${digest}`));
  });
}

test("kubectl set image, edit and patch cannot bring a bare tag", async () => {
  await refused(noDigest(TAGGED), "set", "image", "deployment/released", `main=${TAGGED}`);
  const patch = { spec: { template: { spec: { containers: [{ name: "main", image: TAGGED }] } } } };
  await refused(
    noDigest(TAGGED),
    "patch",
    "deployment/released",
    `--patch=${JSON.stringify(patch)}`,
  );
});

test("kubectl set image brings another pinned image of this registry, and undo takes it back", async () => {
  await passes("set", "image", "deployment/released", `main=${OTHER_PINNED}`);
  await passes("rollout", "undo", "deployment/released");
});

test("kubectl debug needs a pinned image too, with which it works", async () => {
  const [pod = ""] = await podsOf("pinned");
  const debug = ["debug", pod, "--container=shell", "--profile=general"];
  await refused(noDigest("busybox:1"), ...debug, "--image=busybox:1");
  await refused(notFrom(FOREIGN), ...debug, `--image=${FOREIGN}`);
  await passes(...debug, `--image=${OTHER_PINNED}`);
  await refused(noDigest("busybox:1"), ...debug, "--copy-to=copy", "--image=busybox:1");
});

/** Names of the pods of a Deployment that are not on their way out. */
async function podsOf(app: string): Promise<readonly string[]> {
  const template =
    '--output=go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}}{{"\\n"}}{{end}}{{end}}';
  const names = await passes("get", "pods", `--selector=app=${app}`, template);
  return names.split("\n").filter((name) => name !== "");
}

const podCount = (app: string, count: number): Promise<readonly string[]> =>
  eventually(`${app} has ${count.toString()} pods`, 20, async () => {
    const pods = await podsOf(app);
    return pods.length === count ? pods : undefined;
  });

async function evict(pod: string): Promise<void> {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/eviction`;
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: pod } };
  const { exitCode, output } = await kubectl(
    ["create", `--raw=${path}`, "--filename=-"],
    JSON.stringify(eviction),
  );
  assert.equal(exitCode, 0, output);
}

for (const [app, what] of [
  ["pinned", "what is pinned"],
  ["moved", "what is pinned and came from the registry before"],
] as const) {
  test(`${what} is scaled, restarted, evicted, labelled and reported on`, async () => {
    await passes("scale", `deployment/${app}`, "--replicas=2");
    const [first = ""] = await podCount(app, 2);
    const status = [
      "--subresource=status",
      "--type=merge",
      '--patch={"status":{"message":"seen"}}',
    ];
    await passes("patch", `pod/${first}`, ...status);
    await evict(first);
    const after = await podCount(app, 2);
    assert.ok(!after.includes(first), "the pod was evicted");
    await passes("label", `deployment/${app}`, "seen=yes");
    await passes("scale", `deployment/${app}`, "--replicas=1");
    const [before = ""] = await podCount(app, 1);
    await passes("rollout", "restart", `deployment/${app}`);
    await eventually("the restart makes a pod", 20, async () =>
      (await podsOf(app)).some((pod) => pod !== before) ? true : undefined,
    );
  });
}

test("what was not pinned before is labelled, scaled down, finalized and deleted", async () => {
  await passes("label", "deployment/unpinned", "seen=yes");
  await passes("label", "pod/unpinned", "seen=yes");
  await passes("scale", "deployment/unpinned", "--replicas=0");
  await refused(
    noDigest("bookwyrm:0.8.3"),
    "set",
    "image",
    "deployment/unpinned",
    "main=bookwyrm:0.8.3",
  );
  const finalizers = (list: readonly string[]): string =>
    `--patch=${JSON.stringify({ metadata: { finalizers: list } })}`;
  await passes("patch", "deployment/unpinned", "--type=merge", finalizers(["example.org/hold"]));
  await passes("delete", "deployment/unpinned", "--wait=false");
  await passes("patch", "deployment/unpinned", "--type=merge", finalizers([]));
  await passes("delete", "pod/unpinned", "--grace-period=0", "--force");
});

test("other namespaces are none of its business", async () => {
  const run = ["run", "object", "--image=busybox:1", "--dry-run=server"];
  const { exitCode, output } = await inLab(["kubectl", "--namespace=default", ...run]);
  assert.equal(exitCode, 0, output);
});

test("the API server finds nothing to warn of in its expressions", async () => {
  const status = await eventually("the policy is type-checked", 20, async () => {
    const text = await passes(
      "get",
      `validatingadmissionpolicy/${POLICY}`,
      "--output=jsonpath={.status}",
    );
    return text === "" || text === "{}" ? undefined : text;
  });
  assert.deepEqual(JSON.parse(status).typeChecking, {});
});

test("a second preview changes nothing, and neither does a release from the same registry", async () => {
  const unchanged = await stack.run("preview", ["--expect-no-changes"]);
  assert.equal(unchanged.exitCode, 0, unchanged.output);
  const image = `harbor.example.org/uostas/bookwyrm:release-0.9.3-c9addf2@${DIGEST}`;
  stack.configure({ "admission:namespace": NAMESPACE, "admission:settings": { image } });
  const release = await stack.up();
  assert.equal(release.exitCode, 0, release.output);
  assert.match(release.output, /~ 1 updated/);
});

test("one preview and one update move to another registry, and lets in the one before where the stack says so", async () => {
  stack.configure({
    "admission:namespace": NAMESPACE,
    "admission:settings": {
      image: `quay.io/uostas/bookwyrm:release-0.9.3-c9addf2@${DIGEST}`,
      admission: { alsoFrom: ["ghcr.io/elsewhere"] },
    },
  });
  const moved = await stack.run("up", ["--yes"]);
  assert.equal(moved.exitCode, 0, moved.output);
  const { exitCode: ofForeign, output: created } = await apply(deployment("earlier", FOREIGN));
  assert.equal(ofForeign, 0, created);
  const { exitCode, output } = await apply(deployment("object", PINNED));
  assert.notEqual(exitCode, 0, output);
  assert.match(output, /not from ghcr\.io\/elsewhere or quay\.io\/uostas/);
});

test("destroy leaves nothing behind in the cluster", async () => {
  const destroyed = await stack.run("destroy", ["--yes", "--skip-preview"]);
  assert.equal(destroyed.exitCode, 0, destroyed.output);
  for (const kind of ["validatingadmissionpolicy", "validatingadmissionpolicybinding"]) {
    await refused(/NotFound/, "get", kind, POLICY);
  }
});
