import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Where Pulumi is installed normally, its own plugins are used and the lab's stand-ins are not. */
const PULUMI_HOME = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");

/** Folder of an installed `pulumi`. */
export const officialPulumi = (): string | undefined => folderOf("pulumi");

/** The language host comes with `pulumi`, in the same folder. */
export const officialLanguageHost = (): string | undefined => folderOf("pulumi-language-nodejs");

export function hasOfficialProvider(provider: "kubernetes" | "docker"): boolean {
  if (folderOf(`pulumi-resource-${provider}`) !== undefined) return true;
  const plugins = join(PULUMI_HOME, "plugins");
  return (
    existsSync(plugins) &&
    readdirSync(plugins).some((name) => new RegExp(`^resource-${provider}-v[\\d.]+$`).test(name))
  );
}

/** The lab's own folders on PATH do not count: `lab env` puts them there. */
function folderOf(program: string): string | undefined {
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => !isOurs(folder)),
    join(PULUMI_HOME, "bin"),
  ];
  return folders.find((folder) => folder !== "" && existsSync(join(folder, program)));
}

const isOurs = (folder: string): boolean =>
  /bookwyrm-lab\/tools\/|\/lab\/plugins\//.test(`${folder}/`);
