import type { DataSnapshot } from "../contracts/release.ts";
import type { StackOutputs } from "../contracts/stack-outputs.ts";
import { confirm } from "./confirm.ts";
import type { DataKeeper } from "./data/keeper.ts";
import { openDataKeeper } from "./data/open-keeper.ts";
import { findUnneeded } from "./data/prune.ts";
import { renderBytes } from "./data/render-bytes.ts";
import { dataProgressPrinter } from "./data/show-progress.ts";
import { tellMonitoring } from "./data/tell-monitoring.ts";
import { UserError } from "./errors.ts";
import { readOutputs } from "./outputs.ts";
import { openReleaseStore } from "./release/open-release-store.ts";
import { renderTable } from "./report/table.ts";
import { type OpenStack, openStack, stackFlags } from "./stack.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";

interface DataCommand {
  readonly opened: OpenStack;
  readonly outputs: StackOutputs;
  readonly keeper: DataKeeper;
  readonly args: VerbArguments;
  readonly output: Output;
}

/** What an action did, for machines and for people. */
interface DataAnswer {
  readonly json: object;
  readonly text: string;
}

const ACTIONS: { readonly [action: string]: (command: DataCommand) => Promise<DataAnswer> } = {
  list,
  snapshot,
  restore,
  prune,
  mend,
};

export const dataVerb: Verb = {
  name: "data",
  usage: "STACK list|snapshot|restore|prune|mend [ID]…",
  summary:
    "data snapshots of an environment's stores: take, list, restore into place, remove those not needed",
  flags: {
    ...stackFlags,
    label: { type: "string", default: "by hand", summary: "what a data snapshot is for" },
    yes: { type: "boolean", short: "y", default: false, summary: "do not ask" },
  },
  examples: [
    "./infra data dev snapshot --label 'before the import'",
    "./infra data dev list --json",
    "./infra data dev restore 20261126T101530123Z-before-the-import",
    "./infra data cloud prune",
  ],
  async run(args, output) {
    const name = args.positionals[1] ?? "list";
    const act = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (act === undefined) {
      throw new UserError("usage", `data does not ${name}; it knows ${Object.keys(ACTIONS).join(", ")}`, {
        help: "./infra data --help shows what it takes",
      });
    }
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    const outputs = await readOutputs(opened.name, opened.stack, false);
    const keeper = openDataKeeper(opened, outputs);
    const { json, text } = await act({ opened, outputs, keeper, args, output });
    output.stdout.write(`${args.flags["json"] === true ? JSON.stringify(json, null, 2) : text}\n`);
    return 0;
  },
};

async function list({ keeper, opened }: DataCommand): Promise<DataAnswer> {
  const snapshots = await keeper.list();
  const text = snapshots.length === 0 ? `${opened.name} has no data snapshots` : renderSnapshots(snapshots);
  return { json: { snapshots }, text };
}

async function snapshot({ keeper, outputs, args, output }: DataCommand): Promise<DataAnswer> {
  const snapshots = await keeper.takeSnapshot({
    label: String(args.flags["label"]),
    onProgress: dataProgressPrinter(output),
    signal: output.signal,
  });
  await tellMonitoring(snapshots, outputs, output);
  return { json: { snapshots }, text: renderSnapshots(snapshots) };
}

async function restore({ keeper, opened, args, output }: DataCommand): Promise<DataAnswer> {
  const snapshots = chooseSnapshots(await keeper.list(), args.positionals.slice(2));
  const stores = snapshots.map(({ store }) => store).join(", ");
  if (args.flags["yes"] !== true) {
    await confirm(`Replace ALL THE DATA of ${stores} in ${opened.name}?`, output, opened.name);
  }
  await keeper.restore(snapshots, { onProgress: dataProgressPrinter(output), signal: output.signal });
  return { json: { restored: snapshots }, text: `restored: ${stores}` };
}

async function prune({ keeper, opened, args, output }: DataCommand): Promise<DataAnswer> {
  const removed = await findUnneeded(keeper, openReleaseStore(opened));
  if (removed.length > 0 && args.flags["yes"] !== true) {
    await confirm(
      `Delete ${removed.length} data snapshots that no kept release of ${opened.name} names?`,
      output,
      opened.name,
    );
  }
  await keeper.remove(removed);
  return { json: { removed }, text: `${removed.length} data snapshots removed` };
}

async function mend({ keeper, output }: DataCommand): Promise<DataAnswer> {
  const mended = await keeper.mend({ onProgress: dataProgressPrinter(output) });
  return { json: { mended }, text: mended.length === 0 ? "nothing was left half-done" : mended.join("\n") };
}

/** All data snapshots that have one of the ids: those taken at once on Docker share theirs. @throws UserError */
export function chooseSnapshots(all: readonly DataSnapshot[], ids: readonly string[]): DataSnapshot[] {
  if (ids.length === 0) throw new UserError("usage", "data restore needs the ID of a data snapshot");
  const missing = ids.find((id) => !all.some((snapshot) => snapshot.id === id));
  if (missing !== undefined) {
    throw new UserError("snapshot-missing", `there is no data snapshot ${missing}`, {
      help: "./infra data STACK list shows those that there are",
    });
  }
  return all.filter(({ id }) => ids.includes(id));
}

function renderSnapshots(snapshots: readonly DataSnapshot[]): string {
  return renderTable([
    ["ID", "STORE", "TAKEN", "SIZE"],
    ...snapshots.map(({ id, store, at, bytes }) => [
      id,
      store,
      at,
      bytes === undefined ? "" : renderBytes(bytes),
    ]),
  ]);
}
