import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute } from "./execute.ts";
import { BRIDGE, BRIDGE_ADDRESS, POD_SUBNET, ROOT } from "./layout.ts";

const FORWARDING = "/proc/sys/net/ipv4/ip_forward";
const FORWARDING_BEFORE = join(ROOT, "ip_forward");

/** The bridge exists before the first pod, since DNS listens on it. */
export async function makeBridge(): Promise<void> {
  const prefix = POD_SUBNET.split("/")[1] ?? "";
  await execute(["ip", "link", "add", BRIDGE, "type", "bridge"]);
  await execute(["ip", "address", "add", `${BRIDGE_ADDRESS}/${prefix}`, "dev", BRIDGE]);
  await execute(["ip", "link", "set", BRIDGE, "up"]);
  // Pods reach Services through this machine; nothing is routed to other networks.
  writeFileSync(`/proc/sys/net/ipv4/conf/${BRIDGE}/forwarding`, "1");
  writeFileSync(FORWARDING_BEFORE, readFileSync(FORWARDING));
  writeFileSync(FORWARDING, "1");
}

/** Deletes the bridge, what hangs on it, and the tables of kube-proxy; forwards only what was before. */
export async function removeNetwork(): Promise<void> {
  const links = JSON.parse(await execute(["ip", "-json", "link", "show"])) as readonly {
    readonly ifname: string;
    readonly master?: string;
  }[];
  for (const { ifname, master } of links) {
    // A veth that went with its pod's namespace in the meantime is as good as deleted.
    if (master === BRIDGE) await execute(["ip", "link", "delete", ifname]).catch(() => undefined);
  }
  if (links.some(({ ifname }) => ifname === BRIDGE))
    await execute(["ip", "link", "delete", BRIDGE]);
  if (existsSync(FORWARDING_BEFORE)) {
    writeFileSync(FORWARDING, readFileSync(FORWARDING_BEFORE));
  }
  const tables = await execute(["nft", "list", "tables"]);
  for (const family of ["ip", "ip6"]) {
    if (tables.includes(`table ${family} kube-proxy`)) {
      await execute(["nft", "delete", "table", family, "kube-proxy"]);
    }
  }
}
