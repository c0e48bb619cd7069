import { PULUMI_VERSION } from "../../version.ts";
import type { Command } from "../command.ts";
import { printLine } from "../print-json.ts";

/** A file of its own: who asks for the version needs nothing that works on stacks. */
export const versionCommands: readonly Command[] = [
  {
    words: ["version"],
    summary: "Print the version of the Pulumi CLI that this engine stands in for",
    flags: {},
    async run(_args, process) {
      printLine(PULUMI_VERSION, process);
      return 0;
    },
  },
];
