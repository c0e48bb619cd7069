import type { Command, Flag } from "./command.ts";
import { globalFlags } from "./global-flags.ts";

function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
}

function flagRow(name: string, flag: Flag): readonly [string, string] {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  const value =
    flag.value === undefined ? "" : flag.bare === undefined ? ` ${flag.value}` : `[=${flag.value}]`;
  return [`${short}--${name}${value}`, flag.summary + (flag.multiple ? " (repeatable)" : "")];
}

function flagTable(flags: { readonly [name: string]: Flag }): string {
  return columns(Object.entries(flags).map(([name, flag]) => flagRow(name, flag)));
}

/** The help of one command. */
export function renderCommandHelp(command: Command): string {
  const call = ["pulumi", ...command.words, command.positionals]
    .filter((word) => word !== undefined)
    .join(" ");
  const own = Object.keys(command.flags).length === 0 ? "" : `\nFlags:\n${flagTable(command.flags)}`;
  const examples = (command.examples ?? []).map((example) => `  ${example}\n`).join("");
  return [
    `${command.summary}\n\nUsage:\n  ${call} [flags]\n`,
    examples === "" ? "" : `\nExamples:\n${examples}`,
    own,
    `\nGlobal flags:\n${flagTable(globalFlags)}`,
  ].join("");
}

/** The help of a verb that has several commands. */
export function renderVerbHelp(verb: string, commands: readonly Command[]): string {
  const rows = commands.map((command) => [command.words.join(" "), command.summary] as const);
  return `Usage:\n  pulumi ${verb} COMMAND [flags]\n\nCommands:\n${columns(rows)}\nMore: pulumi ${verb} COMMAND --help\n`;
}

/** The help of the program. */
export function renderHelp(verbs: { readonly [word: string]: { readonly summary: string } }): string {
  const rows = Object.entries(verbs).map(([word, { summary }]) => [word, summary] as const);
  return [
    "The deployment engine's command line: the verbs, flags and exit codes of the Pulumi CLI that this engine answers.\n",
    "\nUsage:\n  pulumi COMMAND [flags]\n",
    `\nCommands:\n${columns(rows)}`,
    "\nExamples:\n  pulumi up --stack dev --yes\n  pulumi preview --diff\n  pulumi stack output --json\n",
    `\nGlobal flags:\n${flagTable(globalFlags)}`,
    "\nMore: pulumi COMMAND --help\n",
  ].join("");
}
