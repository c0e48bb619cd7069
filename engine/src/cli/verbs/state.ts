import { UserError } from "../../errors.ts";
import { deleteResources, renameResource } from "../../state/edit-resources.ts";
import type { ResourceState } from "../../state/resource.ts";
import type { Command } from "../command.ts";
import { isInteractive } from "../confirm.ts";
import { switchFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";
import { EDIT_NOTE, editState, givenUrns } from "./edit-state.ts";
import { stateEditCommand } from "./state-edit.ts";
import { stateGetCommand } from "./state-get.ts";
import { stateMarkCommands } from "./state-mark.ts";
import { stateMoveCommand } from "./state-move.ts";
import { stateRepairCommand } from "./state-repair.ts";
import { stateUpgradeCommand } from "./state-upgrade.ts";

const deleteCommand: Command = {
  words: ["state", "delete"],
  aliases: ["rm", "remove"],
  summary: "Forget resources; what they stand for stays where it is",
  positionals: "[URN...]",
  flags: {
    all: { summary: "All resources" },
    force: { summary: "Also protected resources" },
    "target-dependents": { summary: "Also what depends on them" },
  },
  examples: ["pulumi state delete 'urn:pulumi:dev::app::pkg:index:Thing::a'"],
  async run(args, process) {
    const given = givenUrns(args);
    if (given === "all" && args.positionals.length > 0) {
      throw new UserError("bad-usage", "cannot specify a resource URN when deleting all resources");
    }
    const urns = given === "all" ? given : [...new Set(given)];
    const warn = ({ urn }: ResourceState) =>
      void process.stderr.write(`warning: deleting protected resource ${urn} due to presence of --force\n`);
    const options = {
      force: switchFlag(args, "force") ? warn : undefined,
      targetDependents: switchFlag(args, "target-dependents"),
      prefersLive: isInteractive(process, switchFlag(args, "non-interactive")),
    };
    const done = await editState(args, process, {
      note: EDIT_NOTE,
      change: (resources) => deleteResources(resources, urns, options),
    });
    if (!done) return 1;
    if (urns === "all") printLine("Resources deleted", process);
    else printLine(urns.length === 1 ? "Resource deleted" : `${urns.length} resources deleted`, process);
    return 0;
  },
};

const renameCommand: Command = {
  words: ["state", "rename"],
  summary: "Give a resource another name in the state",
  positionals: "[URN NEW-NAME]",
  flags: {},
  examples: ["pulumi state rename 'urn:pulumi:dev::app::pkg:index:Thing::a' b"],
  async run(args, process) {
    const [urn, name] = args.positionals;
    if (urn === undefined || name === undefined) {
      throw new UserError(
        "bad-usage",
        "Must supply <resource URN> and <new name> unless pulumi is run interactively",
      );
    }
    const done = await editState(args, process, {
      note: EDIT_NOTE,
      change: (resources) => renameResource(resources, urn, name),
    });
    if (!done) return 1;
    printLine("Resource renamed", process);
    return 0;
  },
};

export const stateCommands: readonly Command[] = [
  stateGetCommand,
  deleteCommand,
  renameCommand,
  ...stateMarkCommands,
  stateMoveCommand,
  stateEditCommand,
  stateRepairCommand,
  stateUpgradeCommand,
];
