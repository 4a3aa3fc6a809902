import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, parseDocument } from "yaml";
import { execute } from "../lab/execute.ts";
import type { LabImages } from "../lab/images/lab-images.ts";
import type { Lab } from "../lab/lab.ts";
import { PROJECT } from "./pulumi.ts";

export const LOCAL_STACK = "local";
const FILE = join(PROJECT, `Pulumi.${LOCAL_STACK}.yaml`);
const TEMPLATE = join(PROJECT, "lab/local-stack.yaml");

const random = (): string => randomBytes(24).toString("base64url");

/** Values for everything that only this stack knows. */
const makeSecrets = (lab: Lab): Readonly<Record<string, string>> => ({
  secretKey: random(),
  postgresPassword: random(),
  redisActivityPassword: random(),
  redisBrokerPassword: random(),
  emailPassword: random(),
  flowerBasicAuth: `keeper:${random()}`,
  registryPassword: readFileSync(lab.registry.pull.passwordFile, "utf8"),
});

/**
 * Makes the stack where the lab does not know it yet, and pins it to these images.
 *
 * @throws Error where it was made in another clone, whose file alone has its passwords
 */
export async function prepareLocalStack(
  lab: Lab,
  images: LabImages,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const pulumi = (args: readonly string[], input = ""): Promise<string> =>
    execute(["pulumi", ...args, "--stack", LOCAL_STACK], { cwd: PROJECT, env, input });
  const isKnown = await pulumi(["stack", "export"]).then(
    () => true,
    () => false,
  );
  if (isKnown && !existsSync(FILE)) {
    throw new Error(
      `The lab runs the stack ${LOCAL_STACK} of another clone: copy its Pulumi.${LOCAL_STACK}.yaml here, or begin anew: npx wyrm lab down`,
    );
  }
  if (!existsSync(FILE)) copyFileSync(TEMPLATE, FILE);
  if (!isKnown) {
    edit((document) => {
      // They were encrypted for a lab that is gone.
      document.delete("encryptionsalt");
      for (const name of Object.keys(makeSecrets(lab))) {
        document.deleteIn(["config", `bookwyrm:${name}`]);
      }
    });
    await execute(["pulumi", "stack", "init", LOCAL_STACK, "--no-select"], { cwd: PROJECT, env });
    for (const [name, value] of Object.entries(makeSecrets(lab))) {
      await pulumi(["config", "set", "--secret", `bookwyrm:${name}`], value);
    }
  }
  pinLocalStack(images);
}

/** Writes the references into the stack's file. */
export function pinLocalStack({ bookwyrm, postgres, redis }: LabImages): void {
  edit((document) => {
    document.setIn(["config", "bookwyrm:image"], bookwyrm);
    document.setIn(["config", "bookwyrm:database", "image"], postgres);
    document.setIn(["config", "bookwyrm:redis", "image"], redis);
  });
}

/** Changes the file in place: comments and order stay as they are. */
function edit(change: (document: Document) => void): void {
  const before = readFileSync(FILE, "utf8");
  const document = parseDocument(before);
  change(document);
  const after = document.toString({ lineWidth: 0 });
  if (after !== before) writeFileSync(FILE, after);
}
