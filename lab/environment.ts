import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { CACHE, DOCKER_SOCKET, KUBECONFIG, ROOT } from "./layout.ts";
import { hasOfficialProvider, officialLanguageHost, officialPulumi } from "./official.ts";
import { toolFolders } from "./tools.ts";

const PLUGINS = join(import.meta.dirname, "plugins/bin");

/** What plain `pulumi` and `kubectl` need in their environment to work on the lab. */
export function environment(): Record<string, string> {
  const path = [
    officialPulumi(),
    ...toolFolders(),
    ...standIns().map((plugin) => join(PLUGINS, plugin.replace("pulumi-", ""))),
    // The engine starts `node` for the program; it must be one that strips types.
    dirname(process.execPath),
    process.env["PATH"] ?? "",
  ].filter((folder) => folder !== undefined);
  return {
    DOCKER_HOST: `unix://${DOCKER_SOCKET}`,
    KUBECONFIG,
    // Every preview starts several Node.js processes that load the same large libraries.
    NODE_COMPILE_CACHE: join(CACHE, "compiled"),
    PATH: path.join(delimiter),
    PULUMI_BACKEND_URL: `file://${join(ROOT, "pulumi")}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/** Plugins that are not installed, by the names that Pulumi gives their programs. */
export const standIns = (): string[] => [
  ...(officialLanguageHost() === undefined ? ["pulumi-language-nodejs"] : []),
  ...(["kubernetes", "docker"] as const)
    .filter((provider) => !hasOfficialProvider(provider))
    .map((provider) => `pulumi-resource-${provider}`),
];

/** Made once for a machine; it encrypts the secrets of stacks that only ever run on this lab. */
function passphraseFile(): string {
  const file = join(CACHE, "passphrase");
  if (!existsSync(file)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  }
  return file;
}
