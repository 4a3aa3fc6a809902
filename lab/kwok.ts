import { kwok } from "./parts/kwok.ts";
import { isRunning, start, stop } from "./process.ts";
import type { Progress } from "./progress.ts";
import { buildTools, KWOK } from "./tools.ts";

/** Starts kwok on the running lab, where it does not run, and builds it before where nobody has. */
export async function ensureKwok(progress: Progress): Promise<void> {
  await buildTools(progress, [KWOK]);
  const part = kwok();
  if (!isRunning(part.name)) await progress.step("start kwok", () => start(part));
}

export const stopKwok = (): Promise<void> => stop(kwok().name);
