import { readFileSync, renameSync, writeFileSync } from "node:fs";
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
  const node = parseDocument(text).getIn(["config", "bookwyrm:image"], true);
  if (!isScalar(node) || !node.range) {
    throw new StackFileError("The stack's file has no bookwyrm:image that could be replaced.");
  }
  const [start, end] = node.range;
  return `${text.slice(0, start)}${reference}${text.slice(end)}`;
}

/** Writes the reference into the stack's file, whole or not at all. @returns the lines that changed, as a diff shows them */
export function pinStack(stack: string, reference: string): string {
  const file = stackFile(PROJECT, stack);
  const before = readFileSync(file, "utf8");
  const after = withImage(before, reference);
  const unfinished = `${file}.${process.pid.toString()}.tmp`;
  writeFileSync(unfinished, after);
  renameSync(unfinished, file);
  return changedLines(before, after);
}

function changedLines(before: string, after: string): string {
  const old = before.split("\n");
  const changed = after.split("\n").flatMap((line, index) => {
    const earlier = old[index];
    return line === earlier ? [] : [`-${earlier ?? ""}`, `+${line}`];
  });
  return changed.length === 0 ? "It is pinned to this already." : changed.join("\n");
}
