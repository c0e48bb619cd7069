import { UserError } from "../errors.ts";
import type { SettingChanges } from "../traffic/settings-file.ts";
import type { CutOverProgress, Phase } from "./progress.ts";
import { isCaughtUp, isCleanSince, type Mark, type ReplicationReport } from "./replication-report.ts";

/** What a cut-over does to the world. */
export interface CutOverWorld {
  /** Brings the stack to settings by an update; done again, it does nothing. */
  apply(changes: SettingChanges, message: string): Promise<void>;
  /** The last round of the copying; undefined before the first. */
  report(): Promise<ReplicationReport | undefined>;
  /** Waits until no write is under way that will be acknowledged; false where that is not reached until the moment. */
  drain(deadline: number): Promise<boolean>;
  /** Tells of the writes that backends have answered: something else once one has come through. */
  writesSeen(): Promise<string>;
  /** Whether somebody wants it to wait before it stops writes. */
  isPostponed(): boolean;
  /** Empties the caches of both backends: what they hold was read before the documents changed beneath them. */
  emptyCaches(): Promise<void>;
  save(progress: CutOverProgress): void;
  /** Nothing is under way any more. */
  forget(): void;
  say(line: string): void;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Lets some time pass between two looks. */
  pause(): Promise<void>;
}

export interface CutOverRules {
  /** How long writes may be stopped for the last documents to be copied. */
  readonly freezeMilliseconds: number;
}

interface PhaseContext {
  readonly progress: CutOverProgress;
  readonly rules: CutOverRules;
  readonly world: CutOverWorld;
}

/** Does a phase; gives the next one, or undefined where that is the end. */
type Act = (context: PhaseContext) => Promise<Phase | undefined>;

const ACTS: { readonly [phase in Exclude<Phase, "reversible">]: Act } = {
  async "catch-up"({ world, rules }) {
    await world.apply({ replication: "node-to-python" }, "copy Node's documents to Python");
    await waitUntil(world, "catching up", async () => {
      const report = await world.report();
      return report !== undefined && isCaughtUp(report, rules.freezeMilliseconds);
    });
    await waitUntil(world, "postponed", async () => !world.isPostponed());
    return "freeze";
  },
  freeze: (context) => freezeUntilClean(context, { next: "switch", fallback: "catch-up" }),
  async switch({ world }) {
    const changes = {
      "gateway.systemOfRecord": "python",
      "gateway.pythonWeight": 100,
      replication: "python-to-node",
    };
    await world.apply(changes, "Python is the system of record");
    await world.emptyCaches();
    return "open";
  },
  async open({ world }) {
    await world.apply({ "gateway.writes": "open" }, "writes go to Python");
    return "reversible";
  },
  "back-freeze": (context) => freezeUntilClean(context, { next: "back-switch", fallback: "reversible" }),
  async "back-switch"({ world, progress }) {
    const changes = {
      "gateway.systemOfRecord": "node",
      "gateway.pythonWeight": progress.previousWeight,
      replication: "off",
    };
    await world.apply(changes, "Node is the system of record again");
    await world.emptyCaches();
    return "back-open";
  },
  async "back-open"({ world }) {
    await world.apply({ "gateway.writes": "open" }, "writes go to Node");
    return undefined;
  },
  async confirm({ world }) {
    await world.apply({ replication: "off" }, "the way back is closed");
    return undefined;
  },
};

/**
 * Takes a cut-over from where it stands to `reversible`, or a way back or confirmation to its end. Each phase is
 * written down before it begins and may be begun again. Gives the phase that it ended in; undefined: all done.
 */
export async function runCutOver(
  start: CutOverProgress,
  rules: CutOverRules,
  world: CutOverWorld,
): Promise<Phase | undefined> {
  let progress = start;
  world.save(progress);
  while (progress.phase !== "reversible") {
    world.say(`${progress.phase} …`);
    const next = await ACTS[progress.phase]({ progress, rules, world });
    if (next === undefined) {
      world.forget();
      return undefined;
    }
    progress = { ...progress, phase: next };
    world.save(progress);
  }
  return progress.phase;
}

/** Undoes a cut-over that has not switched yet. */
export async function abandonCutOver(world: CutOverWorld): Promise<void> {
  await world.apply({ "gateway.writes": "open", replication: "off" }, "the cut-over is abandoned");
  world.forget();
}

/** Stops writes; goes on once nothing is behind, or lets writes in again when that takes too long. */
async function freezeUntilClean(
  { progress, rules, world }: PhaseContext,
  to: { readonly next: Phase; readonly fallback: Phase },
): Promise<Phase> {
  await world.apply({ "gateway.writes": "frozen" }, "writes are stopped");
  const deadline = world.now() + rules.freezeMilliseconds;
  const isStopped = await world.drain(deadline);
  const clean = isStopped ? await awaitClean(world, deadline) : undefined;
  if (clean !== undefined) {
    world.say(renderVerification(clean));
    return to.next;
  }
  await world.apply({ "gateway.writes": "open" }, "writes go on: they could not be switched in time");
  world.save({ ...progress, phase: to.fallback });
  throw isStopped
    ? new UserError("not-clean", "the documents were not equal in time; writes go on as before", {
        help: "./infra logs STACK replication says what differs; --freeze-timeout gives it longer",
      })
    : new UserError("not-stopped", "the gateway did not refuse writes in time; they go on as before", {
        help: "its address has to be reached from here; --freeze-timeout gives its controller longer",
      });
}

/** The report of a round that began after the last write and found both sides equal; undefined where there was none in time. */
async function awaitClean(world: CutOverWorld, deadline: number): Promise<ReplicationReport | undefined> {
  const look = async () => ({ seen: await world.writesSeen(), mark: await markNow(world) });
  let { seen, mark } = await look();
  for (;;) {
    const report = await world.report();
    if (report !== undefined && isCleanSince(mark, report)) {
      if ((await world.writesSeen()) === seen) return report;
      world.say("  a write has come through late: another round …");
      ({ seen, mark } = await look());
    }
    if (world.now() >= deadline) return undefined;
    await world.pause();
  }
}

async function markNow(world: CutOverWorld): Promise<Mark> {
  return (await world.report()) ?? { run: "", round: 0 };
}

function renderVerification({ collections }: ReplicationReport): string {
  const found = Object.values(collections);
  const documents = found.reduce((sum, collection) => sum + collection.documents, 0);
  return `verified: ${documents} documents in ${found.length} collections, equal by count and SHA-256`;
}

async function waitUntil(
  world: CutOverWorld,
  what: string,
  isReached: () => Promise<boolean>,
): Promise<void> {
  for (let told = false; !(await isReached()); told = true) {
    if (!told) world.say(`  ${what} …`);
    await world.pause();
  }
}
