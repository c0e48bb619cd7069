import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTimeouts } from "../../src/program/parse-timeouts.ts";

const NOTHING = { create: "", update: "", delete: "", read: "" };
const seconds = (create: string) => parseTimeouts({ ...NOTHING, create }).create;

describe("parseTimeouts", () => {
  it("leaves out what is not said", () => {
    expect(parseTimeouts(NOTHING)).toEqual({});
    expect(parseTimeouts({ ...NOTHING, delete: "5m", read: "1s" })).toEqual({ delete: 300, read: 1 });
  });

  it.each([
    ["0", 0],
    ["-0", 0],
    ["5s", 5],
    ["1.5m", 90],
    [".5h", 1800],
    ["1h30m", 5400],
    ["-2s", -2],
    ["+2s", 2],
    ["250ms", 0.25],
    ["1us", 1e-6],
    ["1µs", 1e-6],
    ["3ns", 3e-9],
  ])("reads %s", (text, expected) => {
    expect(seconds(text)).toBeCloseTo(expected, 12);
  });

  it.each(["soon", "5", "5 m", "m", "1h30", "-", "5mm", ".s", "\n"])("refuses %j", (text) => {
    expect(() => seconds(text)).toThrow(`unable to parse customTimeout Value ${text}`);
  });

  it("reads any sum of whole units", () => {
    const amount = fc.nat(1000);
    fc.assert(
      fc.property(amount, amount, amount, (h, m, s) => {
        expect(seconds(`${h}h${m}m${s}s`)).toBe(h * 3600 + m * 60 + s);
      }),
    );
  });
});
