import { describe, expect, it } from "vitest";
import type { CutOverProgress, Phase } from "../../../ops/cut-over/progress.ts";
import {
  isCaughtUp,
  isCleanSince,
  type ReplicationReport,
} from "../../../ops/cut-over/replication-report.ts";
import { abandonCutOver, type CutOverWorld, runCutOver } from "../../../ops/cut-over/run-cut-over.ts";
import { planCutOver, renderCutOver } from "../../../ops/cut-over.ts";
import type { SettingChanges } from "../../../ops/traffic/settings-file.ts";

const RULES = { freezeMilliseconds: 60_000 };
const START: CutOverProgress = { phase: "catch-up", previousWeight: 10 };

class Killed extends Error {}

/** A stack of this process: two stores, a gateway that writes to one, copying a document a round. */
class Place implements CutOverWorld {
  settings: { [name: string]: string | number } = {
    "gateway.pythonWeight": 10,
    "gateway.systemOfRecord": "node",
    "gateway.writes": "open",
    replication: "off",
  };
  readonly stores = { node: new Set<number>(), python: new Set<number>() };
  readonly acknowledged: number[] = [];
  readonly said: string[] = [];
  progress: CutOverProgress | undefined;
  postponed = 0;
  emptied = 0;
  copies = true;
  dies = Number.POSITIVE_INFINITY;
  calls = 0;
  #time = 0;
  #round = 0;
  #run = 0;

  async apply(changes: SettingChanges): Promise<void> {
    this.#live();
    if (changes["replication"] !== undefined && changes["replication"] !== this.settings["replication"]) {
      this.#run += 1;
      this.#round = 0;
    }
    this.settings = { ...this.settings, ...changes };
    this.#live();
  }

  async report(): Promise<ReplicationReport | undefined> {
    this.#live();
    return this.#round === 0 ? undefined : this.#last;
  }

  #last: ReplicationReport | undefined;

  /** Writes that come though they are stopped, each after a number of looks. */
  late = 0;
  drains = true;

  async drain(): Promise<boolean> {
    this.#live();
    return this.drains;
  }

  async writesSeen(): Promise<string> {
    this.#live();
    const seen = String(this.acknowledged.length);
    if (this.late > 0) {
      this.late -= 1;
      this.#acknowledge();
    }
    return seen;
  }

  isPostponed(): boolean {
    this.postponed -= 1;
    return this.postponed >= 0;
  }

  async emptyCaches(): Promise<void> {
    this.#live();
    this.emptied += 1;
  }

  save(progress: CutOverProgress): void {
    this.#live();
    this.progress = { ...progress };
  }

  forget(): void {
    this.progress = undefined;
  }

  say(line: string): void {
    this.said.push(line);
  }

  now(): number {
    return this.#time;
  }

  async pause(): Promise<void> {
    this.#time += 500;
    this.#copy();
    this.#live();
  }

  #copy(): void {
    const [from, to] =
      this.settings["replication"] === "node-to-python"
        ? (["node", "python"] as const)
        : (["python", "node"] as const);
    if (this.settings["replication"] === "off") return;
    this.#round += 1;
    const seen = new Set(this.stores[from]);
    if (this.copies) this.stores[to] = seen;
    this.#write();
    const equal = this.stores[to].size === seen.size;
    const { size } = seen;
    const collections = { notes: { documents: size, sha256: "x", equal } };
    this.#last = {
      run: String(this.#run),
      round: this.#round,
      equal,
      changed: 1,
      seconds: 0.5,
      error: null,
      collections,
    };
  }

  /** Clients write all the time; what is stopped is not acknowledged. */
  #write(): void {
    if (this.settings["gateway.writes"] !== "frozen") this.#acknowledge();
  }

  #acknowledge(): void {
    const document = this.acknowledged.length;
    this.stores[this.settings["gateway.systemOfRecord"] === "node" ? "node" : "python"].add(document);
    this.acknowledged.push(document);
  }

  #live(): void {
    this.#write();
    this.calls += 1;
    if (this.calls === this.dies) throw new Killed();
  }

  lost(): number[] {
    const record = this.settings["gateway.systemOfRecord"] === "node" ? "node" : "python";
    return this.acknowledged.filter((document) => !this.stores[record].has(document));
  }
}

describe("a cut-over", () => {
  it("ends with Python as the system of record, writes open, and documents copied back", async () => {
    const place = new Place();
    place.postponed = 2;
    expect(await runCutOver(START, RULES, place)).toBe("reversible");
    expect(place.settings).toEqual({
      "gateway.pythonWeight": 100,
      "gateway.systemOfRecord": "python",
      "gateway.writes": "open",
      replication: "python-to-node",
    });
    expect(place.lost()).toEqual([]);
    expect(place.said.join("\n")).toMatch(
      /postponed[\s\S]*freeze[\s\S]*verified: \d+ documents in 1 collections/,
    );
    expect(place.emptied).toBe(1);
    expect(place.progress?.phase).toBe("reversible");
  });

  it("goes back with everything that Python has taken since, or is confirmed", async () => {
    const place = new Place();
    await runCutOver(START, RULES, place);
    expect(await runCutOver({ phase: "back-freeze", previousWeight: 10 }, RULES, place)).toBeUndefined();
    expect(place.settings).toMatchObject({
      "gateway.pythonWeight": 10,
      "gateway.systemOfRecord": "node",
      "gateway.writes": "open",
    });
    expect(place.settings["replication"]).toBe("off");
    expect(place.lost()).toEqual([]);
    const other = new Place();
    await runCutOver(START, RULES, other);
    expect(await runCutOver({ phase: "confirm", previousWeight: 10 }, RULES, other)).toBeUndefined();
    expect(other.settings).toMatchObject({ "gateway.systemOfRecord": "python", replication: "off" });
    expect(other.progress).toBeUndefined();
  });

  it.each<[string, Phase]>([
    ["forward", "catch-up"],
    ["back", "back-freeze"],
  ])(
    "loses no acknowledged write when it is killed anywhere on its way %s and called again",
    async (_, phase) => {
      for (let dies = 1; ; dies += 1) {
        const place = new Place();
        if (phase === "back-freeze") await runCutOver(START, RULES, place);
        const start = { phase, previousWeight: 10 };
        place.progress = start;
        place.dies = place.calls + dies;
        const survived = await runCutOver(start, RULES, place).then(
          () => true,
          (error: unknown) => {
            if (error instanceof Killed) return false;
            throw error;
          },
        );
        if (survived) break;
        await runCutOver(place.progress ?? start, RULES, place);
        expect(place.lost()).toEqual([]);
        expect(place.settings["gateway.writes"]).toBe("open");
      }
    },
  );

  it("copies once more when a write comes through late", async () => {
    const place = new Place();
    place.late = 3;
    expect(await runCutOver(START, RULES, place)).toBe("reversible");
    expect(place.late).toBe(0);
    expect(place.said.join("\n")).toContain("a write has come through late");
    expect(place.lost()).toEqual([]);
  });

  it("lets writes in again when the gateway does not stop them in time", async () => {
    const place = new Place();
    place.drains = false;
    await expect(runCutOver(START, RULES, place)).rejects.toThrow(
      "the gateway did not refuse writes in time",
    );
    expect(place.settings).toMatchObject({ "gateway.writes": "open", "gateway.systemOfRecord": "node" });
  });

  it("lets writes in again when the copy is not equal in time", async () => {
    const place = new Place();
    const frozen: CutOverProgress = { phase: "freeze", previousWeight: 10 };
    await place.apply({ replication: "node-to-python" });
    place.copies = false;
    await expect(runCutOver(frozen, RULES, place)).rejects.toThrow("the documents were not equal in time");
    expect(place.settings).toMatchObject({ "gateway.writes": "open", "gateway.systemOfRecord": "node" });
    expect(place.progress?.phase).toBe("catch-up");
    await abandonCutOver(place);
    expect(place.settings["replication"]).toBe("off");
    expect(place.progress).toBeUndefined();
  });
});

describe("a clean round", () => {
  const report = (run: string, round: number, equal = true) => ({
    run,
    round,
    equal,
    changed: 0,
    seconds: 0.5,
    error: null,
    collections: {},
  });
  it("is one that began after the mark and found both sides equal", () => {
    const mark = { run: "a", round: 4 };
    expect(isCleanSince(mark, report("a", 5))).toBe(false);
    expect(isCleanSince(mark, report("a", 6))).toBe(true);
    expect(isCleanSince(mark, report("a", 6, false))).toBe(false);
    expect(isCleanSince(mark, report("b", 1))).toBe(true);
  });
});

it("is caught up when two more rounds fit into the time that writes may be stopped for", () => {
  const last = { run: "a", round: 2, seconds: 5, equal: false, changed: 9, error: null, collections: {} };
  expect(isCaughtUp(last, 60_000)).toBe(true);
  expect(isCaughtUp(last, 10_000)).toBe(false);
  expect(isCaughtUp({ ...last, round: 1 }, 60_000)).toBe(false);
  expect(isCaughtUp({ ...last, error: "AutoReconnect" }, 60_000)).toBe(false);
});

describe("the plan of a cut-over", () => {
  const traffic = { systemOfRecord: "node", writes: "open", replication: "off" } as const;
  const outputs = { pythonWeight: 35, traffic };
  const plan = (wish: "forward" | "back" | "confirm", phase?: Phase, change: object = outputs) =>
    planCutOver(wish, phase && { phase, previousWeight: 10 }, {
      stack: "dev",
      outputs: change as typeof outputs,
    });

  it("begins anew, goes on, returns or ends", () => {
    expect(plan("forward")).toEqual({ start: { phase: "catch-up", previousWeight: 35 }, abandons: false });
    expect(plan("forward", "switch").start.phase).toBe("switch");
    expect(plan("forward", "reversible").start.phase).toBe("reversible");
    expect(plan("back", "freeze").abandons).toBe(true);
    expect(plan("back", "reversible").start).toEqual({ phase: "back-freeze", previousWeight: 10 });
    expect(plan("back", "back-open").start.phase).toBe("back-open");
    expect(plan("confirm", "reversible").start.phase).toBe("confirm");
    expect(plan("confirm", "confirm").start.phase).toBe("confirm");
  });

  it.each([
    [() => plan("back"), "there is no cut-over of dev to go back from or to confirm"],
    [() => plan("confirm"), "there is no cut-over of dev"],
    [() => plan("back", "switch"), "a cut-over of dev was broken off in its phase switch"],
    [() => plan("forward", "back-switch"), "was broken off in its phase back-switch"],
    [
      () =>
        plan("forward", undefined, { pythonWeight: 100, traffic: { ...traffic, systemOfRecord: "python" } }),
      "Python is the system of record of dev already",
    ],
    [
      () => plan("forward", undefined, { pythonWeight: 0 }),
      "dev runs what an older program made, which cannot stop writes",
    ],
  ])("is refused where it makes no sense (%#)", (make, message) => {
    expect(make).toThrow(message);
  });

  it("is told with the next commands", () => {
    const result = { stack: "dev", reversible: true, systemOfRecord: "python" } as const;
    expect(renderCutOver(result)).toMatch(
      /python is the system of record of dev[\s\S]*--back returns, --confirm ends/,
    );
    expect(renderCutOver({ ...result, reversible: false })).not.toContain("--back");
  });
});
