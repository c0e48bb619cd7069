import { UserError } from "../../errors.ts";
import { performChange } from "../change-stack.ts";
import type { Command } from "../command.ts";
import { changeFlags, operationFlags, targetFlags, unsupportedFlags } from "../operation-flags.ts";
import { runsProgram, switchFlag } from "../operation-options.ts";
import { openOperationSession } from "../operation-session.ts";
import { settlePendingCreates } from "../pending-creates.ts";

export const refreshCommands: readonly Command[] = [
  {
    words: ["refresh"],
    summary: "Bring the recorded state up to what exists",
    flags: {
      ...operationFlags,
      ...targetFlags,
      ...changeFlags,
      "preview-only": { summary: "Show what differs, and record nothing" },
      "clear-pending-creates": { summary: "Forget creations that were interrupted" },
      "import-pending-creates": {
        value: "URN|ID",
        multiple: true,
        summary: "Record what an interrupted creation made: its URN, then once more with its id",
      },
      "skip-pending-creates": { summary: "Leave interrupted creations alone, and ask nobody about them" },
      "run-program": { summary: "Run the program to find providers and options" },
    },
    unsupported: unsupportedFlags,
    examples: [
      "pulumi refresh --stack dev",
      "pulumi refresh --preview-only --diff",
      "pulumi refresh --yes",
      "pulumi refresh --import-pending-creates URN --import-pending-creates ID",
    ],
    async run(args, process) {
      if (switchFlag(args, "skip-pending-creates") && switchFlag(args, "clear-pending-creates")) {
        throw new UserError(
          "bad-usage",
          "cannot set both --skip-pending-creates and --clear-pending-creates",
        );
      }
      const session = await openOperationSession(args, process, {
        validates: runsProgram(args, process.env),
      });
      const settled = switchFlag(args, "skip-pending-creates")
        ? args
        : await settlePendingCreates(args, process, session.store);
      const { exitCode } = await performChange({ kind: "refresh", session, args: settled, process });
      return exitCode;
    },
  },
];
