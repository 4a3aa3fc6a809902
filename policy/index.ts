import { PolicyPack } from "@pulumi/policy";
import { asPolicy } from "./rule.ts";
import { RULES } from "./rules/index.ts";

new PolicyPack("bookwyrm", { policies: RULES.map(asPolicy) });
