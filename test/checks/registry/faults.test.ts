import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { type CheckResult, runChecks } from "../../../checks/check.ts";
import { digestRetainedCheck } from "../../../checks/pre/digest-retained.ts";
import { imageExistsCheck } from "../../../checks/pre/image-exists.ts";
import { imageTagMatchesCheck } from "../../../checks/pre/image-tag-matches.ts";
import { pullCredentialsCheck } from "../../../checks/pre/pull-credentials.ts";
import { HarborClient } from "../../../checks/registry/harbor-client.ts";
import { RegistryClient } from "../../../checks/registry/registry-client.ts";
import { dockerConfig, makeCertificate, releaseOn, ROBOT } from "../../support/harbor.ts";

const certificate = makeCertificate();
const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;

async function resultsAgainst(
  answer: RequestListener,
  { ca = certificate.cert, timeoutMs = 3000 } = {},
): Promise<CheckResult[]> {
  const server = createServer(certificate, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
  try {
    return await resultsOn(host, { ca, timeoutMs });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function resultsOn(
  host: string,
  { ca, timeoutMs }: { readonly ca: string; readonly timeoutMs: number },
): Promise<CheckResult[]> {
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
    { timeoutMs },
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
  assertUnknown(
    await resultsOn("127.0.0.1:1", { ca: certificate.cert, timeoutMs: 3000 }),
    /nothing listens/,
  );
});

test("a certificate of an authority that is not trusted", async () => {
  const found = await resultsAgainst((_, response) => response.end(), {
    ca: makeCertificate().cert,
  });
  assertUnknown(found, /self-signed|not trusted/);
});

const FAULTS: readonly {
  readonly name: string;
  readonly answer: RequestListener;
  readonly because: RegExp;
  readonly timeoutMs?: number;
}[] = [
  { name: "no answer", answer: () => undefined, because: /answer/, timeoutMs: 200 },
  {
    name: "an answer cut in the middle",
    answer: (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{", () => response.destroy());
    },
    because: /cut in the middle/,
  },
  { name: "500", answer: (_, response) => response.writeHead(500).end(), because: /answers 500/ },
  {
    name: "503",
    answer: (_, response) => response.writeHead(503).end(),
    because: /503, out of service/,
  },
  {
    name: "429 with a long pause",
    answer: (_, response) => response.writeHead(429, { "retry-after": "60" }).end(),
    because: /429, too many requests, and wants to be asked again after 60/,
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
    name: "a token that is no JSON",
    answer: (request, response) => {
      if (request.url?.startsWith("/token") === true) return response.end("<html>secret-token");
      const isApi = request.url?.startsWith("/api") === true;
      const realm = `Bearer realm="https://${request.headers.host ?? ""}/token"`;
      return response.writeHead(isApi ? 500 : 401, { "www-authenticate": realm }).end();
    },
    because: /without a token|answers 500/,
  },
];

for (const { name, answer, because, ...options } of FAULTS) {
  test(`${name} is no pass`, async () => {
    const found = await resultsAgainst(answer, options);
    assertUnknown(found, because);
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
