import { styleText } from "node:util";

/** Says on stderr what takes long, how long it takes, and every 15 seconds that it is not stuck. */
export interface Progress {
  /** Runs the work and reports its end with the time that it took. */
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  note(text: string): void;
}

const REMINDER_MS = 15_000;
/** Work that ends sooner is not worth a line. */
const SILENT_MS = 1_000;

export const stderrProgress: Progress = {
  async step(title, work) {
    const start = performance.now();
    const elapsed = (): string => formatDuration(performance.now() - start);
    const reminder = setInterval(() => {
      write(`${title} … ${elapsed()}`);
    }, REMINDER_MS);
    try {
      const result = await work();
      if (performance.now() - start > SILENT_MS) {
        write(`${styleText("green", "✓", { stream: process.stderr })} ${title} (${elapsed()})`);
      }
      return result;
    } catch (error) {
      write(`${styleText("red", "✗", { stream: process.stderr })} ${title} (${elapsed()})`);
      throw error;
    } finally {
      clearInterval(reminder);
    }
  },
  note: write,
};

export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  return `${Math.floor(seconds / 60).toString()}m${Math.round(seconds % 60)
    .toString()
    .padStart(2, "0")}s`;
}

function write(text: string): void {
  process.stderr.write(`${text}\n`);
}
