import type { LiveInstance } from "../api/aura-objects.ts";
import type { Properties } from "../protocol/property-values.ts";
import { takeSnapshot } from "../snapshot/take-snapshot.ts";
import { converge, type Work, waitSettled } from "./converge.ts";
import { type InstanceInputs, toGigabytes } from "./inputs.ts";
import { restoreInstance } from "./restore.ts";

const LOADING_FAILED = "loading failed";

/**
 * Brings an instance to what is wanted. Before data are overwritten or memory shrinks a data snapshot is taken; the
 * restore comes last but for a pause, so that an update that fails half-way does not restore twice.
 */
export async function updateInstance(
  id: string,
  { wanted, oldInputs }: { wanted: InstanceInputs; oldInputs: Properties },
  work: Work,
): Promise<LiveInstance> {
  const { restoreFrom, snapshotBeforeChange } = wanted;
  const live = await waitSettled(id, work);
  const hasData = live.status !== LOADING_FAILED;
  const isNew = JSON.stringify(restoreFrom) !== JSON.stringify(oldInputs["restoreFrom"]);
  const isRestored = restoreFrom !== undefined && (isNew || !hasData);
  const shrinks = toGigabytes(wanted.memory) < toGigabytes(live.memory);
  if (snapshotBeforeChange && hasData && (isRestored || shrinks)) {
    await converge(id, { name: live.name, memory: live.memory, desiredState: "running" }, work);
    await takeSnapshot(id, work);
  }
  if (isRestored) {
    if (hasData) await converge(id, { ...wanted, desiredState: "running" }, work);
    await restoreInstance(id, restoreFrom, work);
  }
  return converge(id, wanted, work);
}
