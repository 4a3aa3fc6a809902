import { join } from "node:path";
import { userKubeconfig } from "../certificates.ts";
import { API_SERVER, certificate, ROOT, secretFile, SERVICE_SUBNET } from "../layout.ts";
import type { Part } from "../process.ts";
import { tool } from "../tools.ts";
import { answers } from "./http-ready.ts";

const ETCD = "http://127.0.0.1:2379";

export const etcd = (): Part => ({
  name: "etcd",
  command: [
    tool("etcd"),
    `--data-dir=${join(ROOT, "etcd")}`,
    `--listen-client-urls=${ETCD}`,
    `--advertise-client-urls=${ETCD}`,
    "--listen-peer-urls=http://127.0.0.1:2380",
    // The lab forgets everything when it goes down: waiting for the disk would be for nothing.
    "--unsafe-no-fsync",
    "--log-level=warn",
  ],
  isReady: () => answers(`${ETCD}/health`),
});

export const apiServer = (): Part => ({
  name: "kube-apiserver",
  command: [
    tool("kube-apiserver"),
    `--etcd-servers=${ETCD}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${new URL(API_SERVER).port}`,
    `--tls-cert-file=${certificate("apiserver.crt")}`,
    `--tls-private-key-file=${certificate("apiserver.key")}`,
    `--token-auth-file=${secretFile("tokens.csv")}`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    `--service-cluster-ip-range=${SERVICE_SUBNET}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${certificate("service-account.key")}`,
    `--service-account-signing-key-file=${certificate("service-account.key")}`,
    `--kubelet-client-certificate=${certificate("apiserver-kubelet-client.crt")}`,
    `--kubelet-client-key=${certificate("apiserver-kubelet-client.key")}`,
    "--endpoint-reconciler-type=none",
    // The node's name is known to nobody's DNS.
    "--kubelet-preferred-address-types=InternalIP",
    // As in every cluster: it is Pod Security admission that refuses such pods.
    "--allow-privileged",
  ],
  isReady: () => answers(`${API_SERVER}/readyz`),
});

export const controllerManager = (): Part => ({
  name: "kube-controller-manager",
  command: [
    tool("kube-controller-manager"),
    `--kubeconfig=${userKubeconfig("controller-manager")}`,
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
    "--use-service-account-credentials",
    `--service-account-private-key-file=${certificate("service-account.key")}`,
    `--root-ca-file=${certificate("ca.crt")}`,
  ],
  isReady: () => answers("https://127.0.0.1:10257/healthz"),
});

export const scheduler = (): Part => ({
  name: "kube-scheduler",
  command: [
    tool("kube-scheduler"),
    `--kubeconfig=${userKubeconfig("scheduler")}`,
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
  ],
  isReady: () => answers("https://127.0.0.1:10259/healthz"),
});
