import { describe, expect, it } from "vitest";
import {
  mebibytes,
  millicores,
  seconds,
  toCpuQuantity,
  toGoDuration,
  toMebibytes,
  toMemoryQuantity,
  toSeconds,
} from "../src/quantities.ts";

describe("quantities", () => {
  it("writes durations the way Go reads them", () => {
    expect(toGoDuration(seconds(90))).toBe("90s");
    expect(toGoDuration(seconds(0.25))).toBe("250ms");
  });

  it("writes amounts the way Kubernetes's API server does, so that they are no difference", () => {
    expect([512, 2048, 65_536].map((count) => toMemoryQuantity(mebibytes(count)))).toEqual([
      "512Mi",
      "2Gi",
      "64Gi",
    ]);
    expect([250, 2000].map((count) => toCpuQuantity(millicores(count)))).toEqual(["250m", "2"]);
  });

  it("rounds up when a unit is too coarse", () => {
    expect(toSeconds(seconds(1.2))).toBe(2);
    expect(toMebibytes(mebibytes(0.5))).toBe(1);
    expect(toMebibytes(mebibytes(256))).toBe(256);
  });
});
