import { homedir } from "node:os";
import { join } from "node:path";

/** What is expensive to make and survives `lab down`: built programs, images, the registry's content. */
export const CACHE = join(
  process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
  "bookwyrm-lab",
);

/** Everything that belongs to the running lab; `lab down` deletes it. One lab a machine. */
export const ROOT = "/var/lib/bookwyrm-lab";

export const KUBECONFIG = join(ROOT, "kubeconfig");
export const CONTEXT = "bookwyrm-lab";
export const NODE_NAME = "bookwyrm-lab";
/** As images name it. */
export const NODE_PLATFORM = `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`;

export const API_SERVER = "https://127.0.0.1:6443";
export const REGISTRY_HOST = "127.0.0.1:5443";
export const SITE_PORT = 8080;

/** The bridge that pods hang on; its address also serves DNS. */
export const BRIDGE = "bookwyrm0";
export const POD_SUBNET = "10.213.0.0/16";
export const BRIDGE_ADDRESS = "10.213.0.1";
export const SERVICE_SUBNET = "10.214.0.0/16";
export const CLUSTER_DOMAIN = "cluster.local";

export const CONTAINERD_SOCKET = join(ROOT, "run/containerd.sock");
/** Where Debian's Docker is unpacked to. */
export const DOCKER_PROGRAMS = join(CACHE, "tools/docker-of-debian");
/** Of the daemon that builds images; it runs only where something is built. */
export const DOCKER_SOCKET = join(ROOT, "run/docker.sock");
/** Below it the kubelet makes the cgroups of all pods, so that `lab down` finds every process. */
export const CGROUP = "bookwyrm-lab";
export const PAUSE_IMAGE = "bookwyrm-lab/pause:1";

export const PULL_ROBOT = "robot$uostas+pull";
export const PUSH_ROBOT = "robot$uostas+push";

export const certificate = (name: string): string => join(ROOT, "pki", name);
export const secretFile = (name: string): string => join(ROOT, "secrets", name);
export const logFile = (part: string): string => join(ROOT, "log", `${part}.log`);
