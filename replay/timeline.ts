import type { Progress } from "../lab/progress.ts";
import type { Moment } from "./result.ts";

/** The replay's clock, and what happened when. Each line is printed as it is written down. */
export class Timeline {
  readonly startedAt = new Date();
  readonly moments: Moment[] = [];
  readonly #began = performance.now();
  readonly #progress: Progress;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** Seconds since the replay began, to a tenth. */
  now(): number {
    return Math.round((performance.now() - this.#began) / 100) / 10;
  }

  say(text: string): void {
    const at = this.now();
    this.moments.push({ at, text });
    this.#progress.note(`${at.toFixed(1).padStart(6)}s  ${text}`);
  }
}
