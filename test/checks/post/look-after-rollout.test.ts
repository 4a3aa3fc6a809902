import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { lookAfterRollout } from "../../../checks/post/look-after-rollout.ts";
import { expectedOf } from "../../../checks/post/expected.ts";
import { CONTEXT, serveObjects } from "../../support/api-server.ts";
import { healthy } from "../../support/cluster.ts";
import { settings } from "../../support/settings.ts";

const { KUBECONFIG } = process.env;
afterEach(() => {
  if (KUBECONFIG === undefined) delete process.env["KUBECONFIG"];
  else process.env["KUBECONFIG"] = KUBECONFIG;
});

const STACK = settings({ context: CONTEXT });
const running = () => healthy(expectedOf(STACK, true));

test("all workloads are looked at over one connection", async (context) => {
  const double = await serveObjects(running());
  context.after(double.close);
  process.env["KUBECONFIG"] = double.kubeconfig;
  const look = lookAfterRollout(STACK);
  await look("web");
  process.env["KUBECONFIG"] = "/nowhere";
  const before = double.requests.length;
  await look("beat");
  assert.ok(double.requests.length > before);
});

test("an API server that is gone, or answers with anything, fails no update", async (context) => {
  const double = await serveObjects(running());
  context.after(double.close);
  process.env["KUBECONFIG"] = double.kubeconfig;
  const look = lookAfterRollout(STACK);
  for (const fault of ["cut", "server error", "no JSON", "no list", "forbidden"] as const) {
    double.fault = fault;
    await look("web");
  }
  double.close();
  await look("web");
});
