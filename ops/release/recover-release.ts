import { hostname } from "node:os";
import type { UpdateSummary } from "@pulumi/pulumi/automation/index.js";
import type { Release } from "../../contracts/release.ts";
import { isRunning } from "../is-running.ts";
import { readOutputs } from "../outputs.ts";
import type { OpenStack } from "../stack.ts";
import { describeUpdate } from "./describe-update.ts";
import type { Intent } from "./intent.ts";
import { toldBy } from "./make-release.ts";
import { gitOfHistory } from "./maker.ts";
import { openReleaseStore } from "./open-release-store.ts";
import { readHistory } from "./read-state.ts";
import type { ReleaseDraft, ReleaseStore } from "./release-store.ts";
import { judgeStanding, type Standing } from "./standing.ts";

/** Where a stack stands, after what could be recorded belatedly has been. */
export interface Recovery {
  readonly standing: Standing;
  readonly newest: Release | undefined;
  /** The release that was recorded now, of an update that nobody had recorded. */
  readonly recovered?: Release;
}

/**
 * Records the update that left the present state, if no record has it: its maker was killed before, or went past
 * `./infra`. What another command is just about to record is left to it.
 */
export async function recoverRelease(opened: OpenStack, store: ReleaseStore): Promise<Recovery> {
  const newest = await store.newest();
  const standing = judgeStanding(await readHistory(opened.stack), newest?.update);
  if (standing.kind !== "unrecorded") {
    await clearOvertaken(store, newest);
    return { standing, newest };
  }
  const { intended, others } = sortIntents(await store.intents(), standing.update);
  if (intended !== undefined && isAlive(intended)) return { standing, newest };
  const { name, stack } = opened;
  const told = { entry: standing.update, outputs: await readOutputs(name, stack, false) };
  const { checkpoint, draft } = await describeUpdate(stack, store, told);
  const release = await store.append({ ...draft, ...whatIsKnown(standing.update, intended) }, checkpoint);
  await clearDead(store, [intended, ...others]);
  return { standing: { kind: "current" }, newest: release, recovered: release };
}

/** What was intended before the newest release's update was never made: no later update is to be taken for it. */
async function clearOvertaken(store: ReleaseStore, newest: Release | undefined): Promise<void> {
  if (newest === undefined) return;
  const { intended, others } = sortIntents(await store.intents(), {
    startTime: new Date(newest.update.startedAt),
  });
  await clearDead(store, [intended, ...others]);
}

async function clearDead(store: ReleaseStore, intents: readonly (Intent | undefined)[]): Promise<void> {
  for (const intent of intents) {
    if (intent !== undefined && !isAlive(intent)) await store.clearIntent(intent.id);
  }
}

/** Records what is unrecorded before a command changes anything, and says so. @throws UserError `release-damaged` */
export async function recordBelatedly(opened: OpenStack, say: (line: string) => void): Promise<Recovery> {
  const recovery = await recoverRelease(opened, openReleaseStore(opened));
  const { recovered } = recovery;
  if (recovered !== undefined) {
    say(
      `release ${recovered.number} is recorded now: its update of ${recovered.update.endedAt} was in no record`,
    );
  }
  return recovery;
}

/** The last that was intended before an update began is what it was made for. */
export function sortIntents(
  intents: readonly Intent[],
  { startTime }: Pick<UpdateSummary, "startTime">,
): { readonly intended: Intent | undefined; readonly others: readonly Intent[] } {
  // The engine's times are whole seconds.
  const begun = startTime.getTime() + 999;
  const earlier = intents
    .filter(({ at }) => Date.parse(at) <= begun)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const [intended, ...others] = earlier;
  return { intended, others };
}

/** Whether the process that intends something still runs; those of other machines are taken to be gone. */
function isAlive({ pid, by }: Intent): boolean {
  return by.host === hostname() && isRunning(pid);
}

const UNKNOWN = "unknown";

function whatIsKnown(
  entry: UpdateSummary,
  intent: Intent | undefined,
): Pick<
  ReleaseDraft,
  | "at"
  | "by"
  | "git"
  | "message"
  | "engine"
  | "dataSnapshots"
  | "cause"
  | "schemas"
  | "health"
  | "parity"
  | "durationMilliseconds"
> {
  const ended = entry.endTime ?? entry.startTime;
  const git = gitOfHistory(entry.environment);
  const version = entry.environment["pulumi.version"] ?? UNKNOWN;
  return {
    by: { user: entry.environment["git.author"] ?? UNKNOWN, host: UNKNOWN },
    ...(git && { git }),
    message: entry.message,
    engine: { kind: UNKNOWN, version },
    dataSnapshots: [],
    ...(intent && toldBy(intent)),
    at: ended.toISOString(),
    cause: { kind: "recovered", ...(intent && { intended: intendedKind(intent) }) },
    schemas: {},
    health: { verdict: UNKNOWN, services: {} },
    parity: { verdict: "not measured" },
    durationMilliseconds: ended.getTime() - entry.startTime.getTime(),
  };
}

function intendedKind({ cause }: Intent): Exclude<Intent["cause"]["kind"], "recovered"> {
  return cause.kind === "recovered" ? "up" : cause.kind;
}
