import { UserError } from "../../errors.ts";
import { type KeyAndPath, parseConfigKey, parseKeyPath } from "../../project/config-value.ts";
import type { CommandArguments } from "../command.ts";
import { switchFlag } from "../operation-options.ts";

export const pathFlag = { path: { summary: "The key is a path into a map or list" } };

/** It opens environments, which only Pulumi Cloud has. */
export const openFlag = { open: { summary: "Accepted and without effect: there are no environments" } };

/** The key that a command was given, and the path into its value with `--path`. @throws UserError `bad-config-key`, `bad-config-path`. */
export function configKey(text: string, args: CommandArguments, project: string): KeyAndPath {
  try {
    return switchFlag(args, "path")
      ? parseKeyPath(text, project)
      : { key: parseConfigKey(text, project), path: [] };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "bad-config-key") throw error;
    throw new UserError(error.code, `invalid configuration key: ${error.message}`, { cause: error });
  }
}
