import { UnknownOutcome } from "../api/aura-error.ts";
import { pause } from "../api/deadline.ts";
import { type Work, whenFree } from "./converge.ts";

/** Deletes an instance and waits until it is gone. One that is gone already is no failure. */
export async function deleteInstance(id: string, work: Work): Promise<void> {
  const { api, limit, poll } = work;
  for (;;) {
    const live = await api.findInstance(id, limit);
    if (live === undefined) return;
    if (live.status !== "destroying") {
      await whenFree(() => api.deleteInstance(id, limit), work).catch((error: unknown) => {
        if (!(error instanceof UnknownOutcome)) throw error;
      });
    }
    await pause(poll, limit);
  }
}
