import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type CheckResult, runChecks } from "../../../checks/check.ts";
import { digestRetainedCheck } from "../../../checks/pre/digest-retained.ts";
import { imageExistsCheck } from "../../../checks/pre/image-exists.ts";
import { imageRevisionCheck } from "../../../checks/pre/image-revision.ts";
import { imageTagMatchesCheck } from "../../../checks/pre/image-tag-matches.ts";
import { noProxyCacheCheck } from "../../../checks/pre/no-proxy-cache.ts";
import { pullCredentialsCheck } from "../../../checks/pre/pull-credentials.ts";
import { robotExpiryCheck } from "../../../checks/pre/robot-expiry.ts";
import { tagImmutableCheck } from "../../../checks/pre/tag-immutable.ts";
import { vulnerabilitiesCheck } from "../../../checks/pre/vulnerabilities.ts";
import { HarborClient } from "../../../checks/registry/harbor-client.ts";
import { RegistryClient } from "../../../checks/registry/registry-client.ts";
import { type Harbor, startHarbor } from "../../../lab/harbor.ts";
import { makeCertificate } from "../../support/certificate.ts";
import {
  dockerConfig,
  releaseOn,
  retention,
  retentionRule,
  ROBOT,
  SOURCE,
  stateWithRelease,
} from "../../support/harbor.ts";

const certificate = makeCertificate();
const ca = certificate.cert;
const NOW = new Date("2026-11-24T12:00:00Z");
const harbors: Harbor[] = [];
after(() => Promise.all(harbors.map((harbor) => harbor.stop())));

interface Given {
  readonly labels?: Readonly<Record<string, string>>;
  readonly change?: (release: ReturnType<typeof stateWithRelease>) => void;
  readonly credentials?: typeof ROBOT;
  readonly platforms?: readonly string[];
}

/** Runs every check of the registry against a Harbor of its own. */
async function results(given: Given = {}): Promise<CheckResult[]> {
  const release = stateWithRelease(given.labels);
  given.change?.(release);
  const harbor = await startHarbor(certificate, release.state);
  harbors.push(harbor);
  const { host } = harbor;
  const credentials = given.credentials ?? ROBOT;
  const image = releaseOn(host, release.digest);
  const client = new RegistryClient({ host, ca, credentials });
  const ofHarbor = { harbor: new HarborClient({ host, ca, credentials: ROBOT }), image };
  const platforms = given.platforms ?? ["linux/amd64"];
  const robot = { username: ROBOT.username, minimumDays: 14, now: NOW };
  return runChecks(
    [
      imageExistsCheck({ client, image, platforms }),
      imageTagMatchesCheck({ client, image }),
      imageRevisionCheck({ client, image, source: SOURCE, now: NOW }),
      pullCredentialsCheck({ dockerConfigJson: dockerConfig(host, credentials), image, ca }),
      noProxyCacheCheck(ofHarbor),
      tagImmutableCheck(ofHarbor),
      digestRetainedCheck(ofHarbor),
      robotExpiryCheck({ ...ofHarbor, ...robot }),
      vulnerabilitiesCheck({ ...ofHarbor, severity: "High", unscanned: "fail" }),
    ],
    { timeoutMs: 5000 },
  );
}

const verdicts = (found: readonly CheckResult[], verdict: string): string[] =>
  found.filter((result) => result.verdict === verdict).map(({ id }) => id);

test("everything passes for a release as it should be", async () => {
  const found = await results();
  assert.deepEqual(
    verdicts(found, "pass"),
    found.map(({ id }) => id),
    JSON.stringify(found),
  );
});

const REVISION = "org.opencontainers.image.revision";
const FAILURES: readonly (Given & {
  readonly name: string;
  readonly failing: readonly string[];
})[] = [
  {
    name: "a tag that was pushed again",
    change: ({ state, children }) => {
      for (const tag of state.tags.values()) tag.digest = children[0]?.digest ?? "";
    },
    failing: ["image-tag-matches", "tag-immutable", "digest-retained"],
  },
  {
    name: "a layer that the registry lost",
    change: ({ state, layer }) => state.content.delete(layer),
    failing: ["image-exists"],
  },
  {
    name: "an image that is deleted",
    change: ({ state, digest }) => state.content.delete(digest),
    failing: [
      "image-exists",
      "image-tag-matches",
      "image-revision",
      "pull-credentials",
      "tag-immutable",
      "digest-retained",
      "vulnerabilities",
    ],
  },
  { name: "nodes of another kind", platforms: ["linux/s390x"], failing: ["image-exists"] },
  { name: "old code", labels: { [REVISION]: "f".repeat(40) }, failing: ["image-revision"] },
  {
    name: "a dirty tree",
    labels: { [REVISION]: "0123456789ab-dirty" },
    failing: ["image-revision"],
  },
  {
    name: "the base image's label",
    labels: { "org.opencontainers.image.source": "https://example.org/base" },
    failing: ["image-revision"],
  },
  {
    name: "another version",
    labels: { "org.opencontainers.image.version": "0.8.1" },
    failing: ["image-revision"],
  },
  {
    name: "an unsigned image where signatures are asked for",
    change: ({ state }) => (state.policy = "The image is not signed"),
    failing: ["image-exists", "image-tag-matches", "image-revision", "pull-credentials"],
  },
  {
    name: "a robot whose $ a shell ate",
    credentials: { ...ROBOT, username: "robot+pull" },
    failing: ["image-exists", "image-tag-matches", "image-revision", "pull-credentials"],
  },
  {
    name: "a wrong password",
    credentials: { ...ROBOT, password: "dummy-wrong-password" },
    failing: ["image-exists", "image-tag-matches", "image-revision", "pull-credentials"],
  },
  {
    name: "a wrong password where anybody may pull",
    credentials: { ...ROBOT, password: "dummy-wrong-password" },
    change: ({ state }) => (state.project.isPublic = true),
    failing: ["pull-credentials"],
  },
  {
    name: "a proxy cache",
    change: ({ state }) => (state.project.registryId = 3),
    failing: ["no-proxy-cache"],
  },
  {
    name: "a tag that can be moved, and a retention policy",
    change: ({ state }) => {
      state.project.retention = retention(
        retentionRule("latestPushedK", { params: { latestPushedK: 10 } }),
      );
      for (const tag of state.tags.values()) tag.immutable = false;
    },
    failing: ["tag-immutable", "digest-retained"],
  },
  {
    name: "a critical finding",
    change: ({ state, digest }) => state.severities.set(digest, "Critical"),
    failing: ["vulnerabilities"],
  },
  {
    name: "an image that was never scanned",
    change: ({ state }) => {
      state.severities.clear();
    },
    failing: ["vulnerabilities"],
  },
  {
    name: "a robot that expires in a week",
    change: ({ state }) => {
      const expiresAt = NOW.getTime() / 1000 + 7 * 24 * 60 * 60;
      // The double's clock is the machine's; another account reads.
      state.accounts.unshift({ ...ROBOT, password: "dummy-other-password", expiresAt });
    },
    failing: ["robot-expiry"],
  },
];

for (const { name, failing, ...given } of FAILURES) {
  test(`${name}: ${failing.join(", ")} fail`, async () => {
    const found = await results(given);
    assert.deepEqual(verdicts(found, "fail"), failing);
    assert.deepEqual(verdicts(found, "unknown"), []);
    for (const result of found.filter(({ verdict }) => verdict === "fail")) {
      assert.notEqual(result.remedy ?? "", "");
    }
    assert.doesNotMatch(JSON.stringify(found), /dummy-/);
  });
}

test("nodes of unknown kind are no pass", async () => {
  assert.deepEqual(verdicts(await results({ platforms: [] }), "unknown"), ["image-exists"]);
});

for (const [name, account] of [
  ["disabled", { disabled: true }],
  ["expired", { expiresAt: 1 }],
] as const) {
  test(`a robot that is ${name} is found out, though Harbor still gives it tokens`, async () => {
    const release = stateWithRelease();
    release.state.project.isPublic = true;
    release.state.accounts.splice(0, 1, { ...ROBOT, ...account });
    const harbor = await startHarbor(certificate, release.state);
    harbors.push(harbor);
    const image = releaseOn(harbor.host, release.digest);
    const dockerConfigJson = dockerConfig(harbor.host);
    const checks = [pullCredentialsCheck({ dockerConfigJson, image, ca })];
    const [found] = await runChecks(checks, { timeoutMs: 5000 });
    assert.equal(found?.verdict, "fail");
    assert.match(found.summary, /service\/token refuses the account "robot\$books\+pull"/);
  });
}

test("a pull secret for another host, or one that is none, fails before anybody is asked", async () => {
  const image = releaseOn("127.0.0.1:1", `sha256:${"a".repeat(64)}`);
  const secrets = [dockerConfig("ghcr.io"), dockerConfig("https://127.0.0.1:1"), "{}", "dummy-"];
  const checks = secrets.map((dockerConfigJson) =>
    pullCredentialsCheck({ dockerConfigJson, image, ca }),
  );
  const found = await runChecks(checks, { timeoutMs: 5000 });
  assert.deepEqual(
    found.map(({ verdict, summary }) => `${verdict}: ${summary}`),
    [
      "fail: The pull secret has no entry for 127.0.0.1:1, only for ghcr.io.",
      "fail: The pull secret has no entry for 127.0.0.1:1, only for https://127.0.0.1:1.",
      "fail: The pull secret is no .dockerconfigjson with auths.",
      "fail: The pull secret is no .dockerconfigjson with auths.",
    ],
  );
});

test("a registry that asks for patience is asked again", async () => {
  const change: Given["change"] = ({ state }) => (state.tooMany = { times: 2, retryAfter: "1" });
  assert.deepEqual(verdicts(await results({ change }), "unknown"), []);
});

test("an image has its platforms with their configs, and no attestation", async () => {
  const { state, digest, children, layer } = stateWithRelease();
  const harbor = await startHarbor(certificate, state);
  harbors.push(harbor);
  const client = new RegistryClient({ host: harbor.host, ca, credentials: ROBOT });
  const image = await client.resolveImage("books/bookwyrm", digest, AbortSignal.timeout(5000));
  assert.deepEqual(
    image.children.map(({ labels: _, created, ...child }) => ({ ...child, created })),
    children.map((child, position) => ({
      digest: child.digest,
      configDigest: child.configDigest,
      platform: position === 0 ? "linux/amd64" : "linux/arm64",
      layers: [{ digest: layer, size: 7 }],
      created: "2025-11-16T09:00:00Z",
    })),
  );
});

for (const { name, headers, missing } of [
  {
    name: "its digest",
    headers: (layer: string) => ({ "docker-content-digest": layer }),
    missing: [],
  },
  {
    name: "its size alone, as a store behind a registry does",
    headers: () => ({ "content-length": "7" }),
    missing: [],
  },
  { name: "neither, as a login page does", headers: () => ({}) },
  { name: "another size", headers: () => ({ "content-length": "8" }) },
  {
    name: "another digest",
    headers: () => ({ "docker-content-digest": `sha256:${"9".repeat(64)}`, "content-length": "7" }),
  },
]) {
  test(`a layer answered with ${name} is ${missing ? "there" : "not taken for one"}`, async () => {
    const { state, layer } = stateWithRelease();
    state.upstream = () =>
      Promise.resolve({ status: 200, headers: headers(layer), body: Buffer.alloc(0) });
    const harbor = await startHarbor(certificate, state);
    harbors.push(harbor);
    const client = new RegistryClient({ host: harbor.host, ca, credentials: ROBOT });
    const asked = client.missingBlobs(
      "books/bookwyrm",
      [{ digest: layer, size: 7 }],
      AbortSignal.timeout(5000),
    );
    if (missing) assert.deepEqual(await asked, missing);
    else await assert.rejects(asked, /neither a digest nor a size of 7 bytes/);
  });
}
