import * as v from "valibot";
import { parsePinnedImage, parseReleaseImage } from "./pinned-image.ts";
import { PINNED_IMAGE_FORM, RELEASE_IMAGE_FORM } from "./pinned-image.ts";
import { amountOf } from "./quantity.ts";
import { QUEUES } from "./queues.ts";

const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const HOST_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

const NOT_SET = "is not set";

/** Names a type in words, so that `true` where a text is due reads as a sentence. */
const typed =
  (expected: string) =>
  (issue: { readonly input: unknown }): string =>
    issue.input === undefined ? NOT_SET : `is not ${expected}`;

/** Pulumi.yaml gives an unset setting the default "", so that the program can say what to write. */
export const text = v.pipe(v.string(typed("text")), v.trim(), v.nonEmpty(NOT_SET));

export const dnsLabel = v.pipe(
  text,
  v.regex(DNS_LABEL, "is not a DNS label: lower-case letters, digits and -, 63 at most"),
);

export const hostName = v.pipe(
  text,
  v.regex(HOST_NAME, "is not a host name: no scheme, no port, no path, lower case"),
);

const quantity = (form: string) =>
  v.pipe(
    text,
    v.check((written) => amountOf(written) !== undefined, `is not a Kubernetes ${form}`),
    v.check((written) => amountOf(written) !== 0, "is zero"),
  );

export const bytes = quantity("quantity such as 512Mi or 1.5Gi");

/** YAML has CPUs as numbers, as Kubernetes has. */
export const cpu = v.pipe(
  v.unknown(),
  v.transform((written) => (typeof written === "number" ? written.toString() : written)),
  quantity("CPU quantity such as 250m or 1.5"),
);

export const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  v.pipe(
    v.number(typed("a number")),
    v.integer("is not a whole number"),
    v.minValue(least, `is below ${least.toString()}`),
    v.maxValue(most, `is above ${most.toString()}`),
  );

export const port = wholeNumber(1, 65_535);

export const flag = v.boolean(typed("true or false"));

export const queue = v.picklist(QUEUES, `is not a queue of BookWyrm (${QUEUES.join(", ")})`);

/** A list with at least one entry. */
export const listOf = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(v.array(item, typed("a list")), v.minLength(1, NOT_SET));

/** An object whose unknown keys are mistakes, not decoration. */
export const group = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, (issue) => {
    if (issue.expected === "never") {
      return `is not a setting; known here: ${Object.keys(entries).join(", ")}`;
    }
    return issue.input === undefined ? NOT_SET : "is not an object";
  });

const reference = <Image extends object>(
  parse: (text: string) => Image | { readonly problem: string },
  form: string,
) =>
  v.pipe(
    text,
    v.rawTransform<string, Image>(({ dataset, addIssue, NEVER }) => {
      const parsed = parse(dataset.value);
      if (!("problem" in parsed)) return parsed;
      addIssue({ message: `${parsed.problem}; the form is ${form}` });
      return NEVER;
    }),
  );

export const pinnedImage = reference(parsePinnedImage, PINNED_IMAGE_FORM);
export const releaseImage = reference(parseReleaseImage, RELEASE_IMAGE_FORM);
