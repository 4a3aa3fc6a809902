import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JudgedResult } from "../checks/break-glass.ts";
import { conclusion } from "../checks/table.ts";

/** How a deployment went. */
export interface Deployment {
  readonly stack: string;
  readonly reference: string;
  readonly began: Date;
  readonly ended: Date;
  /** In words, for example `stopped by the guards`. */
  readonly end: string;
  readonly guards: readonly JudgedResult[];
  /** Left out where it did not come to that. */
  readonly verification?: readonly JudgedResult[];
  /** Last lines of what crashed, secrets hidden. */
  readonly crashes?: string;
}

/** Writes the report as Markdown and as JSON. @returns the path of the Markdown */
export function writeReport(folder: string, deployment: Deployment): string {
  mkdirSync(folder, { recursive: true });
  const time = deployment.began.toISOString().replaceAll(":", "-").replace(/\..*/, "");
  const file = join(folder, `${deployment.stack}-${time}`);
  writeFileSync(`${file}.json`, `${JSON.stringify(deployment, undefined, 2)}\n`);
  writeFileSync(`${file}.md`, markdown(deployment));
  return `${file}.md`;
}

export function markdown({ verification, crashes, guards, ...deployment }: Deployment): string {
  const { stack, reference, end, began, ended } = deployment;
  const seconds = Math.round((ended.getTime() - began.getTime()) / 1000);
  return [
    `# ${stack}: ${end}`,
    "",
    `\`${reference}\`, from ${began.toISOString()}, ${seconds.toString()} s`,
    "",
    ...section("Guards", guards),
    ...(verification === undefined ? [] : section("Verification", verification)),
    ...(crashes === undefined || crashes === ""
      ? []
      : ["## What crashed or waits", "", "```", crashes, "```", ""]),
  ].join("\n");
}

const section = (title: string, results: readonly JudgedResult[]): string[] => [
  `## ${title}`,
  "",
  conclusion(results),
  "",
  "| check | verdict | what was found |",
  "| --- | --- | --- |",
  ...results.map(
    ({ id, verdict, summary, remedy, waiver }) =>
      `| ${id} | ${verdict}${waiver === undefined ? "" : ` (waived: ${cell(waiver.reason)}, ${cell(waiver.ticket)})`} | ${cell(summary)}${verdict === "pass" || remedy === undefined ? "" : ` ${cell(remedy)}`} |`,
  ),
  "",
];

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
