import { previewChange } from "../change-stack.ts";
import type { Command } from "../command.ts";
import { operationFlags, targetFlags, unsupportedFlags, updateFlags } from "../operation-flags.ts";
import { openOperationSession } from "../operation-session.ts";

export const previewCommands: readonly Command[] = [
  {
    words: ["preview"],
    aliases: ["pre"],
    summary: "Show what an update would do, and change nothing",
    flags: { ...operationFlags, ...targetFlags, ...updateFlags },
    unsupported: unsupportedFlags,
    examples: [
      "pulumi preview --stack dev",
      "pulumi preview --diff",
      "pulumi preview --json > preview.json",
      "pulumi preview --expect-no-changes   (exit code 7 when there are some)",
    ],
    async run(args, process) {
      const session = await openOperationSession(args, process);
      const { exitCode } = await previewChange({ kind: "update", session, args, process });
      return exitCode;
    },
  },
];
