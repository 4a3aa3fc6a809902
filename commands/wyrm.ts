#!/usr/bin/env node
import { parseArgs } from "node:util";
import { bench } from "./bench.ts";
import { LAB_USAGE, labCommand } from "./lab.ts";
import { POLICY_USAGE, policyCommand } from "./policy.ts";
import { start } from "./start.ts";
import { test } from "./test.ts";
import { UsageError } from "./usage.ts";

const USAGE = `wyrm start               bring the lab up and deploy BookWyrm on it (npm start)
wyrm test [--unit]       check and test everything, or only what needs no cluster (npm test)
wyrm bench [--json]      measure previews (npm run bench)
${POLICY_USAGE}
${LAB_USAGE}`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      format: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
      json: { type: "boolean", default: false },
      out: { type: "string" },
      state: { type: "string" },
      unit: { type: "boolean", default: false },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  switch (command) {
    case "start":
      return start();
    case "test":
      return test({ onlyUnit: values.unit });
    case "bench":
      return bench(values);
    case "policy":
      return policyCommand(rest, values);
    case "lab":
      return labCommand(rest, values);
    default:
      throw new UsageError(`"${command}" is not a command of wyrm:\n${USAGE}`);
  }
}

const EXIT_USAGE = 2;

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && "code" in error);
  const isOurs = error instanceof Error && !(error instanceof TypeError);
  process.stderr.write(`${isUsage || isOurs ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = isUsage ? EXIT_USAGE : 1;
}
