import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/events.ts";
import { failureText, Reporter } from "../../src/execute/reporter.ts";
import { type Step, success } from "../../src/plan/step.ts";
import { PartialFailure } from "../../src/providers/provider.ts";
import { resourceState } from "../../src/state/resource.ts";

const state = resourceState({ urn: "urn:pulumi:s::p::a:b:C::x", type: "a:b:C", custom: false });

function reporter(preview: boolean) {
  const events: EngineEvent[] = [];
  const listener = (event: EngineEvent): void => void events.push(event);
  return { events, reporter: new Reporter({ listener, preview, isRefresh: false, refreshes: false }) };
}

describe("a reporter", () => {
  it("tells nothing after a component's step, unless it previews or deletes", () => {
    const create: Step = { op: "create", new: { state } };
    const remove: Step = { op: "delete", old: { state }, afterwards: "forget" };
    const update = reporter(false);
    update.reporter.stepFinished(create, success);
    expect(update.events).toEqual([]);
    update.reporter.stepFinished(remove, success);
    expect(update.events).toHaveLength(1);
    expect(update.reporter.changes).toEqual({ create: 1, delete: 1 });
    const preview = reporter(true);
    preview.reporter.stepFinished(create, success);
    expect(preview.events).toMatchObject([{ kind: "resource-outputs", planning: true }]);
  });

  it("tells a failure of an internal step about no resource", () => {
    const urn = "urn:pulumi:s::p::pulumi:providers:a::default";
    const step: Step = { op: "create", new: { state: { ...state, urn } } };
    const { events, reporter: told } = reporter(false);
    told.stepFinished(step, { ...success, status: "unknown", error: new Error("no plugin") });
    expect(events[0]).toMatchObject({ diagnostic: { urn: "", message: "no plugin\n", prefix: "error: " } });
    expect(told.maybeCorrupt).toBe(true);
  });

  it("lists the reasons of a partial failure", () => {
    const object = { id: "i", outputs: {}, inputs: undefined };
    expect(failureText(new PartialFailure("m", { ...object, reasons: ["a", "b"] }))).toBe(
      "2 errors occurred:\n\t* a\n\t* b\n\n",
    );
    expect(failureText(new PartialFailure("m", { ...object, reasons: [] }))).toBe("m");
  });
});
