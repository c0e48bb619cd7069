/** The next run after each killed one: `<case> <tells|mute> <root…>`; prints what came of each. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Reaper } from "./boundaries.ts";
import { DiskCloud } from "./disk-cloud.ts";
import { type CaseName, crashCase } from "./operations.ts";
import { openStore, runDeed, type World } from "./run-deed.ts";

/** What the next run made of what a killed one left. */
export interface Recovery {
  readonly result: string;
  /** Error diagnostics. */
  readonly told: readonly string[];
  readonly notices: readonly string[];
  readonly advice: readonly string[];
  /** Owners of objects in the cloud, and of recorded ones. */
  readonly owners: readonly string[];
  readonly recordedIds: readonly string[];
  readonly ids: readonly string[];
  readonly pending: number;
  /** What one more run changes. */
  readonly again: readonly string[];
  /** Locks and journals that stay. */
  readonly leftovers: readonly string[];
}

const [name = "", tells = "", ...roots] = process.argv.slice(2);
for (const root of roots) process.stdout.write(`${JSON.stringify(await recover(root))}\n`);

async function recover(root: string): Promise<Recovery> {
  const notices: string[] = [];
  const notify = (notice: string): void => void notices.push(notice);
  const world: World = { root, tells: tells === "tells", reaper: new Reaper(undefined), notify };
  const { deed } = crashCase(name as CaseName);
  const run = await runDeed(deed, world);
  const objects = new DiskCloud(root).objects();
  const { resources, pendingOperations } = await (await openStore(world)).load();
  const again = await runDeed(deed, world);
  return {
    result: run.result,
    told: run.events.flatMap((e) =>
      e.kind === "diagnostic" && e.diagnostic.severity === "error" ? [e.diagnostic.message] : [],
    ),
    notices,
    advice: run.advice,
    owners: [...objects.values()].map(({ owner }) => owner).sort(),
    recordedIds: resources
      .filter(({ type }) => type === "fake:index:Thing")
      .map(({ id }) => id)
      .sort(),
    ids: [...objects.keys()].sort(),
    pending: pendingOperations.length,
    again: Object.keys(again.changes).filter((op) => op !== "same"),
    leftovers: ["locks", "journals"].flatMap((folder) => filesIn(join(root, "state/.pulumi", folder))),
  };
}

function filesIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name: file }) => file);
  } catch {
    return [];
  }
}
