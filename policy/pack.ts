import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules.ts";
import { toPolicy } from "./to-policy.ts";

new PolicyPack("trials", { policies: rules.map(toPolicy) });
