import { environment } from "../lab/environment.ts";
import { down, isPart, logs, status, unavailable, up } from "../lab/lab.ts";
import { stderrProgress } from "../lab/progress.ts";
import { LAB_USAGE, UsageError } from "./usage.ts";

/** @returns the exit code. @throws UsageError */
export async function labCommand(
  [action = "", part]: readonly string[],
  { json }: { readonly json: boolean },
): Promise<number> {
  const reason = unavailable();
  if (reason !== undefined && action !== "status") {
    process.stderr.write(`The lab cannot run here: ${reason}.\n`);
    return 1;
  }
  switch (action) {
    case "up":
      await up(stderrProgress);
      return 0;
    case "down":
      await down(stderrProgress);
      return 0;
    case "status": {
      const parts = status();
      const lines = parts.map(
        ({ part, isRunning }) => `${isRunning ? "runs   " : "stopped"} ${part}`,
      );
      process.stdout.write(`${json ? JSON.stringify(parts) : lines.join("\n")}\n`);
      return parts.every(({ isRunning }) => isRunning) ? 0 : 1;
    }
    case "env":
      for (const [name, value] of Object.entries(environment())) {
        process.stdout.write(`export ${name}=${quoted(value)}\n`);
      }
      return 0;
    case "logs":
      if (part === undefined || !isPart(part)) {
        const parts = status().map(({ part }) => part);
        throw new UsageError(
          `"${part ?? ""}" is not a part of the lab; write one of ${parts.join(", ")}`,
        );
      }
      process.stdout.write(logs(part));
      return 0;
    default:
      throw new UsageError(`"${action}" is not something that \`wyrm lab\` does:\n${LAB_USAGE}`);
  }
}

/** For any POSIX shell. */
const quoted = (value: string): string => `'${value.replaceAll("'", String.raw`'\''`)}'`;
