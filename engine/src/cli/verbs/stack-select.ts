import { UserError } from "../../errors.ts";
import { fullStackName } from "../../state/checkpoint-write.ts";
import { stackNotFound } from "../../state/file-store.ts";
import type { Command } from "../command.ts";
import { switchFlag } from "../operation-options.ts";
import { openWorkspace, stackArgument, stackOf } from "../stack-session.ts";
import { initStack, secretsProviderFlag } from "./stack-init.ts";

export const stackSelectCommand: Command = {
  words: ["stack", "select"],
  summary: "Make a stack the one that commands work on",
  positionals: "[NAME]",
  flags: { create: { short: "c", summary: "Make the stack if it is not there" }, ...secretsProviderFlag },
  examples: ["pulumi stack select dev", "pulumi stack select dev --create"],
  async run(args, process) {
    const name = stackArgument(args);
    const workspace = await openWorkspace(args, process);
    if (name === undefined) {
      throw new UserError("no-stack", "no stack selected; specify a stack name with --stack", {
        exitCode: 6,
      });
    }
    const session = stackOf(workspace, name);
    if (!(await session.store.exists())) {
      if (!switchFlag(args, "create")) throw stackNotFound(session.name);
      await initStack(session, args);
    }
    await session.selection?.write(fullStackName(session.reference));
    return 0;
  },
};

export const stackUnselectCommand: Command = {
  words: ["stack", "unselect"],
  summary: "Select no stack",
  flags: {},
  async run(args, process) {
    const { selection } = await openWorkspace(args, process);
    if ((await selection?.read()) === undefined) return 0;
    await selection?.write(undefined);
    process.stderr.write("Stack was unselected\n");
    return 0;
  },
};
