import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration, sameDuration } from "../../../src/providers/docker/duration.ts";

describe("a duration", () => {
  it.each([
    ["0", 0],
    ["0s", 0],
    ["300ms", 3e8],
    ["1.5s", 1.5e9],
    ["90s", 90e9],
    ["1m30s", 90e9],
    ["2h45m", 9900e9],
    ["7µs", 7000],
    ["7us", 7000],
    ["9ns", 9],
  ])("%s is %d nanoseconds", (text, nanoseconds) => expect(parseDuration(text)).toBe(nanoseconds));

  it.each(["", "5", "s", "1x", "-1s", "1s "])("is not %j", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  it.each([
    [0, "0s"],
    [9, "9ns"],
    [1500, "1.5µs"],
    [3e8, "300ms"],
    [10e9, "10s"],
    [90e9, "1m30s"],
    [60e9, "1m0s"],
    [3600e9, "1h0m0s"],
    [1.5e9, "1.5s"],
  ])("of %d nanoseconds is %s", (nanoseconds, text) => expect(formatDuration(nanoseconds)).toBe(text));

  it("is the same however it is spelt", () => {
    expect(sameDuration("1m30s", "90s")).toBe(true);
    expect(sameDuration("1m", "61s")).toBe(false);
    fc.assert(
      fc.property(
        fc.nat(),
        (milliseconds) => parseDuration(formatDuration(milliseconds * 1e6)) === milliseconds * 1e6,
      ),
    );
  });
});
