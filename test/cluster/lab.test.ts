import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { after, before, test } from "node:test";
import { ensureImages } from "../../lab/images/lab-images.ts";
import { type Lab, up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import {
  createNamespace,
  eventually,
  get,
  inLab,
  kubectl,
  NAMESPACE as BOOKWYRM,
} from "../support/lab.ts";

const NAMESPACE = `test-${randomBytes(3).toString("hex")}`;
let lab: Lab;
let image: string;

before(async () => {
  lab = await up(stderrProgress);
  image = (await ensureImages(lab.registry, stderrProgress)).bookwyrm;
  await createNamespace(NAMESPACE);
});
after(() => kubectl("delete", "namespace", NAMESPACE, "--wait=false"));

const apply = (object: object): ReturnType<typeof inLab> =>
  inLab(["kubectl", "apply", "--filename=-"], { input: JSON.stringify(object) });

const RESTRICTED = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  runAsUser: 1000,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

const pod = (namespace: string, container: object, spec: object = {}): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `pod-${randomBytes(3).toString("hex")}`, namespace },
  spec: {
    restartPolicy: "Never",
    containers: [{ name: "main", image, securityContext: RESTRICTED, ...container }],
    ...spec,
  },
});

const registryAnswers = (authorization: string | undefined): Promise<number> =>
  new Promise((resolve, reject) => {
    request(
      `https://${lab.registry.host}/v2/uostas/bookwyrm/tags/list`,
      {
        ca: readFileSync(lab.registry.caFile),
        headers: authorization === undefined ? {} : { authorization },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    )
      .on("error", reject)
      .end();
  });

test("the registry wants credentials, and the right ones", async () => {
  const { username, passwordFile } = lab.registry.pull;
  const basic = (password: string): string =>
    `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  assert.equal(await registryAnswers(undefined), 401);
  assert.equal(await registryAnswers(basic("wrong")), 401);
  assert.equal(await registryAnswers(basic(readFileSync(passwordFile, "utf8"))), 200);
});

test("a pod without the pull secret does not start", async () => {
  const lonely = pod(NAMESPACE, { imagePullPolicy: "Always" }) as { metadata: { name: string } };
  const { exitCode, output } = await apply(lonely);
  assert.equal(exitCode, 0, output);
  const message = await eventually("the pull is refused", 60, async () => {
    const { status } = await get<{
      readonly status: {
        readonly containerStatuses?: readonly {
          readonly state: { waiting?: { message?: string } };
        }[];
      };
    }>(`pod/${lonely.metadata.name}`, `-n=${NAMESPACE}`);
    return status.containerStatuses?.[0]?.state.waiting?.message;
  });
  assert.match(message, /no basic auth credentials|authorization failed/);
});

test("Pod Security admission refuses what BookWyrm's namespace does not allow", async () => {
  const { exitCode, output } = await apply(
    pod(BOOKWYRM, { securityContext: { privileged: true } }),
  );
  assert.notEqual(exitCode, 0);
  assert.match(output, /violates PodSecurity "restricted:latest"/);
});

test("a pod finds a Service by its name, and reaches another pod through it", async () => {
  const script = [
    "import urllib.request",
    `request = urllib.request.Request("http://web.${BOOKWYRM}/robots.txt")`,
    'request.add_header("Host", "bookwyrm.localhost")',
    "print(urllib.request.urlopen(request, timeout=20).read().decode())",
  ].join("\n");
  const asking = pod(
    BOOKWYRM,
    { command: ["python", "-c", script] },
    { imagePullSecrets: [{ name: "uostas-registry" }] },
  ) as { metadata: { name: string } };
  const { name } = asking.metadata;
  const { exitCode, output } = await apply(asking);
  assert.equal(exitCode, 0, output);
  try {
    const phase = await eventually("the pod ends", 60, async () => {
      const { status } = await get<{ readonly status: { readonly phase: string } }>(
        `pod/${name}`,
        `-n=${BOOKWYRM}`,
      );
      return ["Succeeded", "Failed"].includes(status.phase) ? status.phase : undefined;
    });
    const log = await kubectl("logs", name, "-n", BOOKWYRM);
    assert.equal(phase, "Succeeded", log);
    assert.match(log, /User-agent: \*/);
  } finally {
    await kubectl("delete", "pod", name, "-n", BOOKWYRM, "--wait=false");
  }
});
