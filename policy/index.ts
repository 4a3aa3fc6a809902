import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PolicyPackConfig, PolicyPack } from "@pulumi/policy";
import { getStack } from "@pulumi/pulumi";
import { asPolicy } from "./rule.ts";
import { RULES } from "./rules/index.ts";

/** The configuration of this stack; one given with --policy-pack-config replaces it. */
function stackConfiguration(): PolicyPackConfig {
  const file = join(import.meta.dirname, "../policy-config", `${getStack()}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as PolicyPackConfig) : {};
}

new PolicyPack("bookwyrm", { policies: RULES.map(asPolicy) }, stackConfiguration());
