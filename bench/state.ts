/**
 * What recording costs: every resource of a stack is updated, one after the other, on a file backend.
 *
 *     node bench/state.ts [--resources 300,3222,10000] [--whole-up-to 300]
 *
 * "whole file": the state is written anew for each mutation, as the official CLI does (and as this engine once did);
 * beyond `--whole-up-to` that is worked out from the cost of the first 10 resources. "journal": what the engine does.
 * Two mutations a resource: begun, and done.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { Snapshot } from "../engine/src/index.ts";
import { openFileBackend } from "../engine/src/state/file-backend.ts";
import type { FileStackStore } from "../engine/src/state/file-store.ts";
import { newManifest } from "../engine/src/state/integrity.ts";
import { base64Secrets } from "../engine/src/state/memory-store.ts";
import { emptySnapshot, type ResourceState, resourceState } from "../engine/src/state/resource.ts";
import { renderTable } from "../ops/report/table.ts";

const { values } = parseArgs({
  options: {
    resources: { type: "string", default: "300,3222,10000" },
    "whole-up-to": { type: "string", default: "300" },
  },
});

const reference = { organization: "organization", project: "bench", stack: "dev" };
const manifest = newManifest(new Date(0));
const SAMPLE = 10;

interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
}

const rows = [["RESOURCES", "WHOLE FILE S", "MB", "JOURNAL S", "MB", "FOLD S", "FASTER"]];
for (const count of values.resources.split(",").map(Number)) {
  const whole = await measure(count, updateWhole);
  const { fold, ...journal } = await measure(count, updateJournal);
  rows.push([
    String(count),
    `${whole.seconds.toFixed(1)}${whole.isEstimate ? " (estimate)" : ""}`,
    whole.megabytes.toFixed(0),
    journal.seconds.toFixed(2),
    journal.megabytes.toFixed(1),
    fold.toFixed(2),
    `${(whole.seconds / journal.seconds).toFixed(0)}×`,
  ]);
}
process.stdout.write(`${renderTable(rows)}\n`);

/** A resource as programs have them: a dozen inputs, an output more, one dependency. */
function resource(index: number, version: number): ResourceState {
  const urn = (place: number) => `urn:pulumi:dev::bench::fake:index:Thing::thing-${place}`;
  const inputs = Object.fromEntries(
    Array.from({ length: 12 }, (_, key) => [`property${key}`, `value ${key} of ${index} in ${version}`]),
  );
  return resourceState({
    ...{ urn: urn(index), type: "fake:index:Thing", custom: true, id: `id-${index}`, inputs },
    outputs: { ...inputs, serial: version },
    dependencies: index % 10 === 0 ? [] : [urn(index - 1)],
    created: "2026-01-01T00:00:00.000Z",
    modified: "2026-01-01T00:00:00.000Z",
  });
}

async function measure<Result>(
  count: number,
  work: (store: FileStackStore, base: Snapshot, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "bench-state-"));
  try {
    const backend = await openFileBackend({ root: folder, env: {} });
    const store = await backend.create(reference, base64Secrets);
    const resources = Array.from({ length: count }, (_, index) => resource(index, 1));
    const base = { ...emptySnapshot(base64Secrets.record), manifest, resources };
    await store.save(base);
    return await work(store, base, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What recording was before: the whole snapshot is assembled and written for each mutation. */
async function updateWhole(
  store: FileStackStore,
  base: Snapshot,
): Promise<Cost & { readonly isEstimate: boolean }> {
  const count = base.resources.length;
  const isEstimate = count > Number(values["whole-up-to"]);
  const done = isEstimate ? SAMPLE : count;
  const resources = [...base.resources];
  const size = JSON.stringify((await store.readEnvelope()).deployment).length;
  const began = performance.now();
  for (let index = 0; index < done; index++) {
    const next = resource(index, 2);
    await store.save({ ...base, resources, pendingOperations: [{ resource: next, type: "updating" }] });
    resources[index] = next;
    await store.save({ ...base, resources });
  }
  const share = count / done;
  return {
    seconds: ((performance.now() - began) / 1000) * share,
    megabytes: (size * 2 * count) / 1e6,
    isEstimate,
  };
}

async function updateJournal(
  store: FileStackStore,
  base: Snapshot,
  folder: string,
): Promise<Cost & { readonly fold: number }> {
  const count = base.resources.length;
  const lock = await store.lock();
  const journal = store.openJournal({
    ...{ base, manifest, secretsProvider: base64Secrets.record, inherited: [] },
  });
  const resources: ResourceState[] = [];
  const began = performance.now();
  for (let index = 0; index < count; index++) {
    const place = count + index;
    const next = resource(index, 2);
    const contents = new Map([[place, next]]);
    await journal.append([{ contents, finished: [], dropped: [], begun: [{ place, type: "updating" }] }]);
    await journal.append([{ contents, finished: [place], dropped: [index], begun: [], ended: place }]);
    resources.push(next);
  }
  const seconds = (performance.now() - began) / 1000;
  const written = statSync(join(folder, ".pulumi/journals/bench/dev/current.journal")).size;
  const foldBegan = performance.now();
  await journal.fold({ ...base, resources });
  await lock.release();
  const fold = (performance.now() - foldBegan) / 1000;
  return { seconds: seconds + fold, megabytes: written / 1e6, fold };
}
