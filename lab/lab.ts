import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeCgroup } from "./cgroup.ts";
import { makeCertificates } from "./certificates.ts";
import { execute } from "./execute.ts";
import {
  CACHE,
  certificate,
  CONTEXT,
  KUBECONFIG,
  logFile,
  PULL_ROBOT,
  PUSH_ROBOT,
  REGISTRY_HOST,
  ROOT,
  SITE_PORT,
} from "./layout.ts";
import { hasLeftovers, removeLeftovers } from "./leftovers.ts";
import { withLock } from "./lock.ts";
import { makeBridge } from "./network.ts";
import { installPackages } from "./packages.ts";
import { apiServer, controllerManager, etcd, scheduler } from "./parts/control-plane.ts";
import { forwarder } from "./parts/forwarder.ts";
import { containerd, coreDns, kubelet, kubeProxy } from "./parts/node.ts";
import { makeRobots, passwordFile, registry } from "./parts/registry.ts";
import { loadPauseImage } from "./pause-image.ts";
import { isRunning, start, stop } from "./process.ts";
import type { Progress } from "./progress.ts";
import { buildTools, tool } from "./tools.ts";
import { volumeObjects } from "./volumes.ts";

/** In the order in which they are stopped: who restarts others goes first. */
const PARTS = [
  "forwarder",
  "kubelet",
  "kube-proxy",
  "coredns",
  "kube-scheduler",
  "kube-controller-manager",
  "kube-apiserver",
  "etcd",
  "containerd",
  "registry",
] as const;

export type PartName = (typeof PARTS)[number];

export interface Robot {
  readonly username: string;
  readonly passwordFile: string;
}

/** A running lab, as others need it. */
export interface Lab {
  readonly kubeconfig: string;
  readonly context: string;
  readonly registry: {
    /** With its port, as in image references. */
    readonly host: string;
    readonly caFile: string;
    readonly pull: Robot;
    readonly push: Robot;
  };
  /** Where the site answers for a browser on this machine, once it is deployed. */
  readonly siteUrl: string;
}

/** They run only where something has asked for them; the lab is complete without them. */
const ON_DEMAND = ["docker", "kwok"];

const LOCK = join(CACHE, "lab.lock");

const lab: Lab = {
  kubeconfig: KUBECONFIG,
  context: CONTEXT,
  registry: {
    host: REGISTRY_HOST,
    caFile: certificate("ca.crt"),
    pull: { username: PULL_ROBOT, passwordFile: passwordFile("pull") },
    push: { username: PUSH_ROBOT, passwordFile: passwordFile("push") },
  },
  siteUrl: `http://bookwyrm.localhost:${SITE_PORT.toString()}`,
};

/** Why there can be no lab on this machine; undefined where there can. */
export function unavailable(): string | undefined {
  if (process.platform !== "linux") return `the lab needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return "the lab needs root: it makes cgroups, mounts and a bridge";
  if (!existsSync("/usr/bin/apt-get"))
    return "the lab needs Debian or Ubuntu: it installs packages with apt-get";
  return undefined;
}

/** Brings the lab up; does nothing where it runs, and starts afresh where only a part of it does. */
export function up(progress: Progress): Promise<Lab> {
  return withLock(LOCK, progress, async () => {
    await installPackages(progress);
    await buildTools(progress);
    if (PARTS.every(isRunning)) return lab;
    if (hasLeftovers()) await progress.step("remove what an earlier lab left", clear);
    await progress.step("start the cluster and the registry", startAll);
    return lab;
  });
}

/** Ends the lab and forgets its cluster; programs, images and the local passphrase stay in the cache. */
export function down(progress: Progress): Promise<void> {
  return withLock(LOCK, progress, () => progress.step("stop the lab", clear));
}

/** Ends the API server and starts it again; all else runs on. Nobody takes the lab for broken meanwhile. */
export function restartApiServer(progress: Progress): Promise<void> {
  return withLock(LOCK, progress, async () => {
    const part = apiServer();
    await stop(part.name);
    await start(part);
  });
}

async function clear(): Promise<void> {
  for (const part of [...ON_DEMAND, ...PARTS]) await stop(part);
  await removeLeftovers();
}

async function startAll(): Promise<void> {
  mkdirSync(join(ROOT, "pulumi"), { recursive: true, mode: 0o700 });
  await Promise.all([makeCertificates().then(makeRobots), makeBridge()]);
  makeCgroup();
  await Promise.all([
    start(registry()),
    start(containerd()).then(loadPauseImage),
    start(etcd()).then(() => start(apiServer())),
  ]);
  await Promise.all([
    start(controllerManager()),
    start(scheduler()),
    start(kubelet()),
    start(kubeProxy()),
    apply(clusterObjects()).then(() => start(coreDns())),
  ]);
  await start(forwarder());
}

export interface PartStatus {
  readonly part: PartName;
  readonly isRunning: boolean;
}

export const status = (): PartStatus[] =>
  PARTS.map((part) => ({ part, isRunning: isRunning(part) }));

export const isPart = (name: string): name is PartName =>
  (PARTS as readonly string[]).includes(name);

/** The whole log of a part; empty where it never ran. */
export const logs = (part: PartName): string =>
  existsSync(logFile(part)) ? readFileSync(logFile(part), "utf8") : "";

async function apply(objects: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await execute(
    [tool("kubectl"), `--kubeconfig=${KUBECONFIG}`, "apply", "--server-side", "--filename=-"],
    { input: list },
  );
}

/** What a cluster has before anybody deploys to it: volumes, and the right of DNS to look. */
const clusterObjects = (): object[] => [
  ...volumeObjects(),
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "system:coredns" },
    rules: [
      {
        apiGroups: [""],
        resources: ["endpoints", "services", "pods", "namespaces"],
        verbs: ["list", "watch"],
      },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "system:coredns" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
    subjects: [{ kind: "User", name: "system:coredns" }],
  },
];
