import { performChange } from "../change-stack.ts";
import type { Command } from "../command.ts";
import {
  changeFlags,
  operationFlags,
  planFlags,
  targetFlags,
  unsupportedFlags,
  updateFlags,
} from "../operation-flags.ts";
import { openOperationSession } from "../operation-session.ts";
import { readPlan, refuseStrictWithoutPreview } from "../plan-flags.ts";

export const upCommands: readonly Command[] = [
  {
    words: ["up"],
    aliases: ["update"],
    summary: "Create, update and delete resources until they are what the program describes",
    flags: { ...operationFlags, ...targetFlags, ...updateFlags, ...changeFlags, ...planFlags },
    unsupported: unsupportedFlags,
    examples: [
      "pulumi up --stack dev",
      "pulumi up --yes --refresh",
      "pulumi up --plan plan.json",
      "pulumi up --skip-preview --target '**Container::api'",
    ],
    async run(args, process) {
      const session = await openOperationSession(args, process);
      refuseStrictWithoutPreview(args);
      const plan = await readPlan(session, args, process);
      const { exitCode } = await performChange({ kind: "update", session, args, process, plan });
      return exitCode;
    },
  },
];
