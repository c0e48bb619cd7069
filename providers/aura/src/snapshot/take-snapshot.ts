import { UnknownOutcome } from "../api/aura-error.ts";
import type { LiveSnapshot } from "../api/aura-objects.ts";
import { pause } from "../api/deadline.ts";
import { type Work, waitSettled, whenFree } from "../instance/converge.ts";
import { CallFailure } from "../protocol/failures.ts";

const IN_PROGRESS = ["pending", "inprogress"];
const ATTEMPTS = 3;

/**
 * Takes a data snapshot and waits until it is complete.
 *
 * @throws CallFailure where it fails
 */
export async function takeSnapshot(instanceId: string, work: Work): Promise<LiveSnapshot> {
  const live = await waitSettled(instanceId, work);
  if (live.status !== "running") {
    throw new CallFailure(`a data snapshot needs a running instance; ${instanceId} is \`${live.status}\``);
  }
  const id = await begin(instanceId, work);
  for (;;) {
    const snapshot = await work.api.findSnapshot(instanceId, id, work.limit);
    const status = snapshot?.status.toLowerCase() ?? "gone";
    if (snapshot !== undefined && status === "completed") return snapshot;
    if (!IN_PROGRESS.includes(status)) {
      throw new CallFailure(
        `the data snapshot ${id} of the instance ${instanceId} is \`${status}\`; ` +
          "run the command again to take another",
      );
    }
    await pause(work.poll, work.limit);
  }
}

/** Asks for a data snapshot; where the answer is lost, the one that has appeared meanwhile is taken for it. */
async function begin(instanceId: string, work: Work): Promise<string> {
  const known = await work.api.listSnapshots(instanceId, work.limit);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await whenFree(() => work.api.takeSnapshot(instanceId, work.limit), work);
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      const now = await work.api.listSnapshots(instanceId, work.limit);
      const added = now.find(({ snapshot_id }) => known.every((each) => each.snapshot_id !== snapshot_id));
      if (added !== undefined) return added.snapshot_id;
      if (attempt >= ATTEMPTS) throw error;
    }
  }
}
