import { previewChange } from "../change-stack.ts";
import type { Command } from "../command.ts";
import {
  operationFlags,
  policyFlags,
  savePlanFlags,
  targetFlags,
  unsupportedFlags,
  updateFlags,
} from "../operation-flags.ts";
import { openProgramSession } from "../operation-session.ts";
import { savePlan } from "../plan-flags.ts";

export const previewCommands: readonly Command[] = [
  {
    words: ["preview"],
    aliases: ["pre"],
    summary: "Show what an update would do, and change nothing",
    flags: {
      ...operationFlags,
      ...targetFlags,
      ...updateFlags,
      ...savePlanFlags,
      "import-file": { value: "FILE", summary: "Write what would be created, as a file for pulumi import" },
      ...policyFlags,
    },
    unsupported: unsupportedFlags,
    examples: [
      "pulumi preview --stack dev",
      "pulumi preview --diff",
      "pulumi preview --save-plan plan.json",
      "pulumi preview --json > preview.json",
      "pulumi preview --expect-no-changes   (exit code 7 when there are some)",
    ],
    async run(args, process) {
      const session = await openProgramSession(args, process);
      const { exitCode, result } = await previewChange({ kind: "update", session, args, process });
      if (exitCode === 0) await savePlan(result?.plan, session, args, process);
      return exitCode;
    },
  },
];
