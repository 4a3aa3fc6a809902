#!/usr/bin/env node
import { parseArgs } from "node:util";
import { USAGE, UsageError } from "./usage.ts";

const parse = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      cross: { type: "string", multiple: true, default: [] },
      format: { type: "string" },
      "from-image": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
      json: { type: "boolean", default: false },
      out: { type: "string" },
      output: { type: "string", default: "replay-report" },
      report: { type: "string", default: "reports" },
      short: { type: "boolean", default: false },
      soak: { type: "string" },
      state: { type: "string" },
      unit: { type: "boolean", default: false },
      yes: { type: "boolean", short: "y", default: false },
    },
  });

async function main({ values, positionals }: ReturnType<typeof parse>): Promise<number> {
  const [command, ...rest] = positionals;
  const [stack] = rest;
  if (values.help || command === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const deployment = { ...values, soakSeconds: seconds(values.soak) };
  if (TAKES_ONE_STACK.includes(command) && rest.length > 1) {
    throw new UsageError(`\`wyrm ${command}\` takes one stack, not ${rest.join(" and ")}`);
  }
  // Each command loads what it needs: the lab needs no client of a cluster, and a pin needs no lab.
  switch (command) {
    case "start":
      return (await import("./start.ts")).start();
    case "test":
      return (await import("./test.ts")).test({ onlyUnit: values.unit });
    case "bench":
      return (await import("./bench.ts")).bench(values);
    case "guard":
      return (await import("./guard.ts")).guard(stack, values);
    case "pin":
      return (await import("./pin.ts")).pin(rest, { fromImage: values["from-image"] });
    case "promote":
      return (await import("./promote.ts")).promote(rest);
    case "deploy":
      return (await import("./deploy.ts")).deploy(stack, deployment);
    case "verify":
      return (await import("./verify.ts")).verify(stack, deployment);
    case "rollback":
      return (await import("./rollback.ts")).rollback(stack, deployment);
    case "replay":
      return (await import("./replay.ts")).replayCommand(values);
    case "policy":
      return (await import("./policy.ts")).policyCommand(rest, values);
    case "lab":
      return (await import("./lab.ts")).labCommand(rest, values);
    default:
      throw new UsageError(`"${command}" is not a command of wyrm:\n${USAGE}`);
  }
}

const TAKES_ONE_STACK = ["guard", "deploy", "verify", "rollback"];

function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--soak "${text}" is not a number of seconds`);
  return Number(text);
}

const EXIT_USAGE = 2;

/** Their 1 is a verdict: what ends them before there is one could not tell. */
const JUDGES = ["guard", "verify"];
const EXIT_COULD_NOT_TELL = 2;

/** A mistake of the user or of the world is one message; a bug of ours keeps its stack trace. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isBug = [TypeError, ReferenceError, RangeError].some((kind) => error instanceof kind);
  return isBug && !isUsage(error) ? (error.stack ?? error.message) : error.message;
}

const isUsage = (error: unknown): boolean =>
  error instanceof UsageError ||
  (error instanceof TypeError &&
    (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") === true);

let command: string | undefined;
try {
  const parsed = parse();
  [command] = parsed.positionals;
  process.exitCode = await main(parsed);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  const isJudge = JUDGES.includes(command ?? "");
  process.exitCode = isUsage(error) ? EXIT_USAGE : isJudge ? EXIT_COULD_NOT_TELL : 1;
}
