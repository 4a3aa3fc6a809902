import { createHash, randomBytes } from "node:crypto";
import { at, isObject, type JsonObject, textAt } from "./values.ts";

const AUTONAMED = "pulumi.com/autonamed";
const SUFFIX_LENGTH = 8;

/** What the engine asks for a resource without a name (project option `pulumi:autonaming`). */
export interface AutonamingOptions {
  readonly proposedName: string;
  readonly isDisabled: boolean;
}

/**
 * Gives an object without a name the logical name and a random suffix, so that its replacement can exist
 * beside it. An object that has such a name keeps it.
 */
export function withName(
  inputs: JsonObject,
  logicalName: string,
  seed: Uint8Array,
  oldInputs: JsonObject,
  autonaming: AutonamingOptions | undefined,
): JsonObject {
  if (at(inputs, "metadata", "name") !== undefined) return inputs;
  if (textAt(inputs, "metadata", "generateName") !== undefined) return inputs;
  if (autonaming?.isDisabled)
    throw new Error("autonaming is disabled, and metadata.name is not set");
  const metadata = isObject(inputs["metadata"]) ? inputs["metadata"] : {};
  const name = isAutonamed(oldInputs)
    ? textAt(oldInputs, "metadata", "name")
    : (autonaming?.proposedName ?? `${logicalName}-${suffix(seed)}`);
  const annotations = isObject(metadata["annotations"]) ? metadata["annotations"] : {};
  return {
    ...inputs,
    metadata: {
      ...metadata,
      name: name ?? null,
      annotations: { ...annotations, [AUTONAMED]: "true" },
    },
  };
}

export const isAutonamed = (inputs: JsonObject): boolean =>
  textAt(inputs, "metadata", "annotations", AUTONAMED) === "true";

/** The same seed gives the same name; without one it is random. */
function suffix(seed: Uint8Array): string {
  const bytes = seed.length > 0 ? seed : randomBytes(16);
  return createHash("sha256").update(bytes).digest("hex").slice(0, SUFFIX_LENGTH);
}
