import { basename } from "node:path/posix";
import type { Container } from "./pods.ts";
import { readList } from "./read.ts";
import { remembered } from "./remember.ts";

/**
 * The words of a container's command line, also of one that goes through a shell; undefined where a part
 * of it is not known or not a text.
 */
export const wordsOf = remembered((container: Container): readonly string[] | undefined => {
  if (container.value.state !== "known") return undefined;
  const { value } = container.value;
  const words: string[] = [];
  for (const field of ["command", "args"]) {
    const parts = readList(value, field);
    if (parts === "unknown") return undefined;
    for (const part of parts) {
      if (part.state !== "known" || typeof part.value !== "string") return undefined;
      words.push(...part.value.split(/\s+/).filter((word) => word !== ""));
    }
  }
  return words;
});

/** What follows a program on a command line; undefined where the line does not run it. */
function argumentsOf(container: Container, program: string): readonly string[] | undefined {
  const words = wordsOf(container) ?? [];
  const at = words.findIndex((word) => basename(word) === program);
  return at === -1 ? undefined : words.slice(at + 1);
}

/** The arguments of gunicorn. */
export const gunicornArguments = (container: Container): readonly string[] | undefined =>
  argumentsOf(container, "gunicorn");

/** The arguments of `celery worker`. */
export function workerArguments(container: Container): readonly string[] | undefined {
  const words = argumentsOf(container, "celery");
  return words?.includes("worker") ? words : undefined;
}

/**
 * The value of an option, the last one where it stands several times; undefined where it is not set.
 * @param short for example `-c`: its value may stand right behind it
 */
export function optionOf(
  words: readonly string[],
  long: string,
  short: string,
): string | undefined {
  const values = words.flatMap((word, index) => {
    if (word === long || word === short) return [words[index + 1] ?? ""];
    if (word.startsWith(`${long}=`)) return [word.slice(long.length + 1)];
    return word.startsWith(short) ? [word.slice(short.length)] : [];
  });
  return values.at(-1);
}
