import { setTimeout as sleep } from "node:timers/promises";

/** An API server that restarts is back sooner. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;
const RESTARTS = ["ECONNREFUSED", "ECONNRESET"];

/**
 * Sends again while nobody listens, as during a restart of the API server. Only for what may be done
 * twice: the answer may be lost after it was done. @throws what `send` does, after a minute
 */
export async function throughRestart<T>(send: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!isRestart(error) || Date.now() > deadline) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

const isRestart = (error: unknown): boolean =>
  error instanceof Error && "code" in error && RESTARTS.includes(String(error.code));
