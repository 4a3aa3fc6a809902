import { log } from "@pulumi/pulumi";
import { RunError } from "@pulumi/pulumi/errors.js";
import type { Settings } from "../../model/settings.ts";
import { type JudgedResult, standsInTheWay } from "../break-glass.ts";
import { readStackFile } from "../stack-file.ts";
import { checkTable, conclusion } from "../table.ts";
import type { GuardContext } from "./guards.ts";
import { judgeGuards } from "./judge-guards.ts";

const LOG_WIDTH = 120;

/** The part of the context that a program knows and a command does not, or the other way round. */
export type ProgramContext = Omit<GuardContext, "environment" | "now" | "settingsOf">;

/** Runs every guard of the stack inside `pulumi preview` and `pulumi up`. @throws RunError with the table where one stands in the way */
export async function requireGuards(settings: Settings, context: ProgramContext): Promise<void> {
  const results = await judgeGuards(settings, {
    ...context,
    environment: process.env,
    now: () => new Date(),
    settingsOf: (stack) => readStackFile(context.folder, stack),
  });
  const inTheWay = results.filter(standsInTheWay);
  if (inTheWay.length > 0) {
    throw new RunError(
      `Nothing was changed: the guards stop this deployment.\n${table(inTheWay)}\n${conclusion(results)}`,
    );
  }
  await log.info(`Guards: ${conclusion(results)}`);
}

const table = (results: readonly JudgedResult[]): string =>
  checkTable(results, { width: LOG_WIDTH, stream: process.stderr });
