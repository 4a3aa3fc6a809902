import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CACHE, DOCKER_PROGRAMS, DOCKER_SOCKET, ROOT } from "../layout.ts";
import type { Part } from "../process.ts";
import { listens } from "./http-ready.ts";

/**
 * Debian's Docker daemon, beside any other on this machine. It makes no bridge and no firewall rule, so
 * builds use the host's network. It takes any certificate from a registry on loopback.
 */
export function docker(): Part {
  const folders = { "data-root": join(CACHE, "docker"), "exec-root": join(ROOT, "run/docker") };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return {
    name: "docker",
    command: [
      join(DOCKER_PROGRAMS, "usr/sbin/dockerd"),
      ...Object.entries(folders).map(([option, folder]) => `--${option}=${folder}`),
      `--host=unix://${DOCKER_SOCKET}`,
      `--pidfile=${join(ROOT, "run/docker.pid")}`,
      "--iptables=false",
      "--bridge=none",
    ],
    // Its containerd must be Debian's, not the one that the lab builds for the cluster.
    env: { PATH: `${join(DOCKER_PROGRAMS, "usr/bin")}:/usr/sbin:/usr/bin:/sbin:/bin` },
    isReady: () => listens({ path: DOCKER_SOCKET }),
  };
}
