import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";
import { execute } from "./execute.ts";
import { CACHE } from "./layout.ts";
import { withLock } from "./lock.ts";
import { officialPulumi } from "./official.ts";
import type { Progress } from "./progress.ts";

/** A Go module of `lab/go` and the programs that are built from it. */
interface ToolModule {
  readonly name: string;
  /** Module whose version the programs must report, and the variable that holds it. */
  readonly version?: { readonly module: string; readonly variable: string };
  /** Package by the name of its program. */
  readonly programs: Readonly<Record<string, string>>;
}

const kubernetes = (program: string): string => `k8s.io/kubernetes/cmd/${program}`;
const containerd = (program: string): string =>
  `github.com/containerd/containerd/v2/cmd/${program}`;

const PULUMI: ToolModule = {
  name: "pulumi",
  version: {
    module: "github.com/pulumi/pulumi/pkg/v3",
    variable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
  },
  programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
};

const CLUSTER: readonly ToolModule[] = [
  {
    name: "kubernetes",
    version: {
      module: "k8s.io/kubernetes",
      variable: "k8s.io/component-base/version.gitVersion",
    },
    programs: {
      "kube-apiserver": kubernetes("kube-apiserver"),
      "kube-controller-manager": kubernetes("kube-controller-manager"),
      "kube-scheduler": kubernetes("kube-scheduler"),
      kubelet: kubernetes("kubelet"),
      "kube-proxy": kubernetes("kube-proxy"),
      kubectl: kubernetes("kubectl"),
      etcd: "go.etcd.io/etcd/server/v3",
    },
  },
  {
    name: "containerd",
    programs: {
      containerd: containerd("containerd"),
      "containerd-shim-runc-v2": containerd("containerd-shim-runc-v2"),
      ctr: containerd("ctr"),
    },
  },
  {
    name: "registry",
    programs: { registry: "github.com/distribution/distribution/v3/cmd/registry" },
  },
  { name: "coredns", programs: { coredns: "github.com/coredns/coredns" } },
];

/** No part of the lab's own cluster, so that only what asks for it builds it. */
export const KWOK: ToolModule = {
  name: "kwok",
  programs: { kwok: "sigs.k8s.io/kwok/cmd/kwok" },
};

/** The modules that this machine needs: pulumi itself only where it is not installed. */
const modules = (): readonly ToolModule[] =>
  officialPulumi() === undefined ? [PULUMI, ...CLUSTER] : CLUSTER;

const sources = (module: ToolModule): string => join(import.meta.dirname, "go", module.name);

/** One folder for each version of a module, so that a changed pin builds only what it pins. */
function folder(module: ToolModule): string {
  const key = createHash("sha256").update(JSON.stringify([module, arch()]));
  for (const file of ["go.mod", "go.sum"]) key.update(readFileSync(join(sources(module), file)));
  return join(CACHE, "tools", `${module.name}-${key.digest("hex").slice(0, 12)}`);
}

/** Folders for PATH. They are there once `buildTools` has run. */
export const toolFolders = (): string[] => modules().map(folder);

/** Full path of a program, for example `kubelet`. It is there once `buildTools` has run. */
export function tool(program: string): string {
  const module = [...CLUSTER, KWOK].find(({ programs }) => program in programs);
  if (module === undefined) throw new Error(`No tool is called ${program}`);
  return join(folder(module), program);
}

/** Builds what the cache does not hold. @throws Error where Go is missing or too old */
export async function buildTools(progress: Progress, wanted = modules()): Promise<void> {
  const missing = (): ToolModule[] => wanted.filter((module) => !existsSync(folder(module)));
  if (missing().length === 0) return;
  await requireGo();
  await withLock(join(CACHE, "tools.lock"), progress, async () => {
    for (const module of missing()) await build(module, progress);
  });
}

async function build(module: ToolModule, progress: Progress): Promise<void> {
  const target = folder(module);
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const flags = ["-trimpath", "-ldflags", linkerFlags(module)];
  for (const [program, packagePath] of Object.entries(module.programs)) {
    await progress.step(`build ${program} (once; kept in ${CACHE})`, () =>
      execute(["go", "build", ...flags, "-o", join(unfinished, program), packagePath], {
        cwd: sources(module),
        env: { CGO_ENABLED: "0" },
      }),
    );
  }
  // All programs or none: an interrupted build is never mistaken for a finished one.
  renameSync(unfinished, target);
}

function linkerFlags({ name, version }: ToolModule): string {
  if (version === undefined) return "-s -w";
  const goMod = readFileSync(join(import.meta.dirname, "go", name, "go.mod"), "utf8");
  const line = goMod.split("\n").find((text) => text.trim().startsWith(`${version.module} v`));
  const pinned = line?.trim().split(" ")[1];
  if (pinned === undefined) throw new Error(`lab/go/${name}/go.mod does not pin ${version.module}`);
  return `-s -w -X ${version.variable}=${pinned}`;
}

const GO_LEAST = [1, 26] as const;

async function requireGo(): Promise<void> {
  const found = await execute(["go", "env", "GOVERSION"]).catch(() => "no Go");
  const [major = 0, minor = 0] = found.replace("go", "").split(".").map(Number);
  if (major > GO_LEAST[0] || (major === GO_LEAST[0] && minor >= GO_LEAST[1])) return;
  throw new Error(
    `The lab builds its cluster with Go ${GO_LEAST.join(".")} or newer; found ${found.trim()}. See https://go.dev/doc/install`,
  );
}
