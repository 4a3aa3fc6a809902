import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { CACHE, certificate, DOCKER_SOCKET, REGISTRY_HOST, ROOT } from "../layout.ts";
import type { Part } from "../process.ts";
import { listens } from "./http-ready.ts";

/** The only place where this daemon looks for the authority of a registry. */
const TRUST = join("/etc/docker/certs.d", REGISTRY_HOST);

/** Lets the daemon trust the lab's registry. */
function trustRegistry(): void {
  mkdirSync(TRUST, { recursive: true });
  rmSync(join(TRUST, "ca.crt"), { force: true });
  symlinkSync(certificate("ca.crt"), join(TRUST, "ca.crt"));
}

export function forgetTrust(): void {
  rmSync(TRUST, { recursive: true, force: true });
}

/**
 * Debian's Docker daemon, beside any other on this machine. It makes no bridge and no firewall rule, so
 * builds use the host's network.
 */
export function docker(): Part {
  const folders = { "data-root": join(CACHE, "docker"), "exec-root": join(ROOT, "run/docker") };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  trustRegistry();
  return {
    name: "docker",
    command: [
      "/usr/sbin/dockerd",
      ...Object.entries(folders).map(([option, folder]) => `--${option}=${folder}`),
      `--host=unix://${DOCKER_SOCKET}`,
      `--pidfile=${join(ROOT, "run/docker.pid")}`,
      "--iptables=false",
      "--bridge=none",
    ],
    // Its containerd must be Debian's, not the one that the lab builds for the cluster.
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    isReady: () => listens({ path: DOCKER_SOCKET }),
  };
}
