import { expect, it } from "vitest";
import { parseVerbArguments } from "../../../ops/arguments.ts";
import { askedFor } from "../../../ops/shift/judging-flags.ts";
import { readShiftOptions } from "../../../ops/shift/options.ts";
import { shiftVerb } from "../../../ops/shift.ts";

const read = (...argv: string[]) => readShiftOptions(parseVerbArguments(shiftVerb, ["dev", ...argv]).flags);

it("reads what a shift is asked for; docs/shift.md has the defaults", () => {
  expect(read("--to", "50")).toEqual({
    to: 50,
    step: 25,
    gates: ["parity", "latency", "errors"],
    holdMilliseconds: 60_000,
    thresholds: {
      minSamples: 20,
      maxMismatch: 0.001,
      maxLatencyRatio: 1.5,
      latencyGrace: 0.1,
      maxErrors: 0.01,
    },
  });
  expect(read("--resume", "--gate", "errors", "--hold", "500ms")).toMatchObject({
    to: undefined,
    gates: ["errors"],
    holdMilliseconds: 500,
  });
  expect(read("--to", "1", "--gate", "none", "--hold", "2m")).toMatchObject({
    gates: [],
    holdMilliseconds: 120_000,
  });
});

it("tells what was asked for from what is only a default", () => {
  const asked = (...argv: string[]) => askedFor(parseVerbArguments(shiftVerb, ["dev", ...argv]).flags);
  expect(asked("--to", "50", "--hold", "60s")).toEqual({});
  expect(asked("--resume", "--probe", "--gate", "errors", "--max-errors", "2")).toEqual({
    probe: true,
    gate: "errors",
    "max-errors": "2",
  });
});

it.each([
  [[], "say where to: --to P, or --resume to go on"],
  [["--to", "101"], "--to is 101: a whole number from 0 to 100 is needed"],
  [["--to", "1.5"], "--to is 1.5: a whole number"],
  [["--to", ""], "--to is : a whole number"],
  [["--to", "5", "--step", "0"], "--step is 0: a whole number from 1 to 100 is needed"],
  [["--to", "5", "--hold", "60"], "--hold is 60: a time such as 500ms, 60s or 2m is needed"],
  [["--to", "5", "--gate", "speed"], "--gate speed: there are parity, latency, errors, and none"],
  [["--to", "5", "--max-errors", "many"], "--max-errors is many: a number from 0 to 100 is needed"],
])("refuses %j", (argv, message) => {
  expect(() => read(...argv)).toThrow(message);
});
