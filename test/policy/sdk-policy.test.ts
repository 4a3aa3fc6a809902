import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding, ResourceRule, RuleText, StackRule } from "../../policy/rule.ts";
import { parseConfiguration } from "../../policy/configuration.ts";
import { type Exemption, parseExemptions } from "../../policy/exemptions.ts";
import type { Pack } from "../../policy/pack.ts";
import { PACK_CONFIGURED } from "../../policy/pack-rules.ts";
import { read } from "../../policy/read.ts";
import { policiesOf } from "../../policy/sdk-policy.ts";
import { analyze, analyzeStack, ROOT, type Sent, type Violation } from "../support/analyzer.ts";
import { UNKNOWN, urnOf } from "../support/policy.ts";

// Rules of the tests' own: what is tested is what becomes of their findings.

const text = (name: string, more: Partial<RuleText> = {}): RuleText => ({
  name,
  description: `What ${name} says holds.`,
  severity: "high",
  why: "it would hurt.",
  failures: [],
  examples: { good: "", bad: "" },
  ...more,
});

const faults = (props: unknown): Finding[] => {
  const colour = read(props, "colour");
  if (colour.state === "unknown") {
    return [{ path: "colour", problem: "is not known yet", fix: "wait", isUnknown: true }];
  }
  return colour.state === "known" && colour.value === "red"
    ? [{ path: "colour", problem: "is red", fix: "paint it green" }]
    : [];
};

const green: ResourceRule = { ...text("green"), judge: ({ props }) => faults(props) };
const strict: ResourceRule = {
  ...text("strict", { isExemptible: false }),
  judge: ({ props }) => faults(props),
};
const limited: ResourceRule = {
  ...text("limited", {
    configSchema: {
      properties: {
        limit: { type: "integer", description: "how many" },
        colours: { type: "array", items: { type: "string" }, minItems: 1 },
      },
      required: ["limit"],
    },
  }),
  judge: (_, { limit }) => [{ path: "limit", problem: `is ${String(limit)}`, fix: "none" }],
};
const alike: StackRule = {
  ...text("alike"),
  judgeStack: (resources) =>
    resources.flatMap(({ urn, props }) => faults(props).map((finding) => ({ ...finding, urn }))),
};

const TODAY = "2026-11-24";
const THING: Sent = { type: "test:index:Thing", name: "a", props: { colour: "red" } };
const URN = urnOf(THING.type, THING.name);
const OPEN: Sent = { ...THING, props: { colour: UNKNOWN } };

const exemption = (changes: Partial<Exemption> = {}): Exemption => ({
  rule: "green",
  urn: URN,
  reason: "the paint is late",
  owner: "ada",
  expires: "2026-12-24",
  ...changes,
});

interface Setup {
  readonly rules?: Pack["rules"];
  readonly configuration?: object;
  readonly exemptions?: readonly Exemption[];
}

const setUp = ({ rules = [green], configuration, exemptions = [] }: Setup = {}) => {
  const known = [PACK_CONFIGURED, ...rules];
  return policiesOf({
    rules,
    today: TODAY,
    configuration: (stack) =>
      parseConfiguration(
        `policy-config/${stack}.json`,
        configuration && JSON.stringify(configuration),
        known,
      ),
    exemptions: parseExemptions("policy-config/exemptions.json", JSON.stringify(exemptions), {
      known,
      today: TODAY,
    }),
  });
};

const brief = (violations: readonly Violation[]): string[] =>
  violations.map(({ policy, level, message }) => {
    const [, problem = "", , fix = ""] = message.split("\n");
    return `${level} ${policy}: ${problem} | ${fix}`;
  });

test("a finding is refused in words that say where, what, why, and what to write", async () => {
  assert.deepEqual(await analyze(setUp(), THING), [
    {
      policy: "green",
      level: "mandatory",
      urn: URN,
      message: [
        "What green says holds.",
        "colour is red",
        "Why: it would hurt.",
        "Fix: paint it green",
        "More: policy/rules/README.md#green",
      ].join("\n"),
    },
  ]);
});

test("findings come in the order of their paths, whatever order the rule finds them in", async () => {
  const paths = ["spec.b", "spec.a", "spec.c"];
  const rule: ResourceRule = {
    ...text("many"),
    judge: () => paths.map((path) => ({ path, problem: "is wrong", fix: "do" })),
  };
  const found = brief(await analyze(setUp({ rules: [rule] }), THING));
  assert.deepEqual(
    found,
    ["a", "b", "c"].map((part) => `mandatory many: spec.${part} is wrong | Fix: do`),
  );
});

test("a rule about the stack names the resource, and finds in the order of URNs", async () => {
  const other = { ...THING, name: "0" };
  const found = await analyzeStack(setUp({ rules: [alike] }), [ROOT, THING, other]);
  assert.deepEqual(
    found.map(({ urn, level }) => [urn, level]),
    [
      [urnOf(THING.type, "0"), "mandatory"],
      [URN, "mandatory"],
    ],
  );
});

for (const stack of ["staging", "prod"]) {
  test(`what is not known is refused on ${stack}`, async () => {
    assert.deepEqual(brief(await analyze(setUp(), { ...OPEN, stack })), [
      "mandatory green: colour is not known yet | Fix: wait",
    ]);
  });
}

test("what is not known is mentioned on another stack, with the description as the SDK puts it", async () => {
  const [violation] = await analyze(setUp(), OPEN);
  assert.deepEqual(violation?.level, "advisory");
  assert.deepEqual(violation.message.split("\n").slice(0, 2), [
    "What green says holds.",
    "colour is not known yet (this stack is not protected: the update judges it)",
  ]);
});

test("a stack says itself whether it is protected", async () => {
  const configuration = { "pack-configured": { protected: true } };
  assert.deepEqual(brief(await analyze(setUp({ configuration }), OPEN)), [
    "mandatory green: colour is not known yet | Fix: wait",
  ]);
  const open = { "pack-configured": { protected: false } };
  const [violation] = await analyze(setUp({ configuration: open }), { ...OPEN, stack: "prod" });
  assert.equal(violation?.level, "advisory");
});

test("an exemption lets one resource pass, and says so", async () => {
  const policies = setUp({ exemptions: [exemption()] });
  assert.deepEqual(brief(await analyze(policies, THING)), [
    "advisory green: colour is red (exempted by ada until 2026-12-24: the paint is late) | Fix: paint it green",
  ]);
  assert.equal((await analyze(policies, { ...THING, name: "b" }))[0]?.level, "mandatory");
  assert.equal((await analyze(policies, { ...THING, stack: "prod" }))[0]?.level, "mandatory");
});

test("an exemption holds from one rule alone, and for a rule about the stack too", async () => {
  const policies = setUp({ rules: [green, alike], exemptions: [exemption({ rule: "alike" })] });
  assert.equal((await analyze(policies, THING))[0]?.level, "mandatory");
  assert.equal((await analyzeStack(policies, [ROOT, THING]))[0]?.level, "advisory");
});

test("an exemption holds on its last day, and no longer", async () => {
  const lastDay = setUp({ exemptions: [exemption({ expires: TODAY })] });
  assert.equal((await analyze(lastDay, THING))[0]?.level, "advisory");
  const expired = setUp({ exemptions: [exemption({ expires: "2026-11-23" })] });
  assert.deepEqual(brief(await analyze(expired, THING)), [
    "mandatory green: colour is red (the exemption by ada expired on 2026-11-23) | Fix: paint it green",
  ]);
});

test("an exemption that nothing needs is mentioned, on its own stack", async () => {
  const prod = URN.replace("urn:pulumi:test", "urn:pulumi:prod");
  const policies = setUp({ exemptions: [exemption(), exemption({ urn: prod })] });
  const good = { ...THING, props: { colour: "green" } };
  await analyze(policies, good);
  const found = await analyzeStack(policies, [ROOT, good]);
  assert.deepEqual(brief(found), [
    `advisory exemptions-used: ${URN} needs no exemption from green | Fix: let ada remove it from policy-config/exemptions.json`,
  ]);
  assert.equal(found[0]?.urn, urnOf(ROOT.type, ROOT.name));
  await analyze(policies, THING);
  assert.deepEqual(await analyzeStack(policies, [ROOT, THING]), []);
});

test("nothing is exempted from a rule that allows none", async () => {
  const policies = setUp({ rules: [strict], exemptions: [exemption({ rule: "strict" })] });
  assert.equal((await analyze(policies, THING))[0]?.level, "mandatory");
  assert.deepEqual(brief(await analyze(policies, ROOT)), [
    "mandatory pack-configured: policy-config/exemptions.json[0] is from strict, from which nothing is exempted | Fix: remove it",
  ]);
});

test("a level of the engine's changes nothing for a rule that cannot be switched off", async () => {
  // As the SDK treats levels from --policy-pack-config: it reports at them, and asks no policy that is disabled.
  const advisory = setUp({ rules: [strict, green] }).map((policy) => ({
    ...policy,
    enforcementLevel: "advisory" as const,
  }));
  assert.deepEqual(
    (await analyze(advisory, THING)).map(({ policy, level }) => [policy, level]),
    [
      ["strict", "mandatory"],
      ["green", "advisory"],
    ],
  );
  const disabled = setUp({ rules: [strict, green] }).filter(
    ({ name }) => !["strict", "green", "pack-configured"].includes(name),
  );
  assert.deepEqual(brief(await analyze(disabled, ROOT)), [
    "mandatory rules-stay-on: --policy-pack-config: pack-configured is disabled, and this rule cannot be switched off | Fix: leave its level out",
    "mandatory rules-stay-on: --policy-pack-config: strict is disabled, and this rule cannot be switched off | Fix: leave its level out",
  ]);
});

test("a level in the stack's file makes a rule milder, or leaves it out", async () => {
  const advisory = setUp({ configuration: { green: "advisory" } });
  assert.equal((await analyze(advisory, THING))[0]?.level, "advisory");
  const disabled = setUp({
    rules: [green, alike],
    configuration: { green: { enforcementLevel: "disabled" }, alike: "disabled" },
  });
  assert.deepEqual(await analyze(disabled, THING), []);
  assert.deepEqual(await analyzeStack(disabled, [ROOT, THING]), []);
});

test("all mistakes of configuration are refused on the stack itself, and once", async () => {
  const policies = setUp({
    rules: [green, limited],
    configuration: { gren: {}, limited: { limitt: 1, colours: [] } },
  });
  assert.deepEqual(brief(await analyze(policies, ROOT)), [
    "mandatory pack-configured: policy-config/test.json: gren is no rule of this pack | Fix: name one of pack-configured, green, limited",
    "mandatory limited: policy-config/test.json: limited.limit is not set | " +
      'Fix: write { "limited": { "limit": … } } into policy-config/test.json beside the folder of the pack (how many)',
    "mandatory limited: policy-config/test.json: limited.limitt is no property of this rule; it takes limit, colours | " +
      "Fix: correct it (see policy/rules/README.md#limited)",
    "mandatory limited: policy-config/test.json: limited.colours is empty | " +
      "Fix: correct it (see policy/rules/README.md#limited)",
  ]);
  assert.deepEqual(
    (await analyze(policies, THING)).map(({ policy }) => policy),
    ["green"],
  );
});

test("a mistake is told on the first resource where the stack itself is not analysed", async () => {
  const policies = setUp({ rules: [limited], configuration: { gren: {} } });
  const rules = async () => (await analyze(policies, THING)).map(({ policy }) => policy);
  assert.deepEqual(await rules(), ["pack-configured", "limited"]);
  assert.deepEqual(await rules(), []);
});

test("a rule that was left out is told on the first resource where the stack itself is not analysed", async () => {
  const policies = setUp({ rules: [strict] }).filter(({ name }) => name !== "strict");
  const rules = async () => (await analyze(policies, THING)).map(({ policy }) => policy);
  assert.deepEqual(await rules(), ["rules-stay-on"]);
  assert.deepEqual(await rules(), []);
});

test("a rule about the stack, which comes later, is not taken for one that was left out", async () => {
  const policies = setUp({ rules: [{ ...alike, isExemptible: false }] });
  assert.deepEqual(await analyze(policies, ROOT), []);
});

test("the engine is told what a rule takes, but not what it needs", () => {
  const [, policy] = setUp({ rules: [limited] });
  const { properties } = limited.configSchema ?? {};
  assert.deepEqual(policy?.configSchema, { properties });
  const [, plain] = setUp();
  assert.ok(!("configSchema" in (plain ?? { configSchema: {} })));
});

test("a rule sees the settings of a resource's provider, and what a resource waits for", async () => {
  const seeing: StackRule = {
    ...text("seeing"),
    judgeStack: (resources) =>
      resources.map(({ urn, provider, parent, dependencies }) => ({
        urn,
        path: "all",
        problem: JSON.stringify({ provider, parent, dependencies }),
        fix: "none",
      })),
  };
  const provider = { type: "pulumi:providers:test", name: "p", props: { context: "prod" } };
  const first = { ...THING, name: "0" };
  const second = { ...THING, name: "1", provider, parent: URN, dependencies: [URN] };
  const found = await analyzeStack(setUp({ rules: [seeing] }), [first, THING, second]);
  const seen = found.map(({ message }) => message.split("\n")[1]?.replace("all ", "") ?? "");
  assert.deepEqual(
    seen.map((text) => JSON.parse(text) as unknown),
    [
      { dependencies: [] },
      {
        provider: { ...provider, urn: urnOf(provider.type, provider.name) },
        parent: URN,
        dependencies: [URN],
      },
      { dependencies: [] },
    ],
  );
});

test("a rule about the stack that is configured wrongly judges nothing", async () => {
  const rule = { ...alike, configSchema: limited.configSchema };
  const found = await analyzeStack(setUp({ rules: [rule as StackRule] }), [ROOT, THING]);
  assert.deepEqual(
    found.map(({ message }) => message.split("\n")[1]),
    ["policy-config/test.json: alike.limit is not set"],
  );
});

test("a rule gets what is configured for it", async () => {
  const policies = setUp({ rules: [limited], configuration: { limited: { limit: 3 } } });
  assert.deepEqual(brief(await analyze(policies, THING)), [
    "mandatory limited: limit is 3 | Fix: none",
  ]);
});
