import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { carryOut, type Deeds } from "../../../ops/rollback/carry-out.ts";
import {
  describeEntry,
  PHASES,
  type Phase,
  phasesLeft,
  type RollbackEntry,
  turnBack,
} from "../../../ops/rollback/entry.ts";
import { RollbackJournal, refuseInterrupted } from "../../../ops/rollback/journal.ts";

const SAVED = [{ store: "documents", kind: "docker-volume", id: "s1", at: "2026-01-02T03:04:05Z" }] as const;
const ENTRY: RollbackEntry = {
  id: "r-1",
  stack: "dev",
  from: 7,
  to: 5,
  withData: true,
  movesSchema: true,
  dropsData: true,
  direction: "there",
  phase: "data-snapshot",
  startedAt: "2026-01-02T03:04:05Z",
  pid: 4_000_000,
};

/** What a rollback works on. */
interface World {
  schema: number;
  resources: number;
  data: number;
  saved: number | undefined;
  records: string[];
}

/** Where a deed stops: before it did anything, or when it was done but nobody knows yet. */
interface Trouble {
  readonly phase: Phase;
  readonly direction: "there" | "back";
  readonly when: "before" | "after";
  readonly how: "killed" | "failed";
}

const never = new Promise<never>(() => undefined);

function deedsOn(world: World, journal: RollbackJournal, troubles: readonly Trouble[] = []): Deeds {
  const meet = async (phase: Phase, when: Trouble["when"]) => {
    const direction = journal.read()?.direction;
    // Every deed finds itself in the journal: it was written before.
    expect(journal.read()?.phase).toBe(phase);
    const met = troubles.find(
      (one) => one.phase === phase && one.when === when && one.direction === direction,
    );
    if (met?.how === "killed") await never;
    if (met?.how === "failed") throw new Error(`${phase} does not work`);
  };
  const deed = async (phase: Phase, effect: () => void) => {
    await meet(phase, "before");
    effect();
    await meet(phase, "after");
  };
  return {
    snapshotData: async () => {
      await deed("data-snapshot", () => {
        world.saved = world.data;
      });
      return [...SAVED];
    },
    moveSchema: (release, direction) =>
      deed(direction === "down" ? "schema-down" : "schema-up", () => {
        const isWanted = direction === "down" ? release < world.schema : release > world.schema;
        if (!isWanted) return;
        if (direction === "down") world.data = -1;
        world.schema = release;
      }),
    update: (release) =>
      deed("update", () => {
        world.resources = release;
      }),
    restoreData: (of) =>
      deed("data", () => {
        world.data = "release" in of ? of.release : (world.saved ?? Number.NaN);
      }),
    checkHealth: () => deed("health", () => undefined),
    record: (entry) =>
      deed("record", () => {
        const record = `${entry.id} ${entry.direction}`;
        if (!world.records.includes(record)) world.records.push(record);
      }),
  };
}

describe("carrying a rollback out", () => {
  let folder: string;
  let journal: RollbackJournal;
  let world: World;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rollback-"));
    journal = new RollbackJournal(folder, "dev");
    world = { schema: 7, resources: 7, data: 7, saved: undefined, records: [] };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const said: string[] = [];
  const work = (troubles: readonly Trouble[] = [], signal = new AbortController().signal) => ({
    journal,
    deeds: deedsOn(world, journal, troubles),
    say: (line: string) => void said.push(line),
    signal,
  });
  /** Lets it run until nothing moves any more: a killed process never comes back. */
  const runUntilKilled = async (entry: RollbackEntry, troubles: readonly Trouble[]) => {
    const ended = carryOut(entry, work(troubles)).then(() => "ended");
    return Promise.race([
      ended,
      new Promise((resolve) => setImmediate(() => setImmediate(resolve, "killed"))),
    ]);
  };
  const there = { schema: 5, resources: 5, data: 5, records: ["r-1 there"] };
  const asBefore = { schema: 7, resources: 7, data: 7, records: ["r-1 back"] };

  it("does one phase after the other, each in the journal before it begins", async () => {
    const end = await carryOut(ENTRY, work());
    expect(end).toMatchObject({ kind: "done", release: 5 });
    expect(Object.keys(end.milliseconds)).toEqual([...PHASES]);
    expect(world).toMatchObject(there);
    expect(journal.read()).toBeUndefined();
  });

  it("leaves data alone where nobody asked for it", async () => {
    world.schema = 5;
    await carryOut({ ...ENTRY, withData: false, dropsData: false }, work());
    expect(world).toMatchObject({ ...there, data: 7 });
  });

  const points = PHASES.flatMap((phase) =>
    (["before", "after"] as const).map((when) => [phase, when] as const),
  );
  it.each(points)("killed in %s (%s it was done), goes on to its end", async (phase, when) => {
    const troubles = [{ phase, when, direction: "there", how: "killed" } as const];
    expect(await runUntilKilled(ENTRY, troubles)).toBe("killed");
    const left = journal.read();
    expect(left).toMatchObject({ phase, direction: "there" });
    expect(await carryOut(left ?? ENTRY, work())).toMatchObject({ kind: "done" });
    expect(world).toMatchObject(there);
  });

  it.each(points)("killed in %s (%s it was done), can be given up", async (phase, when) => {
    const troubles = [{ phase, when, direction: "there", how: "killed" } as const];
    await runUntilKilled(ENTRY, troubles);
    const end = await carryOut(turnBack(journal.read() ?? ENTRY, "given up"), work());
    expect(end).toMatchObject({ kind: "returned", release: 7, failure: { phase } });
    expect(world).toMatchObject({ schema: 7, resources: 7, data: 7 });
    expect(world.records).toContain("r-1 back");
  });

  it.each(points)(
    "failing in %s (%s it was done), goes back to where it was by itself",
    async (phase, when) => {
      const end = await carryOut(ENTRY, work([{ phase, when, direction: "there", how: "failed" }]));
      expect(end).toMatchObject({ kind: "returned", release: 7 });
      expect(end.failure).toEqual({ phase, message: `${phase} does not work` });
      expect(world).toMatchObject({ schema: 7, resources: 7, data: 7 });
      expect(journal.read()).toBeUndefined();
    },
  );

  it.each(["schema-down", "update", "schema-up", "data", "health", "record"] as const)(
    "killed in %s on the way back, goes on to where it was",
    async (phase) => {
      const troubles: Trouble[] = [
        { phase: "health", when: "before", direction: "there", how: "failed" },
        { phase, when: "after", direction: "back", how: "killed" },
      ];
      expect(await runUntilKilled(ENTRY, troubles)).toBe("killed");
      expect(await carryOut(journal.read() ?? ENTRY, work())).toMatchObject({ kind: "returned" });
      expect(world).toMatchObject(asBefore);
    },
  );

  it("keeps the journal where the way back fails, too, and can be gone on with", async () => {
    const troubles: Trouble[] = [
      { phase: "health", when: "before", direction: "there", how: "failed" },
      { phase: "update", when: "before", direction: "back", how: "failed" },
    ];
    await expect(carryOut(ENTRY, work(troubles))).rejects.toMatchObject({ code: "rollback-stuck" });
    expect(await carryOut(journal.read() ?? ENTRY, work())).toMatchObject({ kind: "returned" });
    expect(world).toMatchObject(asBefore);
  });

  it("cannot go back to what no release recorded", async () => {
    const { from: _, ...unrecorded } = ENTRY;
    const troubles = [{ phase: "update", when: "before", direction: "there", how: "failed" } as const];
    await expect(carryOut(unrecorded, work(troubles))).rejects.toMatchObject({
      code: "rollback-stuck",
      help: "mend that; then ./infra rollback dev --continue goes on",
    });
  });

  it("stops at Ctrl-C where it is, and says how to go on", async () => {
    const troubles = [{ phase: "update", when: "after", direction: "there", how: "failed" } as const];
    await expect(carryOut(ENTRY, work(troubles, AbortSignal.abort()))).rejects.toMatchObject({
      code: "rollback-interrupted",
      help: expect.stringMatching(/--continue goes on; .*--abort goes back to release 7/),
    });
    expect(journal.read()?.phase).toBe("update");
  });

  it("restores data on the way back only where it was touched", () => {
    const failedIn = (phase: Phase, rest: Partial<RollbackEntry> = {}) =>
      phasesLeft(turnBack({ ...ENTRY, dataSnapshots: [...SAVED], ...rest, phase }, "why")).includes("data");
    expect(failedIn("update", { dropsData: false })).toBe(false);
    expect(failedIn("update")).toBe(true);
    expect(failedIn("health", { dropsData: false })).toBe(true);
    expect(failedIn("health", { dropsData: false, withData: false })).toBe(false);
    expect(phasesLeft(turnBack({ ...ENTRY, phase: "health" }, "why"))).not.toContain("data");
  });

  describe("its journal", () => {
    it("stops other commands and says how to go on", () => {
      expect(() => refuseInterrupted(journal)).not.toThrow();
      journal.write({ ...ENTRY, phase: "update" });
      expect(() => refuseInterrupted(journal)).toThrow(
        "a rollback of dev to release 5 (begun 2026-01-02T03:04:05Z) stopped in its phase update",
      );
      journal.write({ ...ENTRY, pid: process.ppid });
      expect(() => refuseInterrupted(journal)).toThrow(`goes on in process ${process.ppid}`);
      expect(describeEntry(turnBack(ENTRY, "why"))).toContain("back to release 7, after a failure");
    });

    it("that is damaged is refused, not ignored", () => {
      journal.write(ENTRY);
      writeFileSync(join(folder, "rollback", "dev.json"), "{");
      expect(() => refuseInterrupted(journal)).toThrow("cannot be read");
    });
  });
});
