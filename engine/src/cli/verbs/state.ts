import { UserError } from "../../errors.ts";
import { deleteResources, renameResource, setProtect } from "../../state/edit-resources.ts";
import type { ResourceState } from "../../state/resource.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { confirm, isInteractive } from "../confirm.ts";
import { switchFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";
import { openStackSession } from "../stack-session.ts";

type Resources = readonly ResourceState[];

const PROTECT_NOTE =
  "This will protect by modifying the stack state directly.\n" +
  "If your program does not also set the 'protect' resource option, Pulumi will unprotect the \n" +
  "resource the next time your program runs (e.g. as part of a `pulumi up`)\n";
const EDIT_NOTE = "This command will edit your stack's state directly. ";

/** Changes a stack's resources under its lock, having asked where a person is there to be asked. Gives false where the answer was no. */
async function editState(
  args: CommandArguments,
  process: CommandProcess,
  edit: { readonly note: string; change(resources: Resources): Resources },
): Promise<boolean> {
  const { store } = await openStackSession(args, process);
  const asks = !switchFlag(args, "yes") && isInteractive(process, switchFlag(args, "non-interactive"));
  if (asks && !(await confirm(`${edit.note}Confirm?`, process))) {
    process.stderr.write("error: confirmation declined\n");
    return false;
  }
  const lock = await store.lock();
  try {
    const snapshot = await store.load();
    await store.save({ ...snapshot, resources: edit.change(snapshot.resources) });
    return true;
  } finally {
    await lock.release();
  }
}

/** The URNs that a command was given, or all. @throws UserError `bad-usage` where there are none. */
function targets(args: CommandArguments): readonly string[] | "all" {
  if (switchFlag(args, "all")) {
    if (args.positionals.length === 0) return "all";
    throw new UserError("bad-usage", "cannot specify a resource URN together with --all");
  }
  if (args.positionals.length > 0) return args.positionals;
  throw new UserError("bad-usage", "Must supply <resource URN> unless pulumi is run interactively");
}

function protectCommand(protect: boolean): Command {
  const verb = protect ? "protect" : "unprotect";
  return {
    words: ["state", verb],
    summary: protect ? "Protect resources from being deleted" : "Let protected resources be deleted",
    positionals: "[URN...]",
    flags: { all: { summary: "All resources" } },
    examples: [`pulumi state ${verb} --all`],
    async run(args, process) {
      const urns = targets(args);
      const done = await editState(args, process, {
        note: protect ? PROTECT_NOTE : EDIT_NOTE,
        change: (resources) => setProtect(resources, urns, protect),
      });
      if (!done) return 1;
      printLine(urns === "all" ? `All resources ${verb}ed` : `${urns.length} resources ${verb}ed`, process);
      return 0;
    },
  };
}

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
    const urns = targets(args);
    const options = {
      force: switchFlag(args, "force"),
      targetDependents: switchFlag(args, "target-dependents"),
    };
    const done = await editState(args, process, {
      note: EDIT_NOTE,
      change(resources) {
        const deletion = deleteResources(resources, urns, options);
        for (const { urn } of deletion.forced) {
          process.stderr.write(`warning: deleting protected resource ${urn} due to presence of --force\n`);
        }
        return deletion.resources;
      },
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
  positionals: "URN NEW-NAME",
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
  deleteCommand,
  renameCommand,
  protectCommand(true),
  protectCommand(false),
];
