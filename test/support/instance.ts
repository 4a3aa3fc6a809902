import assert from "node:assert/strict";
import { BookWyrm } from "../../components/bookwyrm.ts";
import { record, type Recorded } from "./record.ts";
import { DIGEST, secrets, settings } from "./settings.ts";

const STORE_IMAGE = `harbor.example.org/uostas/store:1@${DIGEST}`;
/** Settings of a stack that keeps its data in the cluster. */
export const inCluster = { database: { image: STORE_IMAGE }, redis: { image: STORE_IMAGE } };

/** What the program registers for the least that a stack can say, with some of it changed. */
export const build = (changes: Record<string, unknown> = {}): Promise<Recorded[]> =>
  record(() => {
    new BookWyrm("bookwyrm", { settings: settings(changes), secrets: secrets() });
  });

/** @param name The logical one. */
export const only = (resources: readonly Recorded[], kind: string, name: string): Recorded => {
  const found = resources.filter((r) => r.type.endsWith(`:${kind}`) && r.name === name);
  const [resource] = found;
  assert.ok(resource && found.length === 1, `${found.length.toString()} resources ${kind} ${name}`);
  return resource;
};

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly values: string[] }[];
}

export const selects = (
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ""));
