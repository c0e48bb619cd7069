import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { textAt } from "../plain-values.ts";
import { AtlasError, isNotFound } from "./atlas-error.ts";
import type { CallContext } from "./kind.ts";

export interface Waiting {
  /** Reads the object again. */
  readonly read: () => Promise<PropertyMap>;
  /** Milliseconds between two looks in the long run; the first follow each other more quickly. */
  readonly every: number;
  /** Seconds after which it is given up. */
  readonly limit: number;
}

const DEFAULT_LIMIT_SECONDS = 3 * 60 * 60;
export const CLUSTER_POLL_MS = 30_000;
export const FLEX_POLL_MS = 3000;

/** How long an operation may take: what the engine says, what `timeouts` says (`2h`, `1h30m`), or three hours. */
export function limitOf(context: CallContext, timeouts: PropertyMap | undefined, operation: string): number {
  if (context.timeout > 0) return context.timeout;
  const said = parseDuration(textAt(timeouts ?? {}, operation));
  return said === 0 ? DEFAULT_LIMIT_SECONDS : said;
}

const UNIT_SECONDS: { readonly [unit: string]: number } = { h: 3600, m: 60, s: 1 };

function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (UNIT_SECONDS[unit] ?? 0), 0);
}

/** The time was up. */
export class TimeUpError extends ProviderError {
  override name = "TimeUpError";
  /** As it was last seen. */
  readonly last: PropertyMap;
  constructor(wanted: string, last: PropertyMap) {
    super(
      `timeout while waiting for state to become '${wanted}' (last state: '${textAt(last, "stateName")}')`,
      {
        status: "ok",
      },
    );
    this.last = last;
  }
}

/** Waits until a cluster is IDLE. Breakdowns and 503 on the way are waited out. */
export async function waitUntilIdle(context: CallContext, waiting: Waiting): Promise<PropertyMap> {
  const deadline = context.clock.now() + waiting.limit * 1000;
  let last: PropertyMap = {};
  for (let pause = FIRST_PAUSE_MS; ; pause = nextPause(pause, waiting)) {
    last = (await readThrough(waiting)) ?? last;
    if (textAt(last, "stateName") === "IDLE") return last;
    if (context.clock.now() >= deadline) throw new TimeUpError("IDLE", last);
    await context.clock.sleep(Math.min(pause, deadline - context.clock.now()), context.signal);
  }
}

/** Waits until there is nothing any more. */
export async function waitUntilGone(context: CallContext, waiting: Waiting): Promise<void> {
  const deadline = context.clock.now() + waiting.limit * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = nextPause(pause, waiting)) {
    try {
      const last = await readThrough(waiting);
      if (context.clock.now() >= deadline) throw new TimeUpError("DELETED", last ?? {});
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    await context.clock.sleep(Math.min(pause, deadline - context.clock.now()), context.signal);
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
