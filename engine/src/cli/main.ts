import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import type { Command, CommandProcess } from "./command.ts";
import { findCommand, leadingWords } from "./find-command.ts";
import { globalFlags } from "./global-flags.ts";
import { renderCommandHelp, renderHelp, renderVerbHelp } from "./help.ts";
import { nearestOf } from "./nearest.ts";
import { parseArguments } from "./parse-arguments.ts";
import { readArguments } from "./read-arguments.ts";
import { verbAliases, verbs } from "./verb-table.ts";

const internalErrorExitCode = 255;
/** Help that nobody asked for: scripts must see that nothing was done. */
const missingCommandExitCode = 1;

/** Runs one command line and gives its exit code; errors are printed, never thrown. */
export async function main(args: readonly string[], process: CommandProcess): Promise<number> {
  try {
    return await dispatch(expandAlias(args), process);
  } catch (error) {
    return reportError(error, process);
  }
}

function expandAlias(args: readonly string[]): readonly string[] {
  const [first] = leadingWords(args);
  if (first === undefined || !Object.hasOwn(verbAliases, first.text)) return args;
  return args.toSpliced(first.index, 1, ...(verbAliases[first.text] ?? "").split(" "));
}

async function dispatch(args: readonly string[], process: CommandProcess): Promise<number> {
  const words = leadingWords(args);
  const wantsHelp = args.includes("--help") || args.includes("-h") || words[0]?.text === "help";
  const [first, second] = words[0]?.text === "help" ? words.slice(1) : words;
  if (first === undefined) {
    const { flags } = parseArguments(
      args.filter((arg) => arg !== "help"),
      { ...globalFlags, version: { summary: "" } },
    );
    if (flags["version"]) return dispatch(["version"], process);
    process.stdout.write(renderHelp(verbs));
    return wantsHelp ? 0 : missingCommandExitCode;
  }
  if (wantsHelp) return showHelp(args, await loadVerb(first.text), process);
  const commands = await loadVerb(first.text, second?.text);
  if (words.length === 1 && commands.every((command) => command.words.length > 1)) {
    process.stdout.write(renderVerbHelp(first.text, commands));
    return missingCommandExitCode;
  }
  return runCommand(commands, args, process);
}

async function loadVerb(word: string, next?: string): Promise<readonly Command[]> {
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (verb !== undefined) return (await verb.load(next)).filter(({ words }) => words[0] === word);
  const nearest = nearestOf(word, Object.keys(verbs));
  throw new UserError("unknown-command", `unknown command "${word}" for "pulumi"`, {
    help: nearest === undefined ? "pulumi --help lists what there is" : `did you mean pulumi ${nearest}?`,
  });
}

function showHelp(args: readonly string[], commands: readonly Command[], process: CommandProcess): number {
  const asked = args.filter((arg) => !["--help", "-h", "help"].includes(arg));
  const words = leadingWords(asked).map(({ text }) => text);
  const isExact = commands.some((command) => command.words.join(" ") === words.join(" "));
  if (isExact || commands.length === 1) {
    process.stdout.write(renderCommandHelp(findCommand(commands, asked).command));
  } else {
    process.stdout.write(renderVerbHelp(words[0] ?? "", commands));
  }
  return 0;
}

async function runCommand(
  commands: readonly Command[],
  args: readonly string[],
  process: CommandProcess,
): Promise<number> {
  const { command, rest } = findCommand(commands, args);
  const parsed = readArguments(command, rest, process.env);
  const directory = parsed.flags["cwd"];
  if (typeof directory !== "string") return command.run(parsed, process);
  return command.run(parsed, { ...process, cwd: resolve(process.cwd, directory) });
}

/** Prints an error as the official CLI does. Only a bug of the engine shows where it happened. */
export function reportError(error: unknown, process: CommandProcess): number {
  if (error instanceof UserError) {
    process.stderr.write(`error: ${error.message}\n`);
    if (error.help !== undefined) process.stderr.write(`  help: ${error.help}\n`);
    return error.exitCode;
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`error: the engine failed in a way it should not: ${shown}\n`);
  return internalErrorExitCode;
}
