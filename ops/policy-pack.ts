import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "./errors.ts";
import { isLocalStack } from "./stack-name.ts";
import type { VerbArguments } from "./verb.ts";

/** Flags of the verbs whose changes are judged. */
export const policyFlags = {
  "policy-pack": {
    type: "string",
    summary:
      "folder of the policy pack that judges the change, or none (default: policy, but none for dev and test)",
  },
} as const;

/** What the Automation API is told. */
export interface PolicyOptions {
  readonly policyPacks?: string[];
  readonly policyPackConfigs?: string[];
}

/**
 * The pack that judges a stack (one of a person's own machine on request only), with the pack's `config/STACK.json` where it has one.
 *
 * @throws UserError `policy-pack-unknown` where the folder is no policy pack.
 */
export function choosePolicyPack(
  stack: string,
  given: VerbArguments["flags"][string],
  root: string,
): PolicyOptions {
  const folder = typeof given === "string" ? given : isLocalStack(stack) ? "none" : join(root, "policy");
  if (folder === "none") return {};
  const pack = resolve(folder);
  if (!existsSync(join(pack, "PulumiPolicy.yaml"))) {
    throw new UserError("policy-pack-unknown", `${folder} is no policy pack: it has no PulumiPolicy.yaml`, {
      help: "give --policy-pack the folder of one, or none",
    });
  }
  const config = join(pack, "config", `${stack}.json`);
  return { policyPacks: [pack], ...(existsSync(config) && { policyPackConfigs: [config] }) };
}
