import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { type CheckResult, runChecks } from "../../checks/check.ts";
import { ask } from "../../checks/http.ts";
import { imageExistsCheck } from "../../checks/pre/image-exists.ts";
import { imageRevisionCheck } from "../../checks/pre/image-revision.ts";
import { imageTagMatchesCheck } from "../../checks/pre/image-tag-matches.ts";
import { pullCredentialsCheck } from "../../checks/pre/pull-credentials.ts";
import { basic, type Credentials } from "../../checks/registry/authentication.ts";
import { RegistryClient } from "../../checks/registry/registry-client.ts";
import type { HarborAnswer } from "../../lab/harbor-state.ts";
import { startHarbor } from "../../lab/harbor.ts";
import { ensureImages } from "../../lab/images/lab-images.ts";
import { type Lab, up } from "../../lab/lab.ts";
import { NODE_PLATFORM } from "../../lab/layout.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { parseReleaseImage, type ReleaseImage } from "../../model/pinned-image.ts";
import { makeCertificate } from "../support/certificate.ts";
import { dockerConfig } from "../support/harbor.ts";

const SOURCE = "https://example.org/bookwyrm-deployment/lab/sample";

let lab: Lab;
let image: ReleaseImage;
let credentials: Credentials;
let ca: string;

before(async () => {
  lab = await up(stderrProgress);
  const { bookwyrm } = await ensureImages(lab.registry, stderrProgress);
  const parsed = parseReleaseImage(bookwyrm);
  assert.ok(!("problem" in parsed));
  image = parsed;
  const { username, passwordFile } = lab.registry.pull;
  credentials = { username, password: readFileSync(passwordFile, "utf8") };
  ca = readFileSync(lab.registry.caFile, "utf8");
});

/** Who answers for the image: the registry itself, or something before it. */
interface Front {
  readonly host: string;
  readonly ca: string;
}

function results(front: Front, digest: string, password: string): Promise<CheckResult[]> {
  const account = { username: credentials.username, password };
  const pinned = { ...image, registry: front.host, digest };
  const client = new RegistryClient({ ...front, credentials: account });
  const dockerConfigJson = dockerConfig(front.host, account);
  return runChecks(
    [
      imageExistsCheck({ client, image: pinned, platforms: [NODE_PLATFORM] }),
      imageTagMatchesCheck({ client, image: pinned }),
      imageRevisionCheck({ client, image: pinned, source: SOURCE, now: new Date() }),
      pullCredentialsCheck({ dockerConfigJson, image: pinned, ca: front.ca }),
    ],
    { timeoutMs: 10_000 },
  );
}

const verdicts = (found: readonly CheckResult[]): string[] => found.map(({ verdict }) => verdict);
const FAIL = ["fail", "fail", "fail", "fail"];
const PASS = ["pass", "pass", "pass", "pass"];
const WRONG_DIGEST = `sha256:${"0".repeat(64)}`;

async function judge(front: Front): Promise<void> {
  const right = await results(front, image.digest, credentials.password);
  assert.deepEqual(verdicts(right), PASS, JSON.stringify(right));
  const wrongDigest = await results(front, WRONG_DIGEST, credentials.password);
  assert.deepEqual(verdicts(wrongDigest), FAIL, JSON.stringify(wrongDigest));
  const wrongPassword = await results(front, image.digest, "dummy-wrong-password");
  assert.deepEqual(verdicts(wrongPassword), FAIL, JSON.stringify(wrongPassword));
  const written = JSON.stringify([right, wrongDigest, wrongPassword]);
  assert.ok(!written.includes(credentials.password));
}

test("the registry's image passes; a wrong digest and a wrong password fail", () =>
  judge({ host: image.registry, ca }));

test("the same holds with Harbor's way to log in before the registry", async () => {
  const certificate = makeCertificate();
  const harbor = await startHarbor(certificate, {
    project: { name: image.path.split("/")[0] ?? "" },
    accounts: [credentials],
    content: new Map(),
    tags: new Map(),
    severities: new Map(),
    upstream,
  });
  try {
    await judge({ host: harbor.host, ca: certificate.cert });
  } finally {
    await harbor.stop();
  }
});

async function upstream(method: string, path: string, accept: string): Promise<HarborAnswer> {
  const response = await ask(new URL(`https://${image.registry}${path}`), {
    method: method === "HEAD" ? "HEAD" : "GET",
    headers: { accept, authorization: basic(credentials) },
    ca,
    signal: AbortSignal.timeout(5000),
  });
  const kept = ["content-type", "docker-content-digest", "content-length"];
  const headers = Object.entries(response.headers).filter(([name]) => kept.includes(name));
  return { status: response.status, headers: Object.fromEntries(headers), body: response.body };
}
