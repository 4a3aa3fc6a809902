import assert from "node:assert/strict";
import { test } from "node:test";
import { smallStack } from "../../lab/small-stack.ts";
import { QUEUES } from "../../model/queues.ts";
import { parseSettings } from "../../model/settings.ts";
import { IMAGE } from "../support/settings.ts";

test("the small stack has settings that hold, and one worker for all queues", () => {
  const store = `harbor.example.org/uostas/store:1@sha256:${"0".repeat(64)}`;
  const config = smallStack({
    namespace: "small",
    image: IMAGE,
    postgres: store,
    redis: store,
    webReplicas: 2,
    workerGraceSeconds: 5,
  });
  const parsed = parseSettings(
    Object.fromEntries(
      Object.entries(config).map(([name, value]) => [name.replace("bookwyrm:", ""), value]),
    ),
  );
  assert.ok("settings" in parsed, JSON.stringify(parsed));
  const { namespace, image, web, workers } = parsed.settings;
  assert.deepEqual([namespace, image.reference, web.replicas], ["small", IMAGE, 2]);
  assert.deepEqual(
    workers.map(({ queues, gracePeriodSeconds }) => ({ queues, gracePeriodSeconds })),
    [{ queues: [...QUEUES], gracePeriodSeconds: 5 }],
  );
});
