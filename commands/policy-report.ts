import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { documented } from "../policy/document.ts";
import { type Check, parseEvents, type Report, reportOf } from "../policy/report/events.ts";
import { toJunit } from "../policy/report/junit.ts";
import { toSarif } from "../policy/report/sarif.ts";
import { RULES } from "../policy/rules/index.ts";
import { PROJECT } from "./pulumi.ts";
import { UsageError } from "./usage.ts";

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

const FORMATS: Readonly<Record<string, { file: string; write: (report: Report) => string }>> = {
  json: { file: "policy.json", write: json },
  sarif: {
    file: "policy.sarif",
    write: (report) => json(toSarif(report, documented(RULES))),
  },
  junit: { file: "policy.junit.xml", write: toJunit },
};

const EXIT_CODES = { pass: 0, fail: 1, unknown: 2 } as const;

export interface ReportOptions {
  /** An exported state, which is judged instead of a preview. */
  readonly state?: string | undefined;
  readonly format?: string | undefined;
  /** A folder, for all formats. */
  readonly out?: string | undefined;
}

/**
 * Runs the pack and writes what it finds for machines: to the folder, or to stdout.
 *
 * @returns the exit code: 0 no violation, 1 violations, 2 could not tell
 * @throws UsageError
 */
export async function policyReport(
  stack: string | undefined,
  { state, format = "json", out }: ReportOptions,
): Promise<number> {
  if (stack === undefined) throw new UsageError("`wyrm policy report` needs a stack");
  const chosen = FORMATS[format];
  if (chosen === undefined) {
    const known = Object.keys(FORMATS).join(", ");
    throw new UsageError(`"${format}" is no format; there are ${known}`);
  }
  const events = parseEvents(await run(stack, state));
  for (const { diagnosticEvent } of events) {
    if (diagnosticEvent?.severity === "error") process.stderr.write(diagnosticEvent.message);
  }
  const report = reportOf(stack, events, state === undefined ? [] : checksOf(state));
  if (out === undefined) {
    process.stdout.write(chosen.write(report));
  } else {
    mkdirSync(out, { recursive: true });
    for (const { file, write } of Object.values(FORMATS)) {
      writeFileSync(join(out, file), write(report));
    }
  }
  process.stderr.write(`${summary(report)}\n`);
  return EXIT_CODES[report.verdict];
}

/** Every resource of an exported state with every rule about resources; nothing where it is no state. */
function checksOf(state: string): Check[] {
  const rules = RULES.filter((rule) => "judge" in rule);
  return resourcesOf(state)
    .filter((resource) => resource.delete !== true)
    .flatMap(({ urn }) => rules.map((rule) => ({ rule: rule.name, urn })));
}

function resourcesOf(state: string): readonly StateResource[] {
  try {
    const { deployment } = JSON.parse(readFileSync(state, "utf8")) as State;
    return deployment?.resources ?? [];
  } catch {
    // The engine has said what is wrong with it.
    return [];
  }
}

interface State {
  readonly deployment?: { readonly resources?: readonly StateResource[] };
}
interface StateResource {
  readonly urn: string;
  /** Replaced, and about to be deleted. */
  readonly delete?: boolean;
}

function summary({ stack, verdict, isComplete, checks, violations }: Report): string {
  const refused = violations.filter(({ level }) => level === "mandatory").length;
  const mentioned = violations.length - refused;
  const counts = `${checks.length.toString()} checks, ${refused.toString()} violations, ${mentioned.toString()} advisories`;
  return `${stack}: ${verdict} (${counts})${isComplete ? "" : "; not every resource was judged"}`;
}

/** @returns what the CLI prints: events, one a line */
function run(stack: string, state: string | undefined): Promise<string> {
  const args =
    state === undefined
      ? ["preview", "--stack", stack]
      : ["policy", "analyze", "--file", resolve(state)];
  process.stderr.write(`Judging ${state ?? `a preview of ${stack}`}…\n`);
  const child = spawn(
    "pulumi",
    [...args, "--json", "--policy-pack", "policy", "--non-interactive"],
    {
      cwd: PROJECT,
      // Without it, a preview's JSON leaves the policies out (pulumi/pulumi 3.259, backend/display/json.go).
      env: { ...process.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve) => {
    child
      .on("error", ({ message }) => process.stderr.write(`pulumi does not run: ${message}\n`))
      .on("close", () => {
        resolve(output);
      });
  });
}
