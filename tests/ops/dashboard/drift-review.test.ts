import { describe, expect, it } from "vitest";
import type { DriftReport } from "../../../contracts/drift.ts";
import { toDriftPart } from "../../../ops/dashboard/sources/drift-review.ts";

const report: DriftReport = {
  version: 1,
  project: "trials",
  stack: "dev",
  at: "2026-01-01T00:00:00Z",
  resources: 40,
  counts: { critical: 0, warning: 0, info: 0, ignored: 0 },
  findings: [],
  causes: [],
  ignored: [],
  stale: [],
};

describe("toDriftPart", () => {
  it.each([0, 3])("takes the report of a review that ended with %d", (code) => {
    expect(toDriftPart(code, JSON.stringify(report), "engine: embedded\n")).toEqual({
      state: "done",
      report,
    });
  });

  it("tells what a review failed with", () => {
    const said = "engine: embedded\nerror: the stack is locked\n  help: wait\n";
    expect(toDriftPart(1, "", said)).toMatchObject({
      state: "failed",
      error: "the stack is locked\n  help: wait",
    });
    expect(toDriftPart(null, "", "")).toMatchObject({ error: "the review ended with null" });
  });

  it.each(["", "{}", "a warning\n{}"])("does not take %j for a report", (said) => {
    expect(toDriftPart(0, said, "")).toMatchObject({
      state: "failed",
      error: expect.stringMatching(/^the review cannot be read: /),
    });
  });
});
