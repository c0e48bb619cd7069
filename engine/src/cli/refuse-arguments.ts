import { UserError } from "../errors.ts";
import type { Command, CommandArguments } from "./command.ts";

/** A word too many or too few is a mistake: a value without quotes, say. @throws UserError `unknown-command`, `bad-usage`. */
export function refuseArguments({ positionals: given }: CommandArguments, command: Command): void {
  const [first] = given;
  const { words, positionals } = command;
  if (positionals === undefined) {
    if (first === undefined) return;
    throw unknownCommand(first, words.join(" "));
  }
  const { required, most } = countsOf(positionals);
  if (given.length >= required && given.length <= most) return;
  if (given.length < required && required !== most) {
    const problem = `requires at least ${required} arg(s), only received ${given.length}`;
    throw new UserError("bad-usage", problem);
  }
  const accepted = required === most ? `${most}` : `at most ${most}`;
  throw new UserError("bad-usage", `accepts ${accepted} arg(s), received ${given.length}`);
}

/** An argument that a command cannot do without: `refuseArguments` has seen that it is there. */
export function requiredArgument({ positionals }: CommandArguments, position = 0): string {
  const value = positionals[position];
  if (value === undefined) throw new Error(`a command asks for argument ${position}, which it does not list`);
  return value;
}

/** How many arguments `KEY [VALUE]` or `URN...` stand for; after a `|` between blanks anything goes. */
function countsOf(positionals: string): { readonly required: number; readonly most: number } {
  const wordsOf = (text: string) => text.split(/[\s[\]]+/).filter((word) => word !== "").length;
  const isEndless = positionals.includes("...") || positionals.includes(" | ");
  return {
    required: wordsOf(positionals.replace(/\[.*\]/, "")),
    most: isEndless ? Number.POSITIVE_INFINITY : wordsOf(positionals),
  };
}

/** After a command that takes no arguments. */
function unknownCommand(word: string, words: string): UserError {
  return new UserError("unknown-command", `unknown command "${word}" for "pulumi ${words}"`, {
    help: `pulumi ${words} --help lists what there is`,
  });
}
