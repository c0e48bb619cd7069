import { describe, expect, it } from "vitest";
import { mebibytes, seconds, toGoDuration, toMebibytes, toSeconds } from "../src/quantities.ts";

describe("quantities", () => {
  it("writes durations the way Go reads them", () => {
    expect(toGoDuration(seconds(90))).toBe("90s");
    expect(toGoDuration(seconds(0.25))).toBe("250ms");
  });

  it("rounds up when a unit is too coarse", () => {
    expect(toSeconds(seconds(1.2))).toBe(2);
    expect(toMebibytes(mebibytes(0.5))).toBe(1);
    expect(toMebibytes(mebibytes(256))).toBe(256);
  });
});
