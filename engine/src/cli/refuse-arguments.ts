import { UserError } from "../errors.ts";
import type { CommandArguments } from "./command.ts";

/** A word after a command that takes none is a command nobody knows. @throws UserError `unknown-command`. */
export function refuseArguments({ positionals }: CommandArguments, words: string): void {
  const [first] = positionals;
  if (first === undefined) return;
  throw new UserError("unknown-command", `unknown command "${first}" for "pulumi ${words}"`, {
    help: `pulumi ${words} --help lists what there is`,
    exitCode: 2,
  });
}
