import { describe, expect, it } from "vitest";
import { DEFAULT_THRESHOLDS, GATES } from "../../../ops/shift/gates.ts";
import type { ShiftProgress } from "../../../ops/shift/progress.ts";
import type { Readings } from "../../../ops/shift/readings.ts";
import { runShift, type ShiftWorld } from "../../../ops/shift/run-shift.ts";
import { renderShift, startOf } from "../../../ops/shift.ts";
import { readingsOf } from "./window.ts";

const RULES = { gates: GATES, thresholds: DEFAULT_THRESHOLDS };
const begin = (from: number, to: number, step = 25) =>
  startOf({ to, step }, undefined, { stack: "dev", weight: from });

class Killed extends Error {}

/** A gateway and a comparator of this process: each hold brings 100 comparisons, wrong ones from a weight on. */
class Place implements ShiftWorld {
  weight: number;
  progress: ShiftProgress | undefined;
  readonly applied: number[] = [];
  readonly said: string[] = [];
  readonly badFrom: number;
  /** Number of the call at which the process dies. */
  dies = Number.POSITIVE_INFINITY;
  #calls = 0;
  #compared = 0;
  #different = 0;

  constructor(weight: number, badFrom = 101) {
    this.weight = weight;
    this.badFrom = badFrom;
  }

  async apply(weight: number): Promise<void> {
    this.#live();
    this.weight = weight;
    this.applied.push(weight);
    this.#live();
  }

  async read(): Promise<Readings> {
    this.#live();
    return readingsOf(this.#compared, { different: this.#different });
  }

  async hold(): Promise<void> {
    this.#live();
    this.#compared += 100;
    if (this.weight >= this.badFrom) this.#different += 50;
  }

  save(progress: ShiftProgress): void {
    this.#live();
    this.progress = structuredClone(progress);
  }

  say(line: string): void {
    this.said.push(line);
  }

  #live(): void {
    this.#calls += 1;
    if (this.#calls === this.dies) throw new Killed();
  }
}

describe("a shift", () => {
  it("goes to its goal a step at a time while Python does well", async () => {
    const place = new Place(0);
    const result = await runShift(begin(0, 100), RULES, place);
    expect(result).toMatchObject({ outcome: "done", weight: 100 });
    expect(place.applied).toEqual([25, 50, 75, 100]);
    expect(renderShift("dev", result)).toContain(
      "Python answers 100 % of the reads of dev; Pulumi.dev.yaml says so too",
    );
  });

  it("goes back to the last good weight when a gate fails", async () => {
    const place = new Place(0, 60);
    const result = await runShift(begin(0, 100), RULES, place);
    expect(place.applied).toEqual([25, 50, 75, 50]);
    expect(result).toMatchObject({ outcome: "returned", weight: 50 });
    expect(result.reason).toMatch(/^parity: 50 of 100/);
    expect(renderShift("dev", result)).toMatch(/^went back: Python answers 50 %.*\n {2}because of parity/);
  });

  it("asks for no proof on the way down, nor without gates", async () => {
    const down = new Place(100, 0);
    expect(await runShift(begin(100, 0, 100), RULES, down)).toMatchObject({ outcome: "done", weight: 0 });
    const bold = new Place(0, 0);
    expect((await runShift(begin(0, 50, 50), { ...RULES, gates: [] }, bold)).outcome).toBe("done");
  });

  it.each([
    ["that does well", 101, 100],
    ["that does badly from 60 % on", 60, 50],
  ])(
    "killed anywhere and called again ends where it would have, with a Python %s",
    async (_, badFrom, weight) => {
      for (let dies = 1; ; dies += 1) {
        const place = new Place(0, badFrom);
        place.dies = dies;
        const start = begin(0, 100);
        const survived = await runShift(start, RULES, place).then(
          () => true,
          (error: unknown) => {
            if (error instanceof Killed) return false;
            throw error;
          },
        );
        if (survived) break;
        const again = startOf({ to: undefined, step: 25 }, place.progress ?? start, {
          stack: "dev",
          weight: place.weight,
        });
        expect((await runShift(again, RULES, place)).weight).toBe(weight);
        expect(place.weight).toBe(weight);
      }
    },
  );
});

describe("the start of a shift", () => {
  it("goes on with the one that was broken off", () => {
    const broken = begin(0, 100);
    expect(startOf({ to: 100, step: 10 }, broken, { stack: "dev", weight: 25 })).toBe(broken);
    expect(() => startOf({ to: 50, step: 10 }, broken, { stack: "dev", weight: 25 })).toThrow(
      "a shift of dev to 100 % was broken off",
    );
    expect(() => startOf({ to: undefined, step: 10 }, undefined, { stack: "dev", weight: 25 })).toThrow(
      "no shift of dev was broken off",
    );
  });
});
