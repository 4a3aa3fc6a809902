import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Robot } from "../lab.ts";
import { buildah } from "./buildah.ts";

export interface Registry {
  readonly host: string;
  readonly caFile: string;
  readonly push: Robot;
}

const MANIFEST_TYPES =
  "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/** Whether the registry holds this manifest. */
export const holds = async (registry: Registry, path: string, digest: string): Promise<boolean> =>
  (await digestOf(registry, path, digest)) !== undefined;

/** @returns undefined where the registry has nothing under this tag or digest */
export function digestOf(
  registry: Registry,
  path: string,
  name: string,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `https://${registry.host}/v2/${path}/manifests/${name}`,
      {
        method: "HEAD",
        ca: readFileSync(registry.caFile),
        headers: { accept: MANIFEST_TYPES, authorization: `Basic ${credentials(registry.push)}` },
      },
      (response) => {
        response.resume();
        const digest = response.headers["docker-content-digest"];
        resolve(response.statusCode === 200 ? String(digest) : undefined);
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}

/** Pushes an image from buildah's storage. @returns the digest that the registry has it under */
export async function push(registry: Registry, name: string, reference: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-lab-push-"));
  try {
    const authFile = join(folder, "auth.json");
    const auths = { [registry.host]: { auth: credentials(registry.push) } };
    writeFileSync(authFile, JSON.stringify({ auths }), { mode: 0o600 });
    const certificates = join(folder, "certificates");
    const digestFile = join(folder, "digest");
    // containers/image takes every *.crt in this folder for an authority.
    mkdirSync(certificates);
    copyFileSync(registry.caFile, join(certificates, "ca.crt"));
    await buildah("push", [
      "--quiet",
      "--authfile",
      authFile,
      "--cert-dir",
      certificates,
      "--digestfile",
      digestFile,
      name,
      `docker://${reference}`,
    ]);
    return readFileSync(digestFile, "utf8").trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const credentials = ({ username, passwordFile }: Robot): string =>
  Buffer.from(`${username}:${readFileSync(passwordFile, "utf8")}`).toString("base64");
