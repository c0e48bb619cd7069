import { UnknownOutcome } from "../api/aura-error.ts";
import { pause } from "../api/deadline.ts";
import { CallFailure } from "../protocol/failures.ts";
import { getInstance, type Work, waitSettled, whenFree } from "./converge.ts";
import type { InstanceInputs } from "./inputs.ts";

type RestoreFrom = NonNullable<InstanceInputs["restoreFrom"]>;

const ATTEMPTS = 3;

/**
 * Replaces an instance's data by those of a data snapshot: its own, or another instance's. May be repeated.
 *
 * @throws CallFailure where the data could not be loaded
 */
export async function restoreInstance(id: string, from: RestoreFrom, work: Work): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const error = await request(id, from, work).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) break;
    if (!(error instanceof UnknownOutcome) || attempt >= ATTEMPTS) throw error;
    await pause(work.poll, work.limit);
    const { status } = await getInstance(id, work);
    if (status === "restoring" || status === "overwriting") break;
  }
  const live = await waitSettled(id, work);
  if (live.status !== "running") {
    throw new CallFailure(
      `the instance ${id} is \`${live.status}\` after its data were to be restored from the data snapshot ` +
        `${from.snapshotId}: set \`restoreFrom\` to another data snapshot and run the command again`,
      "doubtful",
    );
  }
}

function request(id: string, { snapshotId, instanceId = id }: RestoreFrom, work: Work): Promise<void> {
  const { api, limit } = work;
  return whenFree(
    () =>
      instanceId === id
        ? api.restoreSnapshot(id, snapshotId, limit)
        : api.overwriteInstance(id, { instanceId, snapshotId }, limit),
    work,
  );
}
