import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "./execute.ts";
import { CONTAINERD_SOCKET, PAUSE_IMAGE } from "./layout.ts";
import { tool } from "./tools.ts";

/** Gives containerd the image that holds a pod's namespaces open: busybox, asleep. */
export async function loadPauseImage(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-lab-pause-"));
  try {
    mkdirSync(join(folder, "root"));
    copyFileSync("/bin/busybox", join(folder, "root/busybox"));
    const layer = join(folder, "layer.tar");
    await execute([
      "tar",
      "--create",
      "--file",
      layer,
      "--directory",
      join(folder, "root"),
      "busybox",
    ]);
    const config = {
      architecture: process.arch === "arm64" ? "arm64" : "amd64",
      os: "linux",
      config: { Entrypoint: ["/busybox", "sleep", "infinity"], User: "65535:65535" },
      rootfs: { type: "layers", diff_ids: [`sha256:${sha256(readFileSync(layer))}`] },
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    writeFileSync(
      join(folder, "manifest.json"),
      JSON.stringify([
        { Config: "config.json", RepoTags: [`docker.io/${PAUSE_IMAGE}`], Layers: ["layer.tar"] },
      ]),
    );
    const archive = join(folder, "image.tar");
    await execute(
      ["tar", "--create", "--file", archive, "manifest.json", "config.json", "layer.tar"],
      { cwd: folder },
    );
    const ctr = [tool("ctr"), "--address", CONTAINERD_SOCKET, "--namespace", "k8s.io"] as const;
    await execute([...ctr, "images", "import", archive]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
