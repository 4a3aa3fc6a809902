import { join } from "node:path";
import { KUBECONFIG } from "../layout.ts";
import type { Part } from "../process.ts";
import { tool } from "../tools.ts";
import { answers } from "./http-ready.ts";

/** Label and taint of the nodes that kwok plays; it leaves the real one alone. */
export const FAKE_NODE = { key: "kwok.x-k8s.io/node", value: "fake" };

/** One below the port at which the kubelet says how it is. */
const ADDRESS = "127.0.0.1:10247";

/** Plays nodes and the pods on them: it writes what kubelets would report, and runs nothing. */
export const kwok = (): Part => ({
  name: "kwok",
  command: [
    tool("kwok"),
    `--kubeconfig=${KUBECONFIG}`,
    `--config=${join(import.meta.dirname, "kwok-stages.yaml")}`,
    `--manage-nodes-with-label-selector=${FAKE_NODE.key}=${FAKE_NODE.value}`,
    // Without heartbeats the controller manager takes a node for dead after 50 s.
    "--node-lease-duration-seconds=40",
    `--server-address=${ADDRESS}`,
  ],
  isReady: () => answers(`http://${ADDRESS}/healthz`),
});
