import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { mistakeLines } from "../model/mistakes.ts";
import { IN_CLEAR, SECRET_NAMES } from "../model/secrets.ts";
import { parseSettings, SETTING_NAMES, type Settings, unknownNames } from "../model/settings.ts";

/** A stack's file cannot be used; the message names every mistake in it. */
export class StackFileError extends Error {}

export interface StackFile {
  readonly settings: Settings;
  /** Whether the secret `flowerBasicAuth` is set. */
  readonly hasFlower: boolean;
}

export const stackFile = (folder: string, stack: string): string =>
  join(folder, `Pulumi.${stack}.yaml`);

const PROJECT = "bookwyrm";
/** Before every key of the file. */
const NAMESPACE = `${PROJECT}:`;

/** The settings of a stack as its file has them, without its secrets. @throws StackFileError */
export function readStackFile(folder: string, stack: string): StackFile {
  const file = stackFile(folder, stack);
  if (!existsSync(file)) {
    throw new StackFileError(`There is no stack "${stack}": ${file} does not exist.`);
  }
  const config = configIn(file);
  const parsed = parseSettings(
    Object.fromEntries(SETTING_NAMES.map((name) => [name, config?.[`${NAMESPACE}${name}`]])),
  );
  const unknown = unknownNames(
    Object.keys(config ?? {}).flatMap((key) =>
      key.startsWith(NAMESPACE) ? [key.slice(NAMESPACE.length)] : [],
    ),
  );
  const inClear = SECRET_NAMES.filter((name) => isInClear(config?.[`${NAMESPACE}${name}`]));
  if ("problems" in parsed || inClear.length > 0 || unknown.length > 0) {
    const lines = mistakeLines(
      { project: PROJECT, stack },
      {
        settings: "problems" in parsed ? parsed.problems : [],
        secrets: inClear.map((secret) => ({ secret, problem: IN_CLEAR })),
        unknown,
      },
    );
    throw new StackFileError([`${file} is wrong:`, ...lines].join("\n"));
  }
  return {
    settings: parsed.settings,
    hasFlower: config?.["bookwyrm:flowerBasicAuth"] !== undefined,
  };
}

/** Pulumi writes what it has encrypted as `secure: <ciphertext>`. */
const isInClear = (value: unknown): boolean =>
  value !== undefined &&
  value !== "" &&
  !(typeof value === "object" && value !== null && "secure" in value);

function configIn(file: string): Readonly<Record<string, unknown>> | undefined {
  const document = parseDocument(readFileSync(file, "utf8"));
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    const [reason = ""] = mistake.message.split("\n");
    throw new StackFileError(`${file} is no YAML: ${reason.replace(/:$/, "")}.`);
  }
  const { config } = (document.toJS() ?? {}) as {
    readonly config?: Readonly<Record<string, unknown>>;
  };
  return config;
}
