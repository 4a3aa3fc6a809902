import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../../checks/check.ts";
import { imagesRunningCheck, type ResolveImage } from "../../../checks/post/images-running.ts";
import type { RunningImage } from "../../../checks/post/running-images.ts";
import { EXPECTED, healthy, type Objects, one, readingOf } from "../../support/cluster.ts";
import { DIGEST, IMAGE } from "../../support/settings.ts";

const OTHER = `sha256:${"b".repeat(64)}`;

function judge(objects: Objects, resolveImage?: ResolveImage): Promise<Outcome> {
  const args = { reading: readingOf(objects), expected: EXPECTED };
  const check = imagesRunningCheck({ ...args, ...(resolveImage && { resolveImage }) });
  return check.run(AbortSignal.timeout(5_000));
}

async function outcomeOf(
  change: (objects: Objects) => void,
  resolveImage?: ResolveImage,
): Promise<[string, string]> {
  const objects = healthy();
  change(objects);
  const { verdict, summary } = await judge(objects, resolveImage);
  return [verdict, summary];
}

/** Changes the only container status of a pod. */
const status = (objects: Objects, pod: string): { imageID?: string; [field: string]: unknown } => {
  const found = one(objects.pods, pod).status?.containerStatuses?.[0];
  assert.ok(found !== undefined);
  return found;
};

test("pinned digests everywhere pass", async () => {
  assert.deepEqual(await outcomeOf(() => undefined), [
    "pass",
    "The pinned digest runs in 10 containers of 10 pods.",
  ]);
});

test("every container comes to the table, Jobs too", async () => {
  let images: readonly RunningImage[] = [];
  const check = imagesRunningCheck({
    reading: readingOf(healthy()),
    expected: EXPECTED,
    onImages: (found) => (images = found),
  });
  await check.run(AbortSignal.timeout(5_000));
  assert.deepEqual(
    images.map(({ component, state, verdict }) => `${component} ${state} ${verdict}`),
    [
      "beat ready pass",
      "flower ready pass",
      "migration completed pass",
      "postgres ready pass",
      "redis-activity ready pass",
      "redis-broker ready pass",
      "smoke completed pass",
      "web ready pass",
      "web ready pass",
      "worker ready pass",
    ],
  );
});

test("no pod is a failure, not a pass", async () => {
  assert.deepEqual(
    await outcomeOf((objects) => {
      objects.pods = [];
    }),
    ["fail", "postgres has no pod (and 6 more)."],
  );
});

test("a workload whose pods are all being deleted, or have ended, has none", async () => {
  const deleted = await outcomeOf((objects) => {
    one(objects.pods, "beat").metadata.deletionTimestamp = "2025-11-16T09:24:00Z";
  });
  assert.deepEqual(deleted, ["fail", "beat has no pod."]);
  const evicted = await outcomeOf((objects) => {
    one(objects.pods, "beat").status = { phase: "Failed" };
  });
  assert.deepEqual(evicted, ["fail", "beat has no pod."]);
});

test("a finished Job's pod may be gone with its node", async () => {
  const [verdict] = await outcomeOf((objects) => {
    objects.pods = objects.pods.filter(({ metadata }) => metadata.name !== "smoke-pod");
  });
  assert.equal(verdict, "pass");
});

test("other bytes, without a registry to ask, could be an alias: unknown", async () => {
  const [verdict, summary] = await outcomeOf((objects) => {
    status(objects, "web-rs-2").imageID = `harbor.example.org/uostas/bookwyrm@${OTHER}`;
  });
  assert.equal(verdict, "unknown");
  assert.equal(
    summary,
    `web-rs-2/web runs ${OTHER}, pinned is ${DIGEST}: it is not the pinned digest; only the registry can tell whether both are one image.`,
  );
});

test("each digest is asked for once, in the repository of the pinned one", async () => {
  const asked: string[] = [];
  const resolve: ResolveImage = ({ registry, path, digest }) => {
    asked.push(`${registry}/${path}@${digest}`);
    const configDigest = digest === OTHER ? "sha256:other" : digest;
    return Promise.resolve({
      digest,
      children: [{ digest, platform: { os: "linux", architecture: "amd64" }, configDigest }],
    });
  };
  const [verdict, summary] = await outcomeOf((objects) => {
    for (const pod of ["web-rs-1", "web-rs-2"]) {
      status(objects, pod).imageID = `ghcr.io/nycterent/bookwyrm@${OTHER}`;
    }
  }, resolve);
  assert.equal(verdict, "fail");
  assert.match(summary, /another image than the pinned one \(and 1 more\)\.$/);
  assert.deepEqual(asked.sort(), [
    `harbor.example.org/uostas/bookwyrm@${DIGEST}`,
    `harbor.example.org/uostas/bookwyrm@${OTHER}`,
    `harbor.example.org/uostas/store@sha256:${"5".repeat(64)}`,
  ]);
});

test("a registry that is down makes no failure of what is equal, and no pass of what is not", async () => {
  const down: ResolveImage = () => Promise.reject(new Error("connection refused"));
  assert.equal((await outcomeOf(() => undefined, down))[0], "pass");
  const [verdict] = await outcomeOf((objects) => {
    status(objects, "beat").imageID = `r.example/app@${OTHER}`;
  }, down);
  assert.equal(verdict, "unknown");
});

test("a pod that asks for another reference fails, with the right bytes too", async () => {
  const [verdict, summary] = await outcomeOf((objects) => {
    const [container] = one(objects.pods, "beat").spec.containers;
    assert.ok(container !== undefined);
    container.image = IMAGE.replace("harbor", "mirror");
  });
  assert.equal(verdict, "fail");
  assert.match(summary, /it asks for mirror\.example\.org/);
});

for (const kind of ["initContainers", "ephemeralContainers"] as const) {
  test(`a container that was added to ${kind} fails`, async () => {
    const [verdict, summary] = await outcomeOf((objects) => {
      const pod = one(objects.pods, "beat");
      pod.spec[kind] = [{ name: "injected", image: "evil.example.org/sidecar:1" }];
      const statuses = [{ name: "injected", imageID: `evil.example.org/sidecar@${OTHER}` }];
      if (kind === "initContainers")
        Object.assign(pod.status ?? {}, { initContainerStatuses: statuses });
      else Object.assign(pod.status ?? {}, { ephemeralContainerStatuses: statuses });
    });
    assert.equal(verdict, "fail");
    assert.match(summary, /^beat-rs-1\/injected runs .*: it asks for evil\.example\.org/);
  });
}

test("what has not started fails with its reason", async () => {
  assert.deepEqual(
    await outcomeOf((objects) => {
      Object.assign(status(objects, "beat"), {
        imageID: "",
        state: { waiting: { reason: "ErrImagePull", message: "401 Unauthorized" } },
      });
    }),
    ["fail", "beat-rs-1/beat has not started: ErrImagePull: 401 Unauthorized."],
  );
  assert.deepEqual(
    await outcomeOf((objects) => {
      delete one(objects.pods, "beat").status;
    }),
    ["fail", "beat-rs-1/beat has not started: no node has reported it."],
  );
});

test("a container without a status beside one that has it fails", async () => {
  const [verdict, summary] = await outcomeOf((objects) => {
    one(objects.pods, "beat").spec.containers.push({ name: "second", image: IMAGE });
  });
  assert.equal(verdict, "fail");
  assert.match(summary, /^beat-rs-1\/second has not started/);
});

test("a pod that carries BookWyrm's labels and belongs to nobody fails", async () => {
  const [verdict, summary] = await outcomeOf((objects) => {
    const stray = structuredClone(one(objects.pods, "web-rs-1"));
    stray.metadata.name = "web-by-hand";
    for (const owner of stray.metadata.ownerReferences ?? []) owner.controller = false;
    objects.pods.push(stray);
  });
  assert.equal(verdict, "fail");
  assert.match(summary, /web-by-hand\/web is in a pod that no workload of this stack made/);
});

test("a pod of a Job that was replaced has ended, and is no stray", async () => {
  const [verdict] = await outcomeOf((objects) => {
    const ended = structuredClone(one(objects.pods, "migration"));
    ended.metadata.ownerReferences = [
      { kind: "Job", name: "earlier", uid: "earlier", controller: true },
    ];
    objects.pods.push(ended);
  });
  assert.equal(verdict, "pass");
});
