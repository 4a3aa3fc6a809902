import { execute } from "./execute.ts";
import type { Progress } from "./progress.ts";

/** Debian packages that the lab runs or builds images with. */
const PACKAGES = [
  "apache2-utils",
  "buildah",
  "busybox-static",
  "conntrack",
  "containernetworking-plugins",
  "iproute2",
  "mmdebstrap",
  "nftables",
  "openssl",
  "python3-pip",
  "runc",
];

/** @throws Error naming the command where this user may not install packages */
export async function installPackages(progress: Progress): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const install = `apt-get install --yes --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0) {
    throw new Error(`The lab needs Debian packages. As root: apt-get update && ${install}`);
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await progress.step(`install ${missing.join(", ")}`, async () => {
    await execute(["apt-get", "update", "-qq"], { env });
    await execute(["apt-get", "install", "-qq", "--yes", "--no-install-recommends", ...missing], {
      env,
    });
  });
}

async function missingPackages(): Promise<string[]> {
  const format = "${db:Status-Abbrev} ${Package}\\n";
  // Exits with 1 where a package is unknown, and lists the others all the same.
  const known = await execute([
    "dpkg-query",
    "--show",
    `--showformat=${format}`,
    ...PACKAGES,
  ]).catch((error: unknown) =>
    error instanceof Error && "output" in error ? String(error.output) : "",
  );
  const installed = new Set(
    known
      .split("\n")
      .filter((line) => line.startsWith("ii "))
      .map((line) => line.split(" ").at(-1)),
  );
  return PACKAGES.filter((name) => !installed.has(name));
}
