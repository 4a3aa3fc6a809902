import assert from "node:assert/strict";
import { createServer } from "node:https";
import { test, type TestContext } from "node:test";
import type { Outcome } from "../../../checks/check.ts";
import { robotExpiryCheck } from "../../../checks/pre/robot-expiry.ts";
import { HarborClient } from "../../../checks/registry/harbor-client.ts";
import { makeCertificate } from "../../support/certificate.ts";
import { releaseOn, ROBOT } from "../../support/harbor.ts";
import { listen } from "../../support/loopback.ts";

const certificate = makeCertificate();

/** Of a Harbor whose project has no such robot. @param level What is refused, and with which status. */
async function judge(
  context: TestContext,
  level: { readonly project?: number; readonly system?: number },
): Promise<Outcome> {
  const server = createServer(certificate, (request, response) => {
    const url = request.url ?? "";
    const isOfProject = url.includes("ProjectID");
    const isList = url.includes("/robots?");
    response.statusCode = isList ? ((isOfProject ? level.project : level.system) ?? 200) : 200;
    response.end(JSON.stringify(isList ? [] : { project_id: 1 }));
  });
  const host = await listen(server, context);
  const harbor = new HarborClient({ host, ca: certificate.cert, credentials: ROBOT });
  return robotExpiryCheck({
    harbor,
    image: releaseOn(host, `sha256:${"a".repeat(64)}`),
    username: ROBOT.username,
    minimumDays: 14,
    now: new Date("2026-11-24T12:00:00Z"),
  }).run(AbortSignal.timeout(5_000));
}

test("a robot that an account cannot see is unknown, also where the system's may not be listed", async (context) => {
  for (const system of [200, 401, 403]) {
    const { verdict, summary } = await judge(context, { system });
    assert.equal(`${verdict}: ${summary}`, 'unknown: Harbor shows no robot "robot$books+pull".');
  }
});

test("an account that may not even list the project's robots is refused", async (context) => {
  assert.equal((await judge(context, { project: 403 })).verdict, "fail");
});
