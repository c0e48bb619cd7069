import { UserError } from "../errors.ts";
import type { PolicyPackSource } from "../policy/load-policy-pack.ts";
import type { CommandArguments } from "./command.ts";
import { listFlag } from "./operation-options.ts";

/** The policy packs of `--policy-pack`, each with its `--policy-pack-config`. @throws UserError `bad-usage` */
export function policyPackSources(args: CommandArguments): readonly PolicyPackSource[] {
  const packs = values(args, "policy-pack");
  const configs = values(args, "policy-pack-config");
  if (configs.length > 0 && packs.length === 0) {
    throw new UserError("bad-usage", '"--policy-pack-config" must be specified with "--policy-pack"');
  }
  if (configs.length > 0 && configs.length !== packs.length) {
    throw new UserError(
      "bad-usage",
      'the number of "--policy-pack-config" flags must match the number of "--policy-pack" flags',
    );
  }
  return packs.map((path, index) => ({ path, config: configs[index] || undefined }));
}

/** Several values may share one flag, with commas between them. */
function values(args: CommandArguments, flag: string): readonly string[] {
  return listFlag(args, flag).flatMap((value) => value.split(","));
}
