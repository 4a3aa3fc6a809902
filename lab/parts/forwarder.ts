import { join } from "node:path";
import { SITE_PORT } from "../layout.ts";
import type { Part } from "../process.ts";
import { listens } from "./http-ready.ts";

/** Makes the site reachable for a browser on this machine. */
export const forwarder = (): Part => ({
  name: "forwarder",
  command: [process.execPath, join(import.meta.dirname, "forward.ts")],
  isReady: () => listens({ host: "127.0.0.1", port: SITE_PORT }),
});
