import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute } from "../execute.ts";
import {
  CACHE,
  certificate,
  PULL_ROBOT,
  PUSH_ROBOT,
  REGISTRY_HOST,
  ROOT,
  secretFile,
} from "../layout.ts";
import type { Part } from "../process.ts";
import { tool } from "../tools.ts";
import { answers } from "./http-ready.ts";

export const passwordFile = (robot: "pull" | "push"): string => secretFile(`registry-${robot}`);

/** Makes passwords for both robots, and the htpasswd file that the registry compares them with. */
export async function makeRobots(): Promise<void> {
  const lines = await Promise.all(
    (["pull", "push"] as const).map(async (robot) => {
      const password = randomBytes(24).toString("base64url");
      writeFileSync(passwordFile(robot), password, { mode: 0o600 });
      const name = robot === "pull" ? PULL_ROBOT : PUSH_ROBOT;
      const line = await execute(["htpasswd", "-niB", "-C", "5", name], { input: password });
      return line.trim();
    }),
  );
  writeFileSync(secretFile("htpasswd"), `${lines.join("\n")}\n`, { mode: 0o600 });
}

/** The CNCF registry, with TLS and a password for everything, as Harbor has. */
export function registry(): Part {
  const storage = join(CACHE, "registry");
  mkdirSync(storage, { recursive: true });
  const config = join(ROOT, "config/registry.json");
  mkdirSync(join(ROOT, "config"), { recursive: true });
  if (!existsSync(secretFile("htpasswd")))
    throw new Error("The registry's robots are not made yet");
  writeFileSync(
    config,
    JSON.stringify({
      version: "0.1",
      log: { level: "warn", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: storage } },
      auth: { htpasswd: { realm: "bookwyrm-lab", path: secretFile("htpasswd") } },
      http: {
        addr: REGISTRY_HOST,
        tls: { certificate: certificate("registry.crt"), key: certificate("registry.key") },
      },
    }),
  );
  return {
    name: "registry",
    command: [tool("registry"), "serve", config],
    env: { OTEL_TRACES_EXPORTER: "none" },
    isReady: () => answers(`https://${REGISTRY_HOST}/v2/`, [401]),
  };
}
