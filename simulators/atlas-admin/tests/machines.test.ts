import { describe, expect, it } from "vitest";
import { noDataPlane } from "../data-plane/data-plane.ts";
import { DURATIONS, type DurationName, durationOf } from "../durations.ts";
import { GONE, isMachineName, MACHINES, type Machine, type MachineName, mayMove } from "../machines.ts";
import { Simulation } from "../simulation.ts";
import { emptyState } from "../state.ts";

const machines = Object.entries(MACHINES) as [MachineName, Machine][];
const newSimulation = () =>
  new Simulation(emptyState("o".repeat(24)), { durations: DURATIONS, dataPlane: noDataPlane, hooks: [] });

describe.each(machines)("the machine of %s", (name, machine) => {
  const states = [
    ...new Set([...machine.initial, ...Object.keys(machine.moves), ...Object.values(machine.moves).flat()]),
  ];

  it("goes by itself only where it may go, and takes its time", () => {
    for (const [from, to] of Object.entries(machine.afterwards)) {
      expect({ from, to, may: mayMove(name, from, to) }).toEqual({ from, to, may: true });
      expect(durationOf(DURATIONS, name, from)).toBeGreaterThan(0);
    }
  });

  it("reaches every state", () => {
    const reached = new Set<string>(machine.initial);
    for (const state of reached) for (const next of machine.moves[state] ?? []) reached.add(next);
    expect([...reached].sort()).toEqual(states.sort());
  });

  it("refuses every other move, and other beginnings", async () => {
    for (const from of states.filter((state) => state !== GONE)) {
      for (const to of states) {
        const simulation = newSimulation();
        simulation.table(machine.table).put("row", { [machine.field]: from });
        const outcome = await simulation.move(name, "row", to).then(
          () => true,
          () => false,
        );
        expect({ from, to, outcome }).toEqual({
          from,
          to,
          outcome: machine.moves[from]?.includes(to) ?? false,
        });
        const row = simulation.table(machine.table).find("row");
        expect(row?.[machine.field]).toBe(outcome ? (to === GONE ? undefined : to) : from);
      }
      const begin = newSimulation().begin(name, "row", { [machine.field]: from });
      if (machine.initial.includes(from)) await begin;
      else await expect(begin).rejects.toThrow(`${name} do not begin as ${from}`);
    }
  });
});

describe("durations", () => {
  it("are those of states that end by themselves, and no others", () => {
    const ending = machines.flatMap(([name, { afterwards }]) =>
      Object.keys(afterwards).map((state) => `${name}.${state}`),
    );
    expect((Object.keys(DURATIONS) as DurationName[]).filter((each) => !ending.includes(each))).toEqual([]);
  });
});

describe("events", () => {
  it("of another simulator's file are left alone, and those of rows that are gone", async () => {
    const simulation = newSimulation();
    expect(isMachineName("mills")).toBe(false);
    simulation.clock.schedule(1, { machine: "mills", key: "a", from: "x", to: "y" });
    simulation.clock.schedule(1, { machine: "clusters", key: "a", from: "CREATING", to: "IDLE" });
    await simulation.clock.settle();
    expect([simulation.moves, simulation.clock.pending]).toEqual([[], []]);
  });
});
