import { join } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { packIn } from "./pack.ts";
import { readMessagesOnce } from "./remember.ts";
import { RULES } from "./rules/index.ts";
import { policiesOf } from "./sdk-policy.ts";

readMessagesOnce();
const pack = packIn(join(import.meta.dirname, ".."), RULES, new Date());
new PolicyPack("bookwyrm", { policies: policiesOf(pack) });
