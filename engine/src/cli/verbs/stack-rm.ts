import { rename, rm, stat } from "node:fs/promises";
import { UserError } from "../../errors.ts";
import { stackSettingsPath } from "../../project/stack-settings.ts";
import { readProject } from "../../project/workspace.ts";
import { fullStackName } from "../../state/checkpoint-write.ts";
import { parseStackName } from "../../state/stack-names.ts";
import type { Command, CommandArguments } from "../command.ts";
import { confirmByTyping, isConfirmed, isInteractive } from "../confirm.ts";
import { switchFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";
import { requiredArgument } from "../refuse-arguments.ts";
import { openStackSession, type StackSession, stackArgument } from "../stack-session.ts";

export const stackRemoveCommand: Command = {
  words: ["stack", "rm"],
  aliases: ["remove", "delete"],
  summary: "Remove a stack without resources, with its history and settings",
  positionals: "[NAME]",
  flags: {
    force: { short: "f", summary: "Remove it though it has resources; they stay where they are" },
    "preserve-config": { summary: "Keep Pulumi.<stack>.yaml" },
    "remove-backups": { summary: "Remove the backups of its state too" },
  },
  examples: ["pulumi stack rm dev --yes"],
  async run(args, process) {
    const session = await openStackSession(args, process, stackArgument(args));
    if (!(await isRemovalApproved(session, args))) return 1;
    await removeStack(session, args);
    if (!switchFlag(args, "preserve-config")) await removeSettings(session);
    printLine(`Stack '${session.name}' has been removed!`, process);
    await session.selection?.write(undefined);
    return 0;
  },
};

async function isRemovalApproved({ name, process }: StackSession, args: CommandArguments): Promise<boolean> {
  if (isConfirmed(args, process)) return true;
  if (!isInteractive(process, switchFlag(args, "non-interactive"))) {
    throw new UserError("not-approved", "non-interactive mode requires --yes flag");
  }
  return confirmByTyping(name, `This will permanently remove the '${name}' stack!`, process);
}

async function removeStack(
  { backend, reference, name }: StackSession,
  args: CommandArguments,
): Promise<void> {
  const options = { force: switchFlag(args, "force"), removeBackups: switchFlag(args, "remove-backups") };
  try {
    await backend.remove(reference, options);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "stack-has-resources") throw error;
    throw new UserError(
      error.code,
      `'${name}' still has resources; removal rejected. Possible actions:\n` +
        `- Make sure that '${name}' is the stack that you want to destroy\n` +
        "- Run `pulumi destroy` to delete the resources, then run `pulumi stack rm`\n" +
        "- Run `pulumi stack rm --force` to override this error",
    );
  }
}

async function removeSettings({ project, reference }: StackSession): Promise<void> {
  if (project === undefined || project.name !== reference.project) return;
  await rm(stackSettingsPath(project, reference.stack), { force: true });
}

export const stackRenameCommand: Command = {
  words: ["stack", "rename"],
  summary: "Give a stack another name, in its state too",
  positionals: "NEW-NAME",
  flags: {},
  examples: ["pulumi stack rename production --stack prod"],
  async run(args, process) {
    const newName = requiredArgument(args);
    const session = await openStackSession(args, process);
    const project = await readProject(process.cwd);
    const to = parseStackName(newName, project.name);
    await session.backend.rename(session.reference, to);
    const path = stackSettingsPath(project, session.reference.stack);
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (exists) await rename(path, stackSettingsPath(project, to.stack));
    await session.selection?.write(fullStackName(to));
    printLine(`Renamed ${session.name} to ${session.nameOf(to)}`, process);
    return 0;
  },
};
