export { engineCommand, isEngineCommand } from "./engine-command.ts";
export { type CommandLineOptions, type CommandLineOutcome, runCommandLine } from "./run-command-line.ts";
