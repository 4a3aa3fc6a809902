import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Whether a file, by its path within the folder that is built from, gets into the build. */
export type Enters = (path: string) => boolean;

/** By the file that BuildKit reads for this Dockerfile and folder. */
export function contextOf(dockerfile: string, folder: string): Enters {
  const found = [`${dockerfile}.dockerignore`, join(folder, ".dockerignore")].find(existsSync);
  return entersBy(found === undefined ? "" : readFileSync(found, "utf8"));
}

/** As github.com/moby/patternmatcher: the last pattern that matches the file, or a folder above it, decides. */
export function entersBy(dockerignore: string): Enters {
  const patterns = dockerignore
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ enters: line.startsWith("!"), form: formOf(line.replace(/^!\s*/, "")) }));
  return (path) => patterns.findLast(({ form }) => form.test(path))?.enters ?? true;
}

const IN_WORDS: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
};

function formOf(pattern: string): RegExp {
  const form = pattern
    .replace(/^(?:\.?\/)+|\/+$/g, "")
    .replaceAll(/\*\*\/|\*\*|[*?]|\[[^\]]+\]|\\?[^]/g, (part) => {
      if (part.startsWith("[") && part.length > 1) return part;
      return IN_WORDS[part] ?? part.slice(-1).replace(/[$()*+.?[\\\]^{|}]/, "\\$&");
    });
  return new RegExp(`^${form}(?:/|$)`);
}
