import type { Check, Report, Violation } from "./events.ts";

/** The report as JUnit XML: one suite a rule, one case a resource, so that what passed is counted too. */
export function toJunit(report: Report): string {
  const rules = [...new Set(report.checks.map(({ rule }) => rule))].sort();
  const suites = rules.map((rule) =>
    suite(
      rule,
      report.checks.filter((check) => check.rule === rule).map((check) => caseOf(check, report)),
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="policy ${escape(report.stack)}">`,
    ...suites,
    ...(report.isComplete ? [] : [suite("run", [UNFINISHED])]),
    "</testsuites>",
    "",
  ].join("\n");
}

interface Case {
  readonly name: string;
  readonly result: "pass" | "failure" | "error";
  readonly content: string;
}

const UNFINISHED: Case = {
  name: "every resource is judged",
  result: "error",
  content: '<error message="The run ended before every resource was judged"/>',
};

function caseOf({ rule, urn }: Check, { violations }: Report): Case {
  const own = violations.filter((violation) => violation.rule === rule && violation.urn === urn);
  const failures = own.filter(({ level }) => level === "mandatory");
  const notes = own.filter(({ level }) => level === "advisory");
  return {
    name: urn,
    result: failures.length === 0 ? "pass" : "failure",
    content: [
      ...failures.map(
        (failure) => `<failure message="${title(failure)}">${escape(failure.message)}</failure>`,
      ),
      ...notes.map(({ message }) => `<system-out>${escape(message)}</system-out>`),
    ].join(""),
  };
}

const title = ({ message }: Violation): string => escape(message.split("\n")[0] ?? "");

function suite(name: string, cases: readonly Case[]): string {
  const count = (result: Case["result"]): string =>
    cases.filter((one) => one.result === result).length.toString();
  return [
    `  <testsuite name="${escape(name)}" tests="${cases.length.toString()}" failures="${count("failure")}" errors="${count("error")}">`,
    ...cases.map(
      (one) =>
        `    <testcase classname="${escape(name)}" name="${escape(one.name)}">${one.content}</testcase>`,
    ),
    "  </testsuite>",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

/** For text and for attributes, in which a line break would be read as a space. */
const escape = (text: string): string =>
  text
    // XML 1.0 has no way to write these characters.
    .replaceAll(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character);
