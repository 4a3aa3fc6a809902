import { basename } from "node:path/posix";
import type { Container } from "./pods.ts";
import { readList } from "./read.ts";
import { remembered } from "./remember.ts";

/** Signs of a shell part words as spaces do; the parentheses of `$(NAME)` belong to the word. */
const WORD = /(?:\$\([\w.-]+\)|[^\s;&|()<>])+/g;
/** A shell takes them away, wherever they stand in a word. */
const QUOTES = /["'`]/g;

/** The words of a container's command line, also of one that goes through a shell. */
export interface CommandLine {
  readonly known: readonly string[];
  /** Whether no part of it is left out, as one that is not known yet, or is no text. */
  readonly isWhole: boolean;
}

export const commandLineOf = remembered(({ value: container }: Container): CommandLine => {
  if (container.state !== "known") return { known: [], isWhole: false };
  const fields = ["command", "args"].map((field) => readList(container.value, field));
  const parts = fields.flatMap((field) => (field === "unknown" ? [] : field));
  const texts = parts.flatMap((part) =>
    part.state === "known" && typeof part.value === "string" ? [part.value] : [],
  );
  return {
    known: texts.flatMap((text) => text.replaceAll(QUOTES, "").match(WORD) ?? []),
    isWhole: !fields.includes("unknown") && texts.length === parts.length,
  };
});

/** All words of a command line; undefined where one is missing, which `command-set` reports for all rules. */
export const wordsOf = (container: Container): readonly string[] | undefined => {
  const { known, isWhole } = commandLineOf(container);
  return isWhole ? known : undefined;
};

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

/** Whether a container is a celery scheduler, whatever its pod's label says. */
export const runsBeat = (container: Container): boolean =>
  argumentsOf(container, "celery")?.includes("beat") === true;

/** Django's programs for a project's commands; `django` is that of `python -m django`. */
const DJANGO = ["manage.py", "django-admin", "django"];

/** Whether a container changes the database's schema; `migrate --check` only asks for it. */
export const migrates = (container: Container): boolean =>
  DJANGO.some((program) =>
    argumentsOf(container, program)?.some(
      (word, index, words) => word === "migrate" && words[index + 1] !== "--check",
    ),
  );

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
