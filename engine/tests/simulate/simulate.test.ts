import { describe, expect, it } from "vitest";
import type { Found } from "../../simulate/play-run.ts";
import { renderFound, renderSummary } from "../../simulate/render-summary.ts";
import type { Scheduler } from "../../simulate/scheduler.ts";
import { type Simulation, simulate } from "../../simulate/simulate.ts";
import { World } from "../../simulate/world.ts";
import type { FileStackStore } from "../../src/state/file-store.ts";

const simulation: Simulation = { seed: 5, first: 0, runs: 60, steps: 4, most: 1 };

/** What its engines write to a journal is never there. */
class ForgetfulWorld extends World {
  override store(scheduler?: Scheduler): FileStackStore {
    const store = super.store(scheduler);
    return {
      ...store,
      openJournal: (start) => ({
        ...store.openJournal(start),
        append: async () => undefined,
        isLarge: false,
      }),
    };
  }
}

describe("a simulation", () => {
  it("finds that the engine keeps its invariants, in equal traces for equal seeds, also where threads share the runs", async () => {
    const summary = await simulate(simulation);
    expect(summary.found).toEqual([]);
    expect(summary.played).toBe(60);
    expect(await simulate(simulation)).toEqual(summary);
    expect(await simulate({ ...simulation, workers: 2 })).toEqual(summary);
    expect((await simulate({ ...simulation, seed: 6 })).hash).not.toBe(summary.hash);
  });

  it("finds what breaks an invariant, and makes it small", async () => {
    const told: Found[] = [];
    const broken = {
      ...simulation,
      runs: 300,
      createWorld: (...parts: ConstructorParameters<typeof World>) => new ForgetfulWorld(...parts),
    };
    const { found, played } = await simulate(broken, (failure) => told.push(failure));
    expect(told).toEqual(found);
    expect(played).toBeLessThan(300);
    const [failure] = found;
    expect(failure?.invariant).toBe("lost-resource");
    const stages = failure?.scenario.stages ?? [];
    expect(stages.flatMap(({ program }) => program.resources).length).toBeLessThanOrEqual(2);
    expect(stages.some(({ trouble }) => trouble?.crashAt !== undefined)).toBe(true);
  });
});

describe("what a simulation tells", () => {
  const scenario: Found["scenario"] = {
    disk: "blobs",
    ending: { by: "refresh", check: "up", destroy: true },
    stages: [
      {
        program: {
          resources: [{ kind: "custom", key: "k1", name: "a", type: "fake:index:Thing", value: 1, zone: 0 }],
        },
        operation: { kind: "up" },
        trouble: { faults: [{ call: "create a", kind: "lost-answer" }], crashAt: 3 },
      },
    ],
  };
  const found: Found = {
    run: 7,
    invariant: "lost-resource",
    message: "a lives",
    scenario,
    tail: ["create a"],
  };

  it("is the invariant, the program, the end of the trace and how to see it again", () => {
    expect(renderFound(found, { seed: 5, steps: 4 }).split("\n")).toEqual([
      'run 7 breaks "lost-resource": a lives',
      "",
      "1. up [create a: lost-answer] crashAt=3",
      "   custom a type=fake:index:Thing value=1 zone=0",
      "Then, without any trouble: refresh, up, up that finds nothing to do, destroy. Disk: blobs.",
      "",
      "the end of its trace:",
      "  create a",
      "",
      "again: npm run simulate -- --seed 5 --run 7 --steps 4",
      "",
    ]);
  });

  it("closes with the range of seeds and the rate of a core", () => {
    const summary = {
      ...{ seed: 5, first: 0, runs: 10, steps: 4, most: 1 },
      played: 10,
      operations: 50,
      found: [found],
    };
    const text = renderSummary({ ...summary, hash: "00ff" }, { wallSeconds: 4, cpuSeconds: 2 });
    expect(text).toBe(
      "seed 5, runs 0 to 9: 9 hold, 1 fail\n50 operations; trace 00ff; 4.0 s, 2.0 s of a core: 3 runs a second, 5 a second and core\n",
    );
  });
});
