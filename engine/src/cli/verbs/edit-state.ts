import { UserError } from "../../errors.ts";
import type { ResourceState, Snapshot } from "../../state/resource.ts";
import type { StackStore } from "../../state/store.ts";
import type { CommandArguments, CommandProcess } from "../command.ts";
import { asksToConfirm, confirm } from "../confirm.ts";
import { switchFlag } from "../operation-options.ts";
import { openStackSession } from "../stack-session.ts";

export type Resources = readonly ResourceState[];

/** What is said before the question whether to go on. */
export const EDIT_NOTE = "This command will edit your stack's state directly. ";

export interface StateEdit {
  readonly note: string;
  change(resources: Resources): Resources;
}

/** Changes a stack's resources under its lock, having asked where a person is there to be asked. Gives false where the answer was no. */
export async function editState(
  args: CommandArguments,
  process: CommandProcess,
  edit: StateEdit,
): Promise<boolean> {
  const { store } = await openStackSession(args, process);
  if (asksToConfirm(args, process) && !(await confirm(`${edit.note}Confirm?`, process))) {
    process.stderr.write("error: confirmation declined\n");
    return false;
  }
  await changeSnapshot(store, (snapshot) => ({ ...snapshot, resources: edit.change(snapshot.resources) }));
  return true;
}

/** Changes a stack's state under its lock. */
export async function changeSnapshot(
  store: StackStore,
  change: (snapshot: Snapshot) => Snapshot,
): Promise<void> {
  const lock = await store.lock();
  try {
    await store.save(change(await store.load()));
  } finally {
    await lock.release();
  }
}

/** The URNs that a command was given, or all, whatever was given with that. @throws UserError `bad-usage` where there are none. */
export function givenUrns(args: CommandArguments): readonly string[] | "all" {
  if (switchFlag(args, "all")) return "all";
  if (args.positionals.length > 0) return args.positionals;
  throw new UserError("bad-usage", "Must supply <resource URN> unless pulumi is run interactively");
}
