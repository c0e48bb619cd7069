import type { Durations } from "./rules.ts";
import type { DataSnapshot, Instance, Status } from "./state.ts";

const SECOND_MS = 1000;

/** A change that takes time. */
export interface Change {
  readonly status: Extract<
    Status,
    "creating" | "updating" | "pausing" | "resuming" | "restoring" | "overwriting" | "loading" | "destroying"
  >;
  readonly to: Status | "gone";
  /** Takes effect at the end. */
  readonly changes?: { readonly [property: string]: unknown };
  readonly next?: NonNullable<Instance["transition"]>["next"];
  /** Never ends. */
  readonly stuck?: boolean;
}

/** Begins a change. `now`: milliseconds since 1970. */
export function begin(instance: Instance, change: Change, time: { now: number; durations: Durations }): void {
  const { status, to, changes = {}, next, stuck = false } = change;
  instance.status = status;
  instance.transition = {
    at: stuck ? null : time.now + time.durations[status] * SECOND_MS,
    to,
    changes,
    ...(next === undefined ? {} : { next }),
  };
}

/** Lets all that is due by `now` happen. False where the instance is gone. */
export function settle(instance: Instance, now: number): boolean {
  for (const snapshot of instance.snapshots) settleSnapshot(snapshot, now);
  let { transition } = instance;
  while (transition !== undefined && transition.at !== null && transition.at <= now) {
    if (transition.to === "gone") return false;
    Object.assign(instance, transition.changes);
    instance.status = transition.to;
    const { at, next } = transition;
    transition =
      next === undefined ? undefined : { at: at + next.seconds * SECOND_MS, to: next.to, changes: {} };
    if (next !== undefined) instance.status = next.status;
  }
  if (transition === undefined) delete instance.transition;
  else instance.transition = transition;
  return true;
}

function settleSnapshot(snapshot: DataSnapshot, now: number): void {
  if (snapshot.status !== "Pending" && snapshot.status !== "InProgress") return;
  if (snapshot.until === null || now < snapshot.until) snapshot.status = "InProgress";
  else snapshot.status = snapshot.outcome;
}
