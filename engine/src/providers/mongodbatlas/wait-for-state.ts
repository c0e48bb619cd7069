import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { findMapAt, textAt } from "../plain-values.ts";
import { AtlasError, isNotFound, OperationError } from "./atlas-error.ts";
import type { CallContext } from "./kind.ts";

export interface Waiting {
  /** Reads the object again. */
  readonly read: () => Promise<PropertyMap>;
  /** Milliseconds between two looks in the long run; the first follow each other more quickly. */
  readonly every: number;
  /** Seconds after which it is given up. */
  readonly limit: number;
  /** @default `stateName` */
  readonly stateOf?: (live: PropertyMap) => string;
}

/** The states that a wait ends in. */
export interface Goal {
  readonly good: readonly string[];
  /** Those that nothing good comes of any more. @default none */
  readonly bad?: readonly string[];
}

const DEFAULT_LIMIT_SECONDS = 3 * 60 * 60;
export const CLUSTER_POLL_MS = 30_000;
export const FLEX_POLL_MS = 3000;

/**
 * How long an operation may take, seconds: what the engine says, what `timeouts` says (`2h`, `1h30m`), or the kind's own limit.
 */
export function limitOf(
  { timeout }: CallContext,
  values: PropertyMap,
  [operation, standard = DEFAULT_LIMIT_SECONDS]: readonly [operation: string, standard?: number],
): number {
  if (timeout > 0) return timeout;
  const said = parseDuration(textAt(findMapAt(values, "timeouts") ?? {}, operation));
  return said === 0 ? standard : said;
}

const UNIT_SECONDS: { readonly [unit: string]: number } = { h: 3600, m: 60, s: 1 };

function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (UNIT_SECONDS[unit] ?? 0), 0);
}

/** The time was up. */
export class TimeUpError extends ProviderError {
  override name = "TimeUpError";
  readonly reason: string;
  /** As it was last seen. */
  readonly last: PropertyMap;
  /** `next`: what the next update does about it. */
  constructor(reason: string, last: PropertyMap, next = NEXT_WAITS) {
    super(`${reason}; ${next}`, { status: "ok" });
    this.reason = reason;
    this.last = last;
  }
}

const MORE_TIME = "customTimeouts give it more time";
const NEXT_WAITS = `Atlas goes on with it, and the next update waits for it again (${MORE_TIME})`;
const NEXT_MAKES = `it is being deleted, and the next update after that makes it anew (${MORE_TIME})`;

/** True where an operation failed because its time was up. */
export function isTimeUp(error: unknown): boolean {
  if (error instanceof OperationError) return isTimeUp(error.cause);
  return error instanceof TimeUpError;
}

function timeUp(wanted: string, { limit, stateOf = stateNameOf }: Waiting, last: PropertyMap): TimeUpError {
  const state = `last state: '${stateOf(last)}', timeout: ${limit}s`;
  return new TimeUpError(`timeout while waiting for state to become '${wanted}' (${state})`, last);
}

function stateNameOf(live: PropertyMap): string {
  return textAt(live, "stateName");
}

/** Waits until something is in one of the states that are wanted. Breakdowns and 503 on the way are waited out. */
export async function waitForState(
  { clock, signal }: CallContext,
  waiting: Waiting,
  { good, bad = [] }: Goal,
): Promise<PropertyMap> {
  const { stateOf = stateNameOf } = waiting;
  const deadline = clock.now() + waiting.limit * 1000;
  let last: PropertyMap = {};
  for (let pause = FIRST_PAUSE_MS; ; pause = nextPause(pause, waiting)) {
    last = (await readThrough(waiting)) ?? last;
    const state = stateOf(last);
    if (good.includes(state)) return last;
    if (bad.includes(state)) throw new ProviderError(`it is in state '${state}'`, { status: "ok" });
    if (clock.now() >= deadline) throw timeUp(good.join("', '"), waiting, last);
    await clock.sleep(Math.min(pause, deadline - clock.now()), signal);
  }
}

/** Waits until a cluster is IDLE. */
export function waitUntilIdle(context: CallContext, waiting: Waiting): Promise<PropertyMap> {
  return waitForState(context, waiting, { good: ["IDLE"] });
}

/** Waits until there is nothing any more. */
export async function waitUntilGone({ clock, signal }: CallContext, waiting: Waiting): Promise<void> {
  const deadline = clock.now() + waiting.limit * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = nextPause(pause, waiting)) {
    try {
      const last = await readThrough(waiting);
      if (clock.now() >= deadline) throw timeUp("DELETED", waiting, last ?? {});
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    await clock.sleep(Math.min(pause, deadline - clock.now()), signal);
  }
}

/** What is soon done is soon seen; what takes minutes is not asked for all the time. */
const FIRST_PAUSE_MS = 500;

function nextPause(pause: number, { every }: Waiting): number {
  return Math.min(pause * 2, every);
}

/** Undefined: Atlas is not itself at the moment. */
async function readThrough({ read }: Waiting): Promise<PropertyMap | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AtlasError && error.httpStatus === 503) return undefined;
    throw error;
  }
}

/** What becomes of a new object that is not ready in time. */
export interface Abandonment {
  readonly planned: PropertyMap;
  /** Begins its deletion. */
  readonly drop: () => Promise<unknown>;
  /** What is recorded of it where it stays. */
  readonly live: (last: PropertyMap) => LiveObject | Promise<LiveObject>;
}

/** Waits for a new object. One that is not ready in time goes, or stays and is recorded, as the program wants it. */
export async function awaitNew<Result>(
  run: () => Promise<Result>,
  { planned, drop, live }: Abandonment,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof TimeUpError)) throw error;
    if (planned["deleteOnCreateTimeout"] === false)
      throw new UnfinishedObject(error.message, await live(error.last));
    await drop();
    throw new TimeUpError(error.reason, error.last, NEXT_MAKES);
  }
}
