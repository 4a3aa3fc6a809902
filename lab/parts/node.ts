import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { userKubeconfig } from "../certificates.ts";
import { execute } from "../execute.ts";
import {
  BRIDGE,
  BRIDGE_ADDRESS,
  certificate,
  CGROUP,
  CLUSTER_DOMAIN,
  CONTAINERD_SOCKET,
  KUBECONFIG,
  NODE_NAME,
  PAUSE_IMAGE,
  POD_SUBNET,
  REGISTRY_HOST,
  ROOT,
} from "../layout.ts";
import type { Part } from "../process.ts";
import { tool } from "../tools.ts";
import { answers, listens } from "./http-ready.ts";

/** Writes a configuration file of the lab and returns its path. */
function configFile(name: string, content: string): string {
  const file = join(ROOT, "config", name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

export function containerd(): Part {
  configFile(
    "cni/10-bookwyrm-lab.conflist",
    JSON.stringify({
      cniVersion: "1.0.0",
      name: CGROUP,
      plugins: [
        {
          type: "bridge",
          bridge: BRIDGE,
          isGateway: true,
          hairpinMode: true,
          ipam: {
            type: "host-local",
            ranges: [[{ subnet: POD_SUBNET, gateway: BRIDGE_ADDRESS }]],
            routes: [{ dst: "0.0.0.0/0" }],
            dataDir: join(ROOT, "cni"),
          },
        },
      ],
    }),
  );
  configFile(
    `registries/${REGISTRY_HOST}/hosts.toml`,
    `server = "https://${REGISTRY_HOST}"
[host."https://${REGISTRY_HOST}"]
  ca = "${certificate("ca.crt")}"
`,
  );
  const config = configFile(
    "containerd.toml",
    `version = 3
root = "${ROOT}/containerd"
state = "${ROOT}/run/containerd"
disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.internal.v1.tracing"]

[grpc]
  address = "${CONTAINERD_SOCKET}"

[ttrpc]
  address = "${CONTAINERD_SOCKET}.ttrpc"

[debug]
  level = "warn"

[plugins."io.containerd.cri.v1.runtime"]
  # Without CAP_SYS_RESOURCE runc may not lower a score, and dies.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["/usr/lib/cni"]
    conf_dir = "${ROOT}/config/cni"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      BinaryName = "/usr/sbin/runc"
      SystemdCgroup = false

[plugins."io.containerd.cri.v1.images"]
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "${PAUSE_IMAGE}"
  [plugins."io.containerd.cri.v1.images".registry]
    config_path = "${ROOT}/config/registries"
`,
  );
  return {
    name: "containerd",
    command: [tool("containerd"), "--config", config],
    env: { PATH: [dirname(tool("containerd")), process.env["PATH"] ?? ""].join(delimiter) },
    isReady: () => listens({ path: CONTAINERD_SOCKET }),
  };
}

export function kubelet(): Part {
  const config = configFile(
    "kubelet.json",
    JSON.stringify({
      apiVersion: "kubelet.config.k8s.io/v1beta1",
      kind: "KubeletConfiguration",
      // The API server asks the kubelet for logs at the address of its node.
      address: BRIDGE_ADDRESS,
      healthzBindAddress: "127.0.0.1",
      readOnlyPort: 0,
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: certificate("ca.crt") },
      },
      authorization: { mode: "Webhook" },
      containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
      cgroupDriver: "cgroupfs",
      cgroupRoot: `/${CGROUP}`,
      failCgroupV1: false,
      clusterDNS: [BRIDGE_ADDRESS],
      clusterDomain: CLUSTER_DOMAIN,
      // No search domain and no server of this machine reaches the pods.
      resolvConf: configFile("resolv.conf", ""),
      podLogsDir: join(ROOT, "pod-logs"),
      // The disk is the user's own: the lab evicts no pod and deletes no image because of it.
      evictionHard: {},
      imageGCHighThresholdPercent: 100,
      localStorageCapacityIsolation: false,
      enforceNodeAllocatable: [],
      serializeImagePulls: false,
      nodeStatusUpdateFrequency: "5s",
    }),
  );
  return {
    name: "kubelet",
    command: [
      tool("kubelet"),
      `--config=${config}`,
      `--kubeconfig=${userKubeconfig("kubelet")}`,
      `--hostname-override=${NODE_NAME}`,
      `--node-ip=${BRIDGE_ADDRESS}`,
      `--root-dir=${join(ROOT, "kubelet")}`,
      `--cert-dir=${join(ROOT, "pki/kubelet")}`,
    ],
    isReady: isNodeReady,
  };
}

async function isNodeReady(): Promise<boolean> {
  const path = '{.status.conditions[?(@.type=="Ready")].status}';
  const status = await execute([
    tool("kubectl"),
    `--kubeconfig=${KUBECONFIG}`,
    "get",
    "node",
    NODE_NAME,
    `--output=jsonpath=${path}`,
  ]);
  return status === "True";
}

export function kubeProxy(): Part {
  const config = configFile(
    "kube-proxy.json",
    JSON.stringify({
      apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
      kind: "KubeProxyConfiguration",
      mode: "nftables",
      clientConnection: { kubeconfig: userKubeconfig("kube-proxy") },
      hostnameOverride: NODE_NAME,
      bindAddress: "127.0.0.1",
      healthzBindAddress: "127.0.0.1:10256",
      metricsBindAddress: "127.0.0.1:10249",
      clusterCIDR: POD_SUBNET,
      // Pods share a bridge: without it an answer would go straight back to the pod that asked the Service.
      nftables: { masqueradeAll: true, syncPeriod: "10s", minSyncPeriod: "100ms" },
      conntrack: { maxPerCore: 0, min: 0 },
    }),
  );
  return {
    name: "kube-proxy",
    command: [tool("kube-proxy"), `--config=${config}`],
    isReady: () => answers("http://127.0.0.1:10256/healthz"),
  };
}

export function coreDns(): Part {
  const config = configFile(
    "Corefile",
    `.:53 {
  bind ${BRIDGE_ADDRESS}
  errors
  health 127.0.0.1:10053
  ready 127.0.0.1:10054
  kubernetes ${CLUSTER_DOMAIN} {
    kubeconfig ${userKubeconfig("coredns")} ${CGROUP}
    ttl 1
  }
}
`,
  );
  return {
    name: "coredns",
    command: [tool("coredns"), "-conf", config],
    isReady: () => answers("http://127.0.0.1:10054/ready"),
  };
}
