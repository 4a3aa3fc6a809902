import assert from "node:assert/strict";
import { test } from "node:test";
import { jobsCompleteCheck } from "../../../checks/post/jobs-complete.ts";
import { rolloutCompleteCheck } from "../../../checks/post/rollout-complete.ts";
import { soakCheck } from "../../../checks/post/soak.ts";
import {
  EXPECTED,
  fakeCluster,
  healthy,
  type Objects,
  one,
  readingOf,
} from "../../support/cluster.ts";
import { takeReading } from "../../../checks/cluster/reading.ts";
import { IMAGE } from "../../support/settings.ts";

const signal = (): AbortSignal => AbortSignal.timeout(5_000);

type Change = (objects: Objects) => void;
const changed = (change: Change): Objects => {
  const objects = healthy();
  change(objects);
  return objects;
};

async function rollout(change: Change): Promise<string> {
  const check = rolloutCompleteCheck({ reading: readingOf(changed(change)), expected: EXPECTED });
  const { verdict, summary } = await check.run(signal());
  return `${verdict}: ${summary}`;
}

test("rollout-complete passes what is rolled out", async () => {
  assert.equal(
    await rollout(() => undefined),
    "pass: Rolled out, with every pod available: 7 workloads.",
  );
});

const ROLLOUTS: readonly (readonly [what: string, change: Change, found: string])[] = [
  [
    "a Deployment that is missing",
    (objects) => {
      objects.deployments = objects.deployments.filter(({ metadata }) => metadata.name !== "beat");
    },
    "beat: there is no such Deployment.",
  ],
  [
    "a change that no controller has seen yet",
    ({ deployments }) => {
      one(deployments, "web").metadata.generation = 4;
    },
    "web: the cluster has not looked at its last change yet.",
  ],
  [
    "a status that was never written",
    ({ deployments }) => {
      delete one(deployments, "web").status;
    },
    "web: the cluster has not looked at its last change yet.",
  ],
  [
    "pods that are not available",
    ({ deployments }) => {
      Object.assign(one(deployments, "web").status ?? {}, {
        availableReplicas: 1,
        unavailableReplicas: 1,
      });
    },
    "web: 1 of 2 pods available (and 1 more).",
  ],
  [
    "pods that are not updated",
    ({ deployments }) => {
      Object.assign(one(deployments, "web").status ?? {}, { updatedReplicas: 1 });
    },
    "web: 1 of 2 pods updated.",
  ],
  [
    "a surge pod that is still there",
    ({ deployments }) => {
      Object.assign(one(deployments, "web").status ?? {}, { replicas: 3 });
    },
    "web: 1 pod too many.",
  ],
  [
    "fewer pods than the stack asks for",
    ({ deployments }) => {
      const web = one(deployments, "web");
      web.spec.replicas = 0;
      web.status = { observedGeneration: 3 };
    },
    "web: it asks for 0 pods, the stack for 2.",
  ],
  [
    "an earlier ReplicaSet with pods",
    ({ replicasets }) => {
      const earlier = structuredClone(one(replicasets, "web"));
      earlier.metadata.name = "web-earlier";
      earlier.metadata.annotations = { "deployment.kubernetes.io/revision": "1" };
      replicasets.push(earlier);
    },
    "web: the earlier ReplicaSet web-earlier still has 2 pods.",
  ],
  [
    "a rollout that is paused",
    ({ deployments }) => {
      one(deployments, "beat").spec.paused = true;
    },
    "beat: its rollout is paused.",
  ],
  [
    "a rollout that was given up",
    ({ deployments }) => {
      const message = "ReplicaSet has timed out progressing.";
      Object.assign(one(deployments, "beat").status ?? {}, {
        conditions: [{ type: "Progressing", status: "False", message }],
      });
    },
    "beat: ReplicaSet has timed out progressing.",
  ],
  [
    "a StatefulSet whose pod has the earlier revision",
    ({ statefulsets }) => {
      Object.assign(one(statefulsets, "postgres").status ?? {}, {
        updateRevision: "b",
        updatedReplicas: 0,
      });
    },
    "postgres: 0 of 1 pod updated.",
  ],
];

for (const [what, change, found] of ROLLOUTS) {
  test(`rollout-complete fails ${what}`, async () => {
    assert.equal(await rollout(change), `fail: ${found}`);
  });
}

test("rollout-complete lets an autoscaler have more pods than the stack asks for", async () => {
  const verdict = await rollout(({ deployments }) => {
    const web = one(deployments, "web");
    web.spec.replicas = 4;
    Object.assign(web.status ?? {}, { replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
  });
  assert.match(verdict, /^pass/);
});

test("rollout-complete fails where nothing is expected", async () => {
  const expected = { ...EXPECTED, workloads: [] };
  const check = rolloutCompleteCheck({ reading: readingOf(healthy()), expected });
  assert.equal((await check.run(signal())).verdict, "fail");
});

async function jobs(change: Change): Promise<string> {
  const check = jobsCompleteCheck({ reading: readingOf(changed(change)), expected: EXPECTED });
  const { verdict, summary } = await check.run(signal());
  return `${verdict}: ${summary}`;
}

test("jobs-complete passes what has succeeded on the pinned image", async () => {
  assert.equal(await jobs(() => undefined), "pass: Complete with the pinned image: 2 Jobs.");
});

test("jobs-complete fails a Job that is missing, runs, failed, or ran with another image", async () => {
  const other = IMAGE.replace(/@.*/, `@sha256:${"c".repeat(64)}`);
  assert.equal(
    await jobs((objects) => {
      objects.jobs = objects.jobs.filter(({ metadata }) => metadata.name !== "migration");
    }),
    "fail: migration: no Job ran with the pinned image; there is none.",
  );
  assert.equal(
    await jobs((objects) => {
      one(objects.jobs, "migration").status = { active: 1 };
    }),
    "fail: migration has not ended yet.",
  );
  assert.equal(
    await jobs((objects) => {
      one(objects.jobs, "migration").status = {
        conditions: [{ type: "Failed", status: "True", message: "BackoffLimitExceeded" }],
      };
    }),
    "fail: migration failed: BackoffLimitExceeded.",
  );
  assert.equal(
    await jobs((objects) => {
      const [container] = one(objects.jobs, "migration").spec.template.spec.containers;
      assert.ok(container !== undefined);
      container.image = other;
    }),
    `fail: migration: no Job ran with the pinned image; it ran with ${other}.`,
  );
});

test("jobs-complete judges the newest Job of the pinned image", async () => {
  const verdict = await jobs((objects) => {
    const newer = structuredClone(one(objects.jobs, "smoke"));
    newer.metadata.creationTimestamp = "2025-11-16T09:30:00Z";
    newer.metadata.name = "smoke-again";
    newer.status = { conditions: [{ type: "Failed", status: "True", message: "exit 1" }] };
    objects.jobs.unshift(newer);
  });
  assert.equal(verdict, "fail: smoke-again failed: exit 1.");
});

/** What the soak sees first, and what it sees when the time is over. */
async function soak(change: Change, first: Change = () => undefined): Promise<string> {
  let slept = 0;
  const before = changed(first);
  const after = structuredClone(before);
  change(after);
  const check = soakCheck({
    reading: readingOf(before),
    expected: EXPECTED,
    readAgain: () => takeReading(fakeCluster(after), signal()),
    seconds: 30,
    sleep: (milliseconds) => {
      slept += milliseconds;
      return Promise.resolve();
    },
  });
  const { verdict, summary } = await check.run(signal());
  assert.equal(slept, 30_000);
  return `${verdict}: ${summary}`;
}

test("soak passes pods that stay", async () => {
  assert.equal(
    await soak(() => undefined),
    "pass: 8 pods stayed ready over 30 s, none replaced or restarted.",
  );
});

test("soak fails a restart, a pod that went or came, one that is not ready, and none", async () => {
  assert.equal(
    await soak((objects) => {
      Object.assign(one(objects.pods, "beat").status?.containerStatuses?.[0] ?? {}, {
        restartCount: 2,
      });
    }),
    "fail: beat-rs-1 restarted 2 times meanwhile.",
  );
  assert.equal(
    await soak((objects) => {
      one(objects.pods, "beat").metadata.deletionTimestamp = "2025-11-16T09:24:00Z";
    }),
    "fail: beat-rs-1 went away meanwhile.",
  );
  assert.equal(
    await soak((objects) => {
      one(objects.pods, "beat").metadata.uid = "another";
    }),
    "fail: beat-rs-1 went away meanwhile (and 1 more).",
  );
  const unready: Change = (objects) => {
    const [ready] = one(objects.pods, "beat").status?.conditions ?? [];
    assert.ok(ready !== undefined);
    ready.status = "False";
  };
  assert.equal(await soak(unready), "fail: beat-rs-1 is not ready.");
  assert.equal(await soak(() => undefined, unready), "fail: beat-rs-1 is not ready.");
  const nothing: Change = (objects) => {
    objects.pods = [];
  };
  assert.equal(await soak(nothing, nothing), "fail: no pod was there to watch.");
});

test("soak counts no restart of before", async () => {
  const before: Change = (objects) => {
    Object.assign(one(objects.pods, "beat").status?.containerStatuses?.[0] ?? {}, {
      restartCount: 7,
    });
  };
  assert.match(await soak(() => undefined, before), /^pass/);
});

test("soak lets an autoscaler take away pods, as many as it asks fewer for and not below the stack's", async () => {
  const scaled =
    (replicas: number, pods = replicas): Change =>
    (objects) => {
      one(objects.deployments, "web").spec.replicas = replicas;
      const others = objects.pods.filter(({ metadata }) => !metadata.name.startsWith("web-rs"));
      const first = one(objects.pods, "web-rs-1");
      const own = [1, 2, 3, 4].slice(0, pods).map((number) => {
        const pod = structuredClone(first);
        Object.assign(pod.metadata, {
          name: `web-rs-${number.toString()}`,
          uid: number.toString(),
        });
        return pod;
      });
      objects.pods = [...others, ...own];
    };
  assert.match(await soak(scaled(2), scaled(4)), /^pass: 8 pods/);
  assert.match(await soak(scaled(4, 2), scaled(4)), /^fail: web-rs-3 went away.*and 1 more/);
  assert.match(await soak(scaled(3, 2), scaled(4)), /^fail: web-rs-3 went away.*and 1 more/);
  assert.match(await soak(scaled(1), scaled(4)), /^fail: web-rs-2 went away.*and 2 more/);
});
