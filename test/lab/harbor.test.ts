import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, type HttpResponse } from "../../checks/http.ts";
import { basic } from "../../checks/registry/authentication.ts";
import { startHarbor } from "../../lab/harbor.ts";
import { makeCertificate } from "../support/certificate.ts";
import { COMMIT, ROBOT, stateWithRelease } from "../support/harbor.ts";

test("an artifact says its labels, and an index those of its children", async (context) => {
  const certificate = makeCertificate();
  const { state, digest, children } = stateWithRelease();
  const harbor = await startHarbor(certificate, state);
  context.after(() => harbor.stop());
  const artifact = async (of: string): Promise<unknown> => {
    const path = `/api/v2.0/projects/books/repositories/bookwyrm/artifacts/${of}`;
    const { body } = await request(harbor.host, path, certificate.cert);
    return JSON.parse(body.toString());
  };
  const index = (await artifact(digest)) as { references: { child_digest: string }[] };
  const named = index.references.map(({ child_digest: child }) => child);
  assert.deepEqual(
    children.map((child) => child.digest),
    named.slice(0, children.length),
  );
  const child = (await artifact(named[0] ?? "")) as {
    extra_attrs: { config: { Labels: Record<string, string> } };
  };
  assert.equal(child.extra_attrs.config.Labels["org.opencontainers.image.revision"], COMMIT);
});

test("it answers 429 as often as it is told to, and then as ever", async (context) => {
  const certificate = makeCertificate();
  const { state } = stateWithRelease();
  state.tooMany = { times: 1, retryAfter: "1" };
  const harbor = await startHarbor(certificate, state);
  context.after(() => harbor.stop());
  const path = "/api/v2.0/projects/books";
  const [first, second] = [
    await request(harbor.host, path, certificate.cert),
    await request(harbor.host, path, certificate.cert),
  ];
  assert.deepEqual([first.status, first.headers["retry-after"], second.status], [429, "1", 200]);
});

const request = (host: string, path: string, ca: string): Promise<HttpResponse> =>
  ask(new URL(`https://${host}${path}`), {
    headers: { authorization: basic(ROBOT) },
    ca,
    signal: AbortSignal.timeout(5000),
  });
