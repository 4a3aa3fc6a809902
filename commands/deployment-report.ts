import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JudgedResult } from "../checks/break-glass.ts";
import { conclusion } from "../checks/table.ts";
import { printable } from "../checks/text.ts";

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
      : ["## What crashed or waits", "", ...fenced(crashes), ""]),
  ].join("\n");
}

const section = (title: string, results: readonly JudgedResult[]): string[] => [
  `## ${title}`,
  "",
  conclusion(results),
  "",
  "| check | verdict | what was found |",
  "| --- | --- | --- |",
  ...results.map((result) => `| ${result.id} | ${verdictOf(result)} | ${found(result)} |`),
  "",
];

const verdictOf = ({ verdict, waiver }: JudgedResult): string =>
  waiver === undefined
    ? verdict
    : `${verdict} (waived until ${waiver.expires}: ${cell(waiver.reason)}, ${cell(waiver.ticket)})`;

function found({ verdict, summary, evidence = [], remedy }: JudgedResult): string {
  if (verdict === "pass") return cell(summary);
  return [summary, ...evidence, ...(remedy === undefined ? [] : [`To do: ${remedy}`])]
    .map(cell)
    .join("<br>");
}

/** Names of pods and messages of other hosts are text here, whatever stands in them. */
const cell = (text: string): string =>
  printable(text).replaceAll(/[\\|<]/g, (character) => `\\${character}`);

/** Log lines may have a fence of their own. */
function fenced(text: string): string[] {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return [fence, text, fence];
}
