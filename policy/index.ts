import { PolicyPack } from "@pulumi/policy";
import { RULES } from "./rules/index.ts";
import { asPolicy } from "./sdk-policy.ts";

new PolicyPack("bookwyrm", { policies: RULES.map(asPolicy) });
