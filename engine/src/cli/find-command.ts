import { UserError } from "../errors.ts";
import type { Command } from "./command.ts";
import { globalFlags } from "./global-flags.ts";
import { nearestOf } from "./nearest.ts";

/** One argument as it was given, and where. */
interface Word {
  readonly text: string;
  readonly index: number;
}

const globalNames: ReadonlyMap<string, boolean> = new Map(
  Object.entries(globalFlags).flatMap(([name, flag]) => [
    [`--${name}`, flag.value !== undefined] as const,
    ...(flag.short === undefined ? [] : [[`-${flag.short}`, flag.value !== undefined] as const]),
  ]),
);

/** The words before the first flag that is not a global one: the command's own, then its first positionals. */
export function leadingWords(args: readonly string[]): Word[] {
  const words: Word[] = [];
  for (let index = 0; index < args.length; index++) {
    const text = args[index] ?? "";
    if (!text.startsWith("-")) {
      words.push({ text, index });
      continue;
    }
    const [name = ""] = text.split("=");
    const takesValue = globalNames.get(name);
    if (takesValue === undefined) break;
    if (takesValue && !text.includes("=")) index++;
  }
  return words;
}

/** The command that the words call, the longest first, and the arguments without those words. */
export function findCommand(
  commands: readonly Command[],
  args: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  const words = leadingWords(args);
  const calls = (command: Command) =>
    [command.words, ...(command.aliases ?? []).map((alias) => [...command.words.slice(0, -1), alias])].find(
      (call) => call.every((word, position) => words[position]?.text === word),
    );
  const [best] = commands
    .map((command) => ({ command, call: calls(command) }))
    .filter((found) => found.call !== undefined)
    .sort((a, b) => b.command.words.length - a.command.words.length);
  if (best === undefined) throw unknownCommand(words, commands);
  const used = new Set(words.slice(0, best.command.words.length).map(({ index }) => index));
  return { command: best.command, rest: args.filter((_, index) => !used.has(index)) };
}

function unknownCommand(words: readonly Word[], commands: readonly Command[]): UserError {
  const [verb = "", second] = words.map(({ text }) => text);
  const known = commands.map((command) => command.words[1]).filter((word) => word !== undefined);
  const nearest = second === undefined ? undefined : nearestOf(second, known);
  const given = second === undefined ? verb : `${verb} ${second}`;
  return new UserError("unknown-command", `unknown command "${given}" for "pulumi"`, {
    help:
      nearest === undefined
        ? `pulumi ${verb} --help lists what there is`
        : `did you mean pulumi ${verb} ${nearest}?`,
  });
}
