import { UserError } from "../../errors.ts";
import { performChange, type StackChange } from "../change-stack.ts";
import type { Command } from "../command.ts";
import { keptByProtection } from "../kept-resources.ts";
import {
  changeFlags,
  deletingFlags,
  operationFlags,
  targetFlags,
  unsupportedFlags,
} from "../operation-flags.ts";
import { listFlag, runsProgram, switchFlag, wantsJson } from "../operation-options.ts";
import { openOperationSession } from "../operation-session.ts";

/** How many resources are protected, or needed by one that is, and how many there are. */
async function countProtected(change: StackChange): Promise<{ readonly kept: number; readonly all: number }> {
  const { resources } = await change.session.store.load();
  return { kept: keptByProtection(resources).size, all: resources.length };
}

async function destroyStack(change: StackChange): Promise<number> {
  const { args, process, session } = change;
  const say = (text: string) => {
    if (!wantsJson(args)) process.stdout.write(text);
  };
  const isTargeted = listFlag(args, "target").length > 0;
  if (isTargeted && switchFlag(args, "exclude-protected")) {
    throw new UserError("bad-usage", "you cannot specify --target and --exclude-protected");
  }
  const { stack } = session.store.reference;
  const { kept, all } = switchFlag(args, "exclude-protected")
    ? await countProtected(change)
    : { kept: 0, all: 0 };
  const still = `There are still ${kept} protected resources associated with this stack.\n`;
  if (kept > 0 && kept === all) {
    say(`There were no unprotected resources to destroy. ${still}`);
    return 0;
  }
  const { exitCode, result } = await performChange({ ...change, kind: "destroy" });
  if (exitCode !== 0 || result === undefined || switchFlag(args, "preview-only")) return exitCode;
  if (kept > 0) say(`All unprotected resources were destroyed. ${still}`);
  else if (isTargeted) return exitCode;
  else if (switchFlag(args, "remove")) {
    await session.removeStack();
    say("The resources in the stack have been deleted, and the history and configuration removed.\n");
  } else {
    say(
      "The resources in the stack have been deleted, but the history and configuration associated with the " +
        `stack are still maintained. \nIf you want to remove the stack completely, run \`pulumi stack rm ${stack}\`.\n`,
    );
  }
  return exitCode;
}

export const destroyCommands: readonly Command[] = [
  {
    words: ["destroy"],
    aliases: ["down", "dn"],
    summary: "Delete all resources of a stack",
    flags: {
      ...operationFlags,
      ...targetFlags,
      ...changeFlags,
      ...deletingFlags,
      "preview-only": { summary: "Show what would be deleted, and delete nothing" },
      refresh: { short: "r", summary: "Refresh the state first" },
      "exclude-protected": { summary: "Leave protected resources, and what they need" },
      remove: { summary: "Remove the stack too, when nothing is left" },
      "continue-on-error": { summary: "Go on with what does not depend on a failure" },
      "run-program": { summary: "Run the program to find providers and options" },
    },
    unsupported: unsupportedFlags,
    examples: [
      "pulumi destroy --stack dev",
      "pulumi destroy --yes --exclude-protected",
      "pulumi destroy --preview-only",
    ],
    async run(args, process) {
      const session = await openOperationSession(args, process, {
        validates: runsProgram(args, process.env),
        keepsRecordedSecrets: true,
        goesWithoutProject: true,
      });
      return destroyStack({ kind: "destroy", session, args, process });
    },
  },
];
