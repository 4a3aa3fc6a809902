import type { RuleConfig } from "./configuration.ts";
import type { Exemption } from "./exemptions.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { configurationFile, exemptionFrom, type Pack, stackOf } from "./pack.ts";
import { PACK_CONFIGURED } from "./pack-rules.ts";
import type { Finding, RuleText } from "./rule.ts";
import { type Settings, settingsOf } from "./settings.ts";

const PROTECTED_STACKS = ["staging", "prod"];

/** Settings, and what they were put together from. */
interface Known {
  readonly stack: string;
  readonly given: string;
  readonly settings: Settings;
}

/** One run of the engine: what its policies learn for each other. */
export class Run {
  readonly pack: Pack;
  readonly #used = new Set<Exemption>();
  readonly #settings = new Map<string, Known>();
  readonly #told = new Set<string>();
  #ofPack: Settings | undefined;

  constructor(pack: Pack) {
    this.pack = pack;
  }

  /** @param fromEngine what --policy-pack-config says about the rule */
  settings(rule: RuleText, urn: string, fromEngine: RuleConfig): Settings {
    const stack = stackOf(urn);
    // Asked by every rule about every resource, and nearly always of nothing.
    const given = Object.keys(fromEngine).length === 0 ? "" : JSON.stringify(fromEngine);
    const known = this.#settings.get(rule.name);
    if (known?.stack === stack && known.given === given) return known.settings;
    const settings = settingsOf(rule, {
      file: configurationFile(stack),
      fromFile: this.pack.configuration(stack).rules.get(rule.name),
      fromEngine,
    });
    this.#settings.set(rule.name, { stack, given, settings });
    if (rule === PACK_CONFIGURED) this.#ofPack = settings;
    return settings;
  }

  /** Whether the engine has asked a rule anything: it asks none that --policy-pack-config disables. */
  isAsked(rule: RuleText): boolean {
    return this.#settings.has(rule.name);
  }

  /** Whether a rule has not said yet that it is configured wrongly: once is enough. */
  isFirstTime(rule: RuleText): boolean {
    const isFirst = !this.#told.has(rule.name);
    this.#told.add(rule.name);
    return isFirst;
  }

  outcome(rule: RuleText, urn: string, finding: Finding): Outcome {
    const exemption = exemptionFrom(this.pack, rule.name, urn);
    if (exemption !== undefined) this.#used.add(exemption);
    return outcomeOf(finding, {
      exemption,
      isProtected: this.#isProtected(urn),
      today: this.pack.today,
    });
  }

  /** Exemptions of a stack that nothing has needed so far. */
  unusedExemptions(stack: string): readonly Exemption[] {
    return this.pack.exemptions.entries.filter(
      (exemption) => stackOf(exemption.urn) === stack && !this.#used.has(exemption),
    );
  }

  #isProtected(urn: string): boolean {
    const { config } = this.#ofPack ?? this.settings(PACK_CONFIGURED, urn, {});
    const { protected: isProtected = PROTECTED_STACKS.includes(stackOf(urn)) } = config;
    // What is neither true nor false has been refused.
    return isProtected !== false;
  }
}
