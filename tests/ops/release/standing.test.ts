import type { UpdateSummary } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import type { Intent } from "../../../ops/release/intent.ts";
import { sortIntents } from "../../../ops/release/recover-release.ts";
import { judgeStanding, recordUpdate } from "../../../ops/release/standing.ts";
import { draftAt } from "./example-release.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));

function entry(minute: number, changes: Partial<UpdateSummary> = {}): UpdateSummary {
  return {
    kind: "update",
    startTime: at(minute),
    endTime: at(minute),
    message: "",
    environment: {},
    config: {},
    result: "succeeded",
    version: 0,
    resourceChanges: { update: 1 },
    ...changes,
  };
}

describe("the standing of a state", () => {
  const recorded = recordUpdate(entry(5));

  it("is current where the newest update is the recorded one, whatever changed nothing after it", () => {
    expect(judgeStanding([entry(5)], recorded)).toEqual({ kind: "current" });
    const after = [entry(8, { kind: "refresh" }), entry(7, { resourceChanges: { same: 3 } })];
    expect(judgeStanding([...after, entry(5), entry(3)], recorded)).toEqual({ kind: "current" });
  });

  it("is unrecorded where an update came after, or none is recorded", () => {
    expect(judgeStanding([entry(6), entry(5)], recorded)).toMatchObject({
      kind: "unrecorded",
      update: entry(6),
    });
    expect(judgeStanding([entry(5)], undefined)).toMatchObject({ kind: "unrecorded" });
  });

  it("is disturbed where something failed after the last update, recorded or not", () => {
    const failed = entry(9, { result: "failed" });
    expect(judgeStanding([failed, entry(5)], recorded)).toEqual({ kind: "disturbed", by: failed });
    expect(judgeStanding([failed, entry(6)], recorded)).toEqual({ kind: "disturbed", by: failed });
    const finished = entry(10, { resourceChanges: { same: 3 } });
    expect(judgeStanding([finished, failed, entry(5)], recorded)).toEqual({
      kind: "unrecorded",
      update: finished,
    });
    expect(judgeStanding([finished], undefined)).toEqual({ kind: "unrecorded", update: finished });
    expect(judgeStanding([failed, entry(8, { kind: "destroy" })], recorded)).toEqual({
      kind: "disturbed",
      by: failed,
    });
    expect(judgeStanding([failed], undefined)).toEqual({ kind: "disturbed", by: failed });
  });

  it("is told by the place in the history where the seconds are the same", () => {
    const inTheSameSecond = [entry(5, { kind: "destroy" }), entry(5), entry(4)];
    expect(judgeStanding(inTheSameSecond, recorded)).toEqual({ kind: "destroyed" });
    expect(judgeStanding(inTheSameSecond.slice(1), recorded)).toEqual({ kind: "current" });
  });

  it("is told by the time where the history no longer has the recorded update", () => {
    expect(judgeStanding([entry(6)], recorded)).toMatchObject({ kind: "unrecorded" });
    expect(judgeStanding([entry(4)], recorded)).toEqual({ kind: "current" });
  });

  it("is destroyed, or empty", () => {
    expect(judgeStanding([entry(9, { kind: "destroy" }), entry(5)], recorded)).toEqual({ kind: "destroyed" });
    expect(judgeStanding([], undefined)).toEqual({ kind: "empty" });
  });
});

describe("what was intended with an update", () => {
  const { by, message, engine, cause, dataSnapshots } = draftAt(0);
  const intentAt = (minute: number): Intent => ({
    id: crypto.randomUUID(),
    pid: 1,
    at: at(minute).toISOString(),
    by,
    message,
    engine,
    cause,
    dataSnapshots,
  });

  it("is the last that was written down before it began", () => {
    const [early, late, after] = [intentAt(1), intentAt(3), intentAt(5)];
    const sorted = sortIntents([early, after, late], { startTime: at(4) });
    expect(sorted).toEqual({ intended: late, others: [early] });
  });
});
