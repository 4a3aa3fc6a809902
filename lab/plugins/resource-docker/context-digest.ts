import { createHash } from "node:crypto";
import { globSync, lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Names what a build reads, so that a changed file is a changed resource. */
export function contextDigest(context: string, dockerfile: string): string {
  const hash = createHash("sha256").update(readFileSync(dockerfile));
  const files = globSync("**/*", { cwd: context, exclude: [".git", "**/__pycache__"] }).sort();
  for (const file of files) {
    const path = join(context, file);
    const status = lstatSync(path);
    if (status.isDirectory()) continue;
    hash.update(`\0${file}\0${(status.mode & 0o100).toString()}\0`);
    hash.update(status.isSymbolicLink() ? readlinkSync(path) : readFileSync(path));
  }
  return hash.digest("hex");
}
