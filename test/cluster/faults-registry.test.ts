import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { rollingUpdate } from "../../components/rollout.ts";
import { ensureImages } from "../../lab/images/lab-images.ts";
import { up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { dockerConfigJson } from "../../model/docker-config.ts";
import { ask, createNamespace, eventually, get, kubectl, output } from "../support/lab.ts";
import { figures, type Load, type Site, underLoad } from "../support/load.ts";
import { RegistryProxy } from "../support/registry-proxy.ts";

const NAMESPACE = `test-${randomBytes(4).toString("hex")}`;
const POLICIES = { always: "Always", cached: "IfNotPresent" } as const;
type Name = keyof typeof POLICIES;
const NAMES: readonly Name[] = ["always", "cached"];
const PULL_SECRET = "registry";
/** Long enough for a kubelet to try more than once. */
const OUTAGE_MS = 20_000;
/** The kubelet waits longer after each pull that failed: 10 s, 20 s, 40 s. */
const BACK_SECONDS = 90;

let registry: RegistryProxy;
let sites: Readonly<Record<Name, Site>>;

before(async () => {
  const lab = await up(stderrProgress);
  const { bookwyrm } = await ensureImages(lab.registry, stderrProgress);
  registry = await RegistryProxy.create(lab.registry);
  await createNamespace(NAMESPACE);
  const password = readFileSync(lab.registry.pull.passwordFile, "utf8");
  const { username } = lab.registry.pull;
  const image = bookwyrm.replace(lab.registry.host, registry.host);
  await apply([
    pullSecret(dockerConfigJson({ registry: registry.host, username, password })),
    ...NAMES.flatMap((name) => siteObjects(name, image)),
  ]);
  await Promise.all(NAMES.map((name) => rolledOut(name, BACK_SECONDS)));
  sites = { always: await siteOf("always"), cached: await siteOf("cached") };
});

after(async () => {
  await kubectl("delete", "namespace", NAMESPACE, "--wait=false", "--ignore-not-found");
  await registry.stop();
});

const inNamespace = (...args: string[]): Promise<string> =>
  kubectl(`--namespace=${NAMESPACE}`, ...args);

const apply = (items: readonly object[]): Promise<string> =>
  output(["kubectl", `--namespace=${NAMESPACE}`, "apply", "--filename=-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  });

const rolledOut = (name: Name, seconds: number): Promise<string> =>
  inNamespace("rollout", "status", `deployment/${name}`, `--timeout=${seconds.toString()}s`);

const siteOf = async (name: Name): Promise<Site> => ({
  address: await inNamespace("get", "service", name, "--output=jsonpath={.spec.clusterIP}"),
  port: 80,
});

const pullSecret = (config: string): object => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: PULL_SECRET },
  type: "kubernetes.io/dockerconfigjson",
  stringData: { ".dockerconfigjson": config },
});

/** One pod that serves, rolled as this project's are. */
const siteObjects = (name: Name, image: string): object[] => [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8000 }] },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 1,
      ...rollingUpdate(5),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          imagePullSecrets: [{ name: PULL_SECRET }],
          // Python as process 1 ignores SIGTERM.
          terminationGracePeriodSeconds: 7,
          containers: [
            {
              name: "site",
              image,
              imagePullPolicy: POLICIES[name],
              command: ["python3", "-m", "http.server", "8000", "--directory=/app/bookwyrm"],
              readinessProbe: { httpGet: { path: "/apps.py", port: 8000 }, periodSeconds: 1 },
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
            },
          ],
        },
      },
    },
  },
];

/** A pod that is on its way out still answers, and would hide an outage. */
const isAlone = (name: Name): Promise<true> =>
  eventually(`one pod of ${name}`, 60, async () =>
    (await podsOf(name)).length === 1 ? true : undefined,
  );

interface Pods {
  readonly items: readonly {
    readonly status: {
      readonly containerStatuses?: readonly {
        readonly state: { readonly waiting?: { readonly reason: string } };
      }[];
    };
  }[];
}

const podsOf = async (name: Name): Promise<Pods["items"]> =>
  (await get<Pods>("pods", `--namespace=${NAMESPACE}`, `--selector=app=${name}`)).items;

/** Waits until a pod cannot start because its image cannot be had. */
const cannotPull = (name: Name): Promise<string> =>
  eventually(`a pod of ${name} that cannot pull`, 60, async () => {
    return (await podsOf(name))
      .flatMap(({ status }) => status.containerStatuses ?? [])
      .map(({ state }) => state.waiting?.reason)
      .find((reason) => reason === "ErrImagePull" || reason === "ImagePullBackOff");
  });

/** What both sites answer while `work` goes on. */
async function bothUnderLoad(
  work: () => Promise<void>,
): Promise<Readonly<Record<Name, Load<void>>>> {
  const done = work();
  const load = (name: Name): Promise<Load<void>> =>
    underLoad(() => done, { site: sites[name], page: "/apps.py" });
  const [always, cached] = await Promise.all([load("always"), load("cached")]);
  return { always, cached };
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

test("with the registry down a restart waits with Always and ends with IfNotPresent, and both serve", async (context) => {
  await registry.stop();
  const loads = await bothUnderLoad(async () => {
    for (const name of NAMES) await inNamespace("rollout", "restart", `deployment/${name}`);
    const [reason] = await Promise.all([cannotPull("always"), rolledOut("cached", BACK_SECONDS)]);
    context.diagnostic(`Always: ${reason} while the old pod serves`);
    await registry.start();
    const back = performance.now();
    await rolledOut("always", BACK_SECONDS);
    context.diagnostic(`Always: rolled out ${seconds(back)} s after the registry was back`);
  });
  for (const name of NAMES) {
    context.diagnostic(`${POLICIES[name]}: ${figures(loads[name])}`);
    assert.deepEqual(loads[name].failures, []);
  }
});

test("with the registry down a container that ends starts again with IfNotPresent, and not with Always", async (context) => {
  await Promise.all(NAMES.map(isAlone));
  await registry.stop();
  const loads = await bothUnderLoad(async () => {
    await Promise.all(NAMES.map(endContainer));
    await Promise.all([cannotPull("always"), sleep(OUTAGE_MS)]);
    await registry.start();
    const back = performance.now();
    await eventually("an answer of the pod with Always", BACK_SECONDS, async () => {
      const answer = await ask("/apps.py", sites.always).catch(() => undefined);
      return answer?.status === 200 ? answer : undefined;
    });
    context.diagnostic(`Always: answers ${seconds(back)} s after the registry was back`);
  });
  for (const name of NAMES) context.diagnostic(`${POLICIES[name]}: ${figures(loads[name])}`);
  const { always, cached } = loads;
  assert.ok(always.secondsWithoutService >= OUTAGE_MS / 1000 - 2, figures(always));
  assert.ok(cached.secondsWithoutService < OUTAGE_MS / 1000 - 5, figures(cached));
});

/** Python ends by itself on this signal; a process 1 ignores those that it has no handler for. */
const endContainer = (name: Name): Promise<string> => {
  const script = "import os, signal; os.kill(1, signal.SIGINT)";
  return inNamespace("exec", `deployment/${name}`, "--", "python3", "-c", script);
};
