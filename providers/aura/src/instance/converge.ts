import type { AuraApi } from "../api/aura-api.ts";
import { AuraError, UnknownOutcome } from "../api/aura-error.ts";
import type { LiveInstance } from "../api/aura-objects.ts";
import { type Limit, OutOfTime, pause } from "../api/deadline.ts";
import { CallFailure } from "../protocol/failures.ts";
import { type Action, isPassing, nextAction, type Wanted } from "./next-action.ts";

export interface Work {
  readonly api: AuraApi;
  /** Milliseconds between two looks. */
  readonly poll: number;
  readonly limit: Limit;
}

/** How often one and the same action may be tried. */
const ATTEMPTS = 3;

/**
 * Brings an instance to what is wanted: looks, does one thing, waits, looks again. Whatever interrupts it, the next
 * time it goes on from what it finds.
 *
 * @throws CallFailure where it cannot get there
 */
export async function converge(id: string, wanted: Wanted, work: Work): Promise<LiveInstance> {
  const attempts = new Map<string, number>();
  for (;;) {
    const live = await getInstance(id, work);
    const action = nextAction(live, wanted);
    if (action === undefined) return live;
    if (action.kind === "blocked")
      throw new CallFailure(`the instance ${nameOf(live)} ${action.reason}`, "doubtful");
    if (action.kind === "wait") {
      await waitSettled(id, work);
      continue;
    }
    const key = JSON.stringify(action);
    const count = (attempts.get(key) ?? 0) + 1;
    if (count > ATTEMPTS) throw ineffective(live, action);
    attempts.set(key, count);
    await perform(id, action, work).catch((error: unknown) => lookAgain(error, work));
  }
}

function perform(id: string, action: Exclude<Action, { kind: "wait" | "blocked" }>, { api, limit }: Work) {
  switch (action.kind) {
    case "pause":
      return api.pauseInstance(id, limit);
    case "resume":
      return api.resumeInstance(id, limit);
    case "patch":
      return api.updateInstance(id, action.changes, limit);
  }
}

/** Where Aura is busy, or nobody knows whether it was done, the next look decides. */
async function lookAgain(error: unknown, { poll, limit }: Work): Promise<void> {
  if (!isBusy(error) && !(error instanceof UnknownOutcome)) throw error;
  await pause(poll, limit);
}

/** Does something as soon as the instance is not busy. */
export async function whenFree<Value>(act: () => Promise<Value>, { poll, limit }: Work): Promise<Value> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isBusy(error)) throw error;
      await pause(poll, limit);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof AuraError && error.isBusy;
}

/** Waits until the instance is in a status that it does not leave by itself. */
export async function waitSettled(id: string, work: Work): Promise<LiveInstance> {
  for (;;) {
    const live = await getInstance(id, work);
    if (!isPassing(live.status)) return live;
    await pause(work.poll, work.limit).catch((error: unknown) => {
      throw error instanceof OutOfTime ? stillPassing(live, error) : error;
    });
  }
}

export async function getInstance(id: string, { api, limit }: Work): Promise<LiveInstance> {
  const live = await api.findInstance(id, limit);
  if (live === undefined) {
    throw new CallFailure(
      `the instance ${id} does not exist any more; \`pulumi refresh\` takes note of that, the next update makes another`,
    );
  }
  return live;
}

function nameOf({ name, id }: LiveInstance): string {
  return `"${name}" (${id})`;
}

function stillPassing(live: LiveInstance, cause: OutOfTime): CallFailure {
  return new CallFailure(
    `the instance ${nameOf(live)} is still \`${live.status}\` at the end of its time limit. ` +
      "Run the command again to wait longer, or raise `customTimeouts`; " +
      "if it stays so for hours, ask Neo4j's support with the instance's id",
    "doubtful",
    { cause },
  );
}

function ineffective(live: LiveInstance, action: Action): CallFailure {
  const what =
    action.kind === "patch" ? `a change of ${Object.keys(action.changes).join(" and ")}` : action.kind;
  return new CallFailure(
    `Aura was asked ${ATTEMPTS} times for ${what} of the instance ${nameOf(live)}, and it is not done. ` +
      "Run the command again later; if that does not help, ask Neo4j's support with the instance's id",
    "doubtful",
  );
}
