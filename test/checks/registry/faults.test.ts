import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { type CheckResult, runChecks } from "../../../checks/check.ts";
import { digestRetainedCheck } from "../../../checks/pre/digest-retained.ts";
import { imageExistsCheck } from "../../../checks/pre/image-exists.ts";
import { imageRevisionCheck } from "../../../checks/pre/image-revision.ts";
import { imageTagMatchesCheck } from "../../../checks/pre/image-tag-matches.ts";
import { pullCredentialsCheck } from "../../../checks/pre/pull-credentials.ts";
import { HarborClient } from "../../../checks/registry/harbor-client.ts";
import { RegistryClient } from "../../../checks/registry/registry-client.ts";
import { startHarbor } from "../../../lab/harbor.ts";
import { type HarborState, store } from "../../../lab/harbor-state.ts";
import { makeCertificate } from "../../support/certificate.ts";
import { dockerConfig, releaseOn, ROBOT, SOURCE, stateWithRelease } from "../../support/harbor.ts";

const certificate = makeCertificate();
const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;

async function resultsAgainst(answer: RequestListener): Promise<CheckResult[]> {
  const server = createServer(certificate, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
  try {
    return await resultsOn(host);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function resultsOn(host: string): Promise<CheckResult[]> {
  const ca = certificate.cert;
  const options = { host, ca, credentials: ROBOT };
  const client = new RegistryClient(options);
  const image = releaseOn(host, DIGEST);
  return runChecks(
    [
      imageExistsCheck({ client, image, platforms: ["linux/amd64"] }),
      imageTagMatchesCheck({ client, image }),
      pullCredentialsCheck({ dockerConfigJson: dockerConfig(host), image, ca }),
      digestRetainedCheck({ harbor: new HarborClient(options), image }),
    ],
    { timeoutMs: 10_000 },
  );
}

function assertUnknown(found: readonly CheckResult[], because: RegExp): void {
  for (const { id, verdict, summary, remedy } of found) {
    assert.equal(verdict, "unknown", `${id}: ${summary}`);
    assert.match(summary, because);
    assert.notEqual(remedy ?? "", "");
  }
  assert.doesNotMatch(JSON.stringify(found), /dummy-|secret-token/);
}

test("a registry that is down", async () => {
  assertUnknown(await resultsOn("127.0.0.1:1"), /nothing listens/);
});

const FAULTS: readonly {
  readonly name: string;
  readonly answer: RequestListener;
  readonly because: RegExp;
}[] = [
  {
    name: "429 with a long pause",
    answer: (_, response) => response.writeHead(429, { "retry-after": "60" }).end(),
    because: /429, too many requests, and wants to be asked again after 60 s/,
  },
  {
    name: "a redirect in a circle",
    answer: (_, response) => response.writeHead(307, { location: "/v2/again" }).end(),
    because: /redirects in a circle/,
  },
  {
    name: "a redirect away from TLS",
    answer: (_, response) => response.writeHead(307, { location: "http://127.0.0.1/" }).end(),
    because: /without TLS/,
  },
  {
    name: "a token service without TLS",
    answer: (request, response) => {
      const isApi = request.url?.startsWith("/api") === true;
      response
        .writeHead(isApi ? 500 : 401, { "www-authenticate": 'Bearer realm="http://x/t"' })
        .end();
    },
    because: /token service that uses TLS|answers 500/,
  },
  {
    name: "a token that no header can hold",
    answer: (request, response) => {
      if (request.url?.startsWith("/token") === true) {
        return response.end(JSON.stringify({ token: "secret-token\r\nx: y" }));
      }
      const isApi = request.url?.startsWith("/api") === true;
      const realm = `Bearer realm="https://${request.headers.host ?? ""}/token"`;
      return response.writeHead(isApi ? 500 : 401, { "www-authenticate": realm }).end();
    },
    because: /without a token|answers 500/,
  },
];

for (const { name, answer, because } of FAULTS) {
  test(`${name} is no pass`, async () => {
    assertUnknown(await resultsAgainst(answer), because);
  });
}

for (const [name, headers, because] of [
  ["a wrong digest in the header", { "docker-content-digest": OTHER }, /answers with sha256:bbbb/],
  ["a body of another digest", { "docker-content-digest": DIGEST }, /sends bytes of sha256:/],
  ["a body that is not JSON", {}, /sends bytes of sha256:/],
] as const) {
  test(`${name} is not believed`, async () => {
    const [exists] = await resultsAgainst((_, response) => {
      response.writeHead(200, {
        "content-type": "application/vnd.oci.image.index.v1+json",
        ...headers,
      });
      response.end("{}");
    });
    assert.equal(exists?.verdict, "unknown");
    assert.match(exists.summary, because);
  });
}

test("a redirect to another host takes no Authorization along", async () => {
  const seen: (string | undefined)[] = [];
  const storage = createServer(certificate, (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => storage.listen(0, "127.0.0.1", resolve));
  const port = (storage.address() as AddressInfo).port.toString();
  await resultsAgainst((request, response) => {
    if (request.headers.authorization === undefined) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="r"' }).end();
    } else {
      response.writeHead(307, { location: `https://127.0.0.1:${port}/blob` }).end();
    }
  });
  storage.close();
  storage.closeAllConnections();
  assert.ok(seen.length > 0);
  assert.deepEqual(
    seen,
    seen.map(() => undefined),
  );
});

/** A release whose parts are what their digests say, and no parts of an image. */
const BROKEN: readonly (readonly [what: string, build: (state: HarborState) => string])[] = [
  ["a config without a platform", (state) => withConfig(state, {})],
  ["a config that is null", (state) => withConfig(state, null)],
  [
    "a config whose labels are a text",
    (state) => withConfig(state, { ...PLATFORM, config: { Labels: "" } }),
  ],
  ["a manifest without a config", (state) => store(state, MANIFEST, { layers: [] })],
  ["an index without manifests", (state) => store(state, INDEX, { manifests: null })],
  ["an index of numbers", (state) => store(state, INDEX, { manifests: [1] })],
];

const PLATFORM = { os: "linux", architecture: "amd64" };
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

const withConfig = (state: HarborState, config: unknown): string => {
  const digest = store(state, "application/octet-stream", config);
  return store(state, MANIFEST, { config: { digest, size: 1 }, layers: [] });
};

for (const [what, build] of BROKEN) {
  test(`${what}, of the right digest, is no image`, async (context) => {
    const { state } = stateWithRelease();
    const digest = build(state);
    const harbor = await startHarbor(certificate, state);
    context.after(() => harbor.stop());
    const { host } = harbor;
    const client = new RegistryClient({ host, ca: certificate.cert, credentials: ROBOT });
    const image = releaseOn(host, digest);
    const checks = [
      imageExistsCheck({ client, image, platforms: ["linux/amd64"] }),
      imageRevisionCheck({ client, image, source: SOURCE, now: new Date() }),
    ];
    assertUnknown(
      await runChecks(checks, { timeoutMs: 10_000 }),
      /cannot be read as the part of an image/,
    );
  });
}

test("what Harbor says about another artifact is not taken for this one", async () => {
  const [, , , retained] = await resultsAgainst((_, response) => {
    const tags = [{ name: "release-0.8.2-0123456789ab", immutable: true }];
    response.end(JSON.stringify({ digest: OTHER, tags, project_id: 1, schedule: {} }));
  });
  assert.equal(retained?.verdict, "unknown");
  assert.match(retained.summary, /^Asked about .*, Harbor answers about sha256:bbbb/);
});
