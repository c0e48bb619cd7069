import type { StackStore } from "../state/store.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { answer, choose, isInteractive } from "./confirm.ts";
import { listFlag, switchFlag } from "./operation-options.ts";
import { changeSnapshot } from "./verbs/edit-state.ts";

const FLAG = "import-pending-creates";

const CHOICES =
  "clear: the create failed and is forgotten; skip: it stays as it is; import: it succeeded, and its id follows\n";

/**
 * Asks a person what became of the creates that were interrupted, but for those that a flag tells of. What failed is
 * forgotten at once; the flags that come back tell what succeeded.
 */
export async function settlePendingCreates(
  args: CommandArguments,
  process: CommandProcess,
  store: StackStore,
): Promise<CommandArguments> {
  if (!isInteractive(process, switchFlag(args, "non-interactive"))) return args;
  const told = listFlag(args, FLAG);
  const { pendingOperations } = await store.load();
  const unknown = pendingOperations
    .filter(({ type, resource }) => type === "creating" && resource.viewOf === "")
    .map(({ resource }) => resource.urn)
    .filter((urn) => !told.includes(urn));
  const failed = new Set<string>();
  const made: string[] = [];
  for (const urn of unknown) {
    const prompt = `Options for pending CREATE of ${urn}\n${CHOICES}`;
    const choice = await choose(prompt, ["clear", "skip", "import"], process);
    if (choice === "clear") failed.add(urn);
    const id = choice === "import" ? await answer("ID: ", process) : undefined;
    if (id !== undefined && id !== "") made.push(urn, id);
  }
  if (failed.size > 0) await forget(store, failed);
  return made.length === 0 ? args : { ...args, flags: { ...args.flags, [FLAG]: [...told, ...made] } };
}

async function forget(store: StackStore, urns: ReadonlySet<string>): Promise<void> {
  await changeSnapshot(store, (snapshot) => ({
    ...snapshot,
    pendingOperations: snapshot.pendingOperations.filter(
      ({ type, resource }) => type !== "creating" || !urns.has(resource.urn),
    ),
  }));
}
