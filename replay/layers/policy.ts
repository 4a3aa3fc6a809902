import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { mustRun, run } from "../run.ts";
import { webDeployment } from "../site-objects.ts";
import type { Layer, Stop } from "./layer.ts";

const PROJECT = join(import.meta.dirname, "../..");
const PROGRAM = join(PROJECT, "replay/plain-program");
const PACK = join(PROJECT, "policy");
const CONFIGURATION = join(PROJECT, "policy-config/local.json");
/** The rule that the outage is about; the manifest breaks others too. */
const RULE = "image-has-digest";

/** The policies look at the plan of the deployment, without a network. To them all three are one program. */
export const policy: Layer = { name: "policy", tries: ({ bench }) => preview(bench) };

async function preview({ site, repository, signal }: Bench): Promise<Stop | undefined> {
  const stack = site.namespace;
  const pulumi = (...args: string[]) =>
    ["pulumi", ...args, "--stack", stack, "--non-interactive"] as const;
  const options = { cwd: PROGRAM, signal };
  await mustRun(["pulumi", "stack", "init", stack, "--no-select", "--non-interactive"], options);
  try {
    const manifest = JSON.stringify(webDeployment(repository.moving));
    await mustRun(pulumi("config", "set", "plain:manifest"), { ...options, input: manifest });
    const { exitCode, output } = await run(
      pulumi("preview", `--policy-pack=${PACK}`, `--policy-pack-config=${CONFIGURATION}`),
      options,
    );
    const said = findingOf(RULE, output);
    return exitCode === 0 || said === undefined
      ? undefined
      : { outcome: "stopped", by: `the rule ${RULE}`, evidence: said };
  } finally {
    await run(["pulumi", "stack", "rm", stack, "--yes", "--force"], { cwd: PROGRAM });
  }
}

/** Below the line that names rule and resource stands what the rule is, and then what it found. */
function findingOf(rule: string, output: string): string | undefined {
  const lines = output.split("\n");
  const at = lines.findIndex((line) => line.includes("[mandatory]") && line.includes(` ${rule} `));
  return at === -1 ? undefined : lines[at + 2]?.trim();
}
