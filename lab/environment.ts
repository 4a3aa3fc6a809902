import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { CACHE, KUBECONFIG, ROOT } from "./layout.ts";
import { hasOfficialKubernetesProvider, officialLanguageHost, officialPulumi } from "./official.ts";
import { toolFolders } from "./tools.ts";

/** What plain `pulumi` and `kubectl` need in their environment to work on the lab. */
export function environment(): Record<string, string> {
  const path = [
    officialPulumi(),
    ...toolFolders(),
    ...standIns(),
    // The engine starts `node` for the program; it must be one that strips types.
    dirname(process.execPath),
    process.env["PATH"] ?? "",
  ].filter((folder) => folder !== undefined);
  return {
    KUBECONFIG,
    PATH: path.join(delimiter),
    PULUMI_BACKEND_URL: `file://${join(ROOT, "pulumi")}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

function standIns(): string[] {
  const folder = (plugin: string): string => join(import.meta.dirname, "plugins/bin", plugin);
  return [
    ...(officialLanguageHost() === undefined ? [folder("language-nodejs")] : []),
    ...(hasOfficialKubernetesProvider() ? [] : [folder("resource-kubernetes")]),
  ];
}

/** Made once for a machine; it encrypts the secrets of stacks that only ever run on this lab. */
function passphraseFile(): string {
  const file = join(CACHE, "passphrase");
  if (!existsSync(file)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  }
  return file;
}
