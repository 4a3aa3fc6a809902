import { BookWyrm } from "../../components/bookwyrm.ts";
import type { Settings } from "../../model/settings.ts";
import type { StackResource } from "../../policy/rule.ts";
import { record, type Recorded } from "./record.ts";
import { DIGEST, secrets, settings } from "./settings.ts";

const STORE_IMAGE = `harbor.example.org/uostas/store:1@${DIGEST}`;

/** A stack with all that the program can make; flower comes with a secret. */
export const wholeStack = (changes: Record<string, unknown> = {}): Settings =>
  settings({ database: { image: STORE_IMAGE }, redis: { image: STORE_IMAGE }, ...changes });

/** What this project's program makes of it, as a policy sees it after a preview. */
export async function programResources(
  changes: Record<string, unknown> = {},
): Promise<readonly StackResource[]> {
  const recorded = await record(() => {
    new BookWyrm("bookwyrm", { settings: wholeStack(changes), secrets: secrets() });
  });
  return recorded.map(asStackResource);
}

const asStackResource = (recorded: Recorded): StackResource => ({
  type: recorded.type,
  name: recorded.name,
  urn: recorded.urn,
  props: propsOf(recorded),
  options: { ignoreChanges: recorded.ignoreChanges },
  provider: providerOf(recorded.provider),
  parent: recorded.parent === "" ? undefined : recorded.parent,
  dependencies: recorded.dependsOn,
});

/** With the name that the provider gives to what has none, and the mark that it puts on it. */
function propsOf({ type, name, inputs, outputs }: Recorded): unknown {
  if (!type.startsWith("kubernetes:")) return outputs;
  const metadata = inputs["metadata"] as Readonly<Record<string, unknown>>;
  if (metadata["name"] !== undefined) return inputs;
  const annotations = {
    ...(metadata["annotations"] as object | undefined),
    "pulumi.com/autonamed": "true",
  };
  return { ...inputs, metadata: { ...metadata, name: `${name}-1a2b3c4d`, annotations } };
}

/** @param reference `<urn>::<id>`, or nothing where the default provider is used */
function providerOf(reference: string): StackResource["provider"] {
  if (reference === "") return undefined;
  const urn = reference.split("::").slice(0, -1).join("::");
  const [, , type = "", name = ""] = urn.split("::");
  return { type, name, urn, props: {} };
}

/**
 * The same stack with one resource changed.
 *
 * @param which kind and name, for example `Deployment web`
 */
export function withChange(
  resources: readonly StackResource[],
  which: string,
  change: (resource: StackResource) => StackResource,
): StackResource[] {
  const found = resources.filter((resource) => titleOf(resource) === which);
  if (found.length !== 1) throw new Error(`${found.length.toString()} resources are ${which}`);
  return resources.map((resource) => (found.includes(resource) ? change(resource) : resource));
}

/** The same stack without some resources, each as kind and name. */
export const without = (
  resources: readonly StackResource[],
  ...which: readonly string[]
): StackResource[] => resources.filter((resource) => !which.includes(titleOf(resource)));

const titleOf = ({ type, name }: StackResource): string =>
  `${type.split(":").at(-1) ?? ""} ${name}`;

/** Another value at one place of a resource's properties; undefined takes it away. */
export const set =
  (path: readonly (string | number)[], value: unknown) =>
  (resource: StackResource): StackResource => ({
    ...resource,
    props: setIn(resource.props, path, value),
  });

function setIn(
  object: unknown,
  [step, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (step === undefined) return value;
  const fields = (object ?? {}) as Readonly<Record<string | number, unknown>>;
  const changed = setIn(fields[step], rest, value);
  if (!Array.isArray(object)) return { ...fields, [step]: changed };
  return object.map((item: unknown, index) => (index === step ? changed : item));
}
