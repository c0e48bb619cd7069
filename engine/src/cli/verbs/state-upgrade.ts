import { findBackend } from "../../project/backend-url.ts";
import { findProjectFile, readProject } from "../../project/workspace.ts";
import { upgradeBackend } from "../../state/upgrade-backend.ts";
import type { Command } from "../command.ts";
import { asksToConfirm, confirm } from "../confirm.ts";
import { printLine } from "../print-json.ts";

const QUESTION =
  "This will upgrade the current backend to the latest supported version.\n" +
  "Older versions of Pulumi will not be able to read the new format.\n" +
  "Are you sure you want to proceed?";

export const stateUpgradeCommand: Command = {
  words: ["state", "upgrade"],
  summary: "Give every stack of a backend in the old layout a project",
  flags: {},
  examples: ["pulumi state upgrade --yes"],
  async run(args, process) {
    const { cwd, env } = process;
    const project = findProjectFile(cwd) === undefined ? undefined : await readProject(cwd);
    const { root } = await findBackend({ env, cwd, project });
    if (asksToConfirm(args, process) && !(await confirm(QUESTION, process))) {
      printLine("Upgrade cancelled", process);
      return 0;
    }
    const { upgraded, skipped } = await upgradeBackend({ root, env });
    for (const { stack, reason } of skipped) {
      process.stderr.write(`warning: Skipping stack "${stack}": ${reason}\n`);
    }
    process.stderr.write(`Upgraded ${upgraded} stack(s) to project mode\n`);
    return 0;
  },
};
