import { styleText } from "node:util";
import Table from "cli-table3";
import type { RunningImage } from "../checks/post/running-images.ts";

const SHORT_DIGEST = 12;

/** `sha256:0a2242691956…`: enough to tell two digests apart on a screen. */
const short = (digest: string | undefined): string =>
  digest === undefined ? "-" : digest.replace("sha256:", "").slice(0, SHORT_DIGEST);

/** One row a container: what it is pinned to, what it really runs, and whether it is ready. */
export function imageTable(images: readonly RunningImage[]): string {
  const table = new Table({
    head: ["workload", "pod", "container", "pinned", "runs", "state", "verdict"],
    style: { head: [], border: [], compact: true },
  });
  for (const { component, pod, container, pinned, running, state, verdict } of images) {
    const colour = verdict === "pass" ? "green" : "red";
    table.push([
      component,
      pod,
      container,
      short(pinned),
      short(running),
      state,
      styleText(colour, verdict, { stream: process.stdout }),
    ]);
  }
  return table.toString();
}
