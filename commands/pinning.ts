import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { isScalar, parseDocument } from "yaml";
import { stackFile, StackFileError } from "../checks/stack-file.ts";
import { parseReleaseImage, type ReleaseImage } from "../model/pinned-image.ts";
import { PROJECT } from "./pulumi.ts";
import { UsageError } from "./usage.ts";

/** @throws UsageError where the text is no reference that a stack may be pinned to */
export function releaseImage(text: string): ReleaseImage {
  const image = parseReleaseImage(text);
  if ("problem" in image) throw new UsageError(`"${text}" ${image.problem}`);
  return image;
}

/** Replaces the text of one setting, and leaves every other byte of the file as it is. @throws StackFileError */
export function withImage(text: string, reference: string): string {
  const node = imageNode(text);
  if (!isScalar(node) || typeof node.value !== "string" || !node.range) {
    throw new StackFileError("The stack's file has no bookwyrm:image that could be replaced.");
  }
  const [start, end] = node.range;
  // The range of a block scalar ends behind its last line's end.
  const [lineEnd] = /\s*$/.exec(text.slice(start, end)) ?? [""];
  const quote = QUOTES[node.type ?? "PLAIN"] ?? "";
  const changed = `${text.slice(0, start)}${quote}${reference}${quote}${lineEnd}${text.slice(end)}`;
  if (valueOf(imageNode(changed)) !== reference) {
    throw new StackFileError(
      "bookwyrm:image stands in the stack's file in a way that cannot be replaced; write it in one line.",
    );
  }
  return changed;
}

const QUOTES: Readonly<Record<string, string>> = { QUOTE_DOUBLE: '"', QUOTE_SINGLE: "'" };

const imageNode = (text: string): unknown =>
  parseDocument(text).getIn(["config", "bookwyrm:image"], true);

const valueOf = (node: unknown): unknown => (isScalar(node) ? node.value : undefined);

/** Writes the reference into the stack's file, whole or not at all. @returns the lines that changed, as a diff shows them */
export function pinStack(stack: string, reference: string): string {
  const file = stackFile(PROJECT, stack);
  const before = readFileSync(file, "utf8");
  const after = withImage(before, reference);
  const unfinished = `${file}.${process.pid.toString()}.tmp`;
  writeFileSync(unfinished, after, { mode: statSync(file).mode });
  renameSync(unfinished, file);
  return changedLines(before, after);
}

/** One block of lines, with what is the same before and behind it left out. */
export function changedLines(before: string, after: string): string {
  const [old, changed] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  while (old.length > 0 && changed.length > 0 && old[0] === changed[0]) {
    old.shift();
    changed.shift();
  }
  while (old.length > 0 && changed.length > 0 && old.at(-1) === changed.at(-1)) {
    old.pop();
    changed.pop();
  }
  if (old.length === 0 && changed.length === 0) return "It is pinned to this already.";
  return [...old.map((line) => `-${line}`), ...changed.map((line) => `+${line}`)].join("\n");
}
