import { UserError } from "../errors.ts";
import type { Command, CommandArguments, CommandProcess } from "./command.ts";
import { withEnvironmentFlags } from "./environment-flags.ts";
import { globalFlags } from "./global-flags.ts";
import { parseArguments } from "./parse-arguments.ts";
import { refuseArguments } from "./refuse-arguments.ts";

const COLORS: readonly unknown[] = ["auto", "always", "never", "raw"];

/** What a command is given: its arguments, and the flags that stand in the environment. @throws UserError `bad-usage`, `unknown-command`. */
export function readArguments(
  command: Command,
  args: readonly string[],
  env: CommandProcess["env"],
): CommandArguments {
  const flags = { ...globalFlags, ...command.flags };
  const parsed = withEnvironmentFlags(parseArguments(args, flags, command.unsupported), flags, env);
  const { color = "auto" } = parsed.flags;
  if (!COLORS.includes(color)) {
    throw new UserError(
      "bad-usage",
      `unsupported color option: '${color}'.  Supported values are: auto, always, never, raw`,
    );
  }
  refuseArguments(parsed, command);
  return parsed;
}
