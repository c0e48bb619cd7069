import { performChange } from "../change-stack.ts";
import type { Command } from "../command.ts";
import {
  changeFlags,
  operationFlags,
  targetFlags,
  unsupportedFlags,
  updateFlags,
} from "../operation-flags.ts";
import { openOperationSession } from "../operation-session.ts";

export const upCommands: readonly Command[] = [
  {
    words: ["up"],
    aliases: ["update"],
    summary: "Create, update and delete resources until they are what the program describes",
    flags: { ...operationFlags, ...targetFlags, ...updateFlags, ...changeFlags },
    unsupported: unsupportedFlags,
    examples: [
      "pulumi up --stack dev",
      "pulumi up --yes --refresh",
      "pulumi up --skip-preview --target '**Container::api'",
    ],
    async run(args, process) {
      const session = await openOperationSession(args, process);
      const { exitCode } = await performChange({ kind: "update", session, args, process });
      return exitCode;
    },
  },
];
