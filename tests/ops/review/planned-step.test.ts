import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { StepCollector } from "../../../ops/review/planned-step.ts";

const SECRET = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:x",
};
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const STACK = "pulumi:pulumi:Stack";
const OBJECT = "kubernetes:core/v1:ConfigMap";

interface Told {
  readonly op: string;
  readonly name: string;
  readonly type?: string;
  readonly old?: object;
  readonly new?: object;
  readonly [more: string]: unknown;
}

const urnOf = (type: string, name: string) => `urn:pulumi:dev::trials::${type}::${name}`;
function event(
  kind: "resourcePreEvent" | "resOutputsEvent",
  { name, type = OBJECT, ...rest }: Told,
): EngineEvent {
  const metadata = { type, urn: urnOf(type, name), ...rest };
  return { sequence: 0, timestamp: 0, [kind]: { metadata } };
}
function stepsOf(...told: readonly Told[]) {
  const collector = new StepCollector();
  for (const one of told) collector.accept(event("resourcePreEvent", one));
  return collector.steps;
}
const named = (name: string, annotations?: object) => ({
  parent: "",
  inputs: { metadata: { name, ...(annotations && { annotations }) } },
});
const DRAWN = { "pulumi.com/autonamed": "true" };

describe("the steps of a preview", () => {
  it("are in the order of their URNs, without those that only carry out another", () => {
    const steps = stepsOf(
      { op: "update", name: "b", new: { parent: "" } },
      { op: "create-replacement", name: "c" },
      { op: "replace", name: "a", keys: ["size", "kind"] },
      { op: "delete-replaced", name: "c" },
      { op: "refresh", name: "d" },
    );
    expect(steps.map(({ op, urn }) => [op, urn.split("::").at(-1)])).toEqual([
      ["replace", "a"],
      ["update", "b"],
    ]);
    expect(steps[0]?.replaceKeys).toEqual(["kind", "size"]);
  });

  it("tell what differs: in detail where the engine does, else by name", () => {
    const [detailed, plain, none] = stepsOf(
      {
        op: "update",
        name: "a",
        detailedDiff: { "b.c": { diffKind: "update-replace" }, a: { diffKind: "add" } },
        diffs: ["b"],
      },
      { op: "update", name: "b", diffs: ["size"] },
      { op: "same", name: "c" },
    );
    expect(detailed?.differences).toEqual([
      { path: "a", kind: "add" },
      { path: "b.c", kind: "update-replace" },
    ]);
    expect(plain?.differences).toEqual([{ path: "size", kind: "update" }]);
    expect(none).toEqual({
      op: "same",
      urn: urnOf(OBJECT, "c"),
      type: OBJECT,
      differences: [],
      replaceKeys: [],
    });
  });

  it("hide what is secret, and what only the update tells", () => {
    const [step] = stepsOf({
      op: "create",
      name: "a",
      new: {
        parent: "urn",
        custom: true,
        protect: true,
        inputs: { token: SECRET, list: [SECRET, UNKNOWN, 1], nested: { at: UNKNOWN, on: false } },
        outputs: null,
      },
    });
    expect(step?.new).toEqual({
      protect: true,
      retainOnDelete: false,
      custom: true,
      parent: "urn",
      inputs: {
        token: "[secret]",
        list: ["[secret]", "[unknown]", 1],
        nested: { at: "[unknown]", on: false },
      },
      outputs: {},
    });
    expect(step).not.toHaveProperty("old");
  });

  it("have the outputs of the stack as they are in the end", () => {
    const collector = new StepCollector();
    const stack = {
      op: "update",
      name: "trials-dev",
      type: STACK,
      new: { parent: "", outputs: { url: "a" } },
    };
    collector.accept(event("resourcePreEvent", { ...stack, new: { parent: "" } }));
    collector.accept(
      event("resOutputsEvent", { op: "update", name: "x", new: { parent: "", outputs: { z: 1 } } }),
    );
    collector.accept(event("resOutputsEvent", stack));
    collector.accept({ sequence: 1, timestamp: 0, stdoutEvent: { message: "", color: "" } });
    expect(collector.steps[0]?.new?.outputs).toEqual({ url: "a" });
    const [gone] = stepsOf({ op: "delete", name: "trials-dev", type: STACK, old: { parent: "" } });
    expect(gone).not.toHaveProperty("new");
  });

  it("have the same name in each preview where an engine draws one, but keep what is recorded or chosen", () => {
    const [drawn, user, chosen, kept, unmarked] = stepsOf(
      { op: "create", name: "a", new: named("settings-1a2b3c4d", DRAWN) },
      { op: "create", name: "b", new: { parent: "", inputs: { from: "settings-1a2b3c4d" } } },
      { op: "create", name: "c", new: named("chosen-00000000") },
      {
        op: "update",
        name: "d",
        old: named("kept-1a2b3c4d", DRAWN),
        new: named("kept-1a2b3c4d", DRAWN),
      },
      { op: "same", name: "e", old: named("same-1a2b3c4d", DRAWN), new: named("same-1a2b3c4d", DRAWN) },
    );
    expect(drawn?.new?.inputs).toMatchObject({ metadata: { name: "settings-*" } });
    expect(user?.new?.inputs).toEqual({ from: "settings-*" });
    expect(chosen?.new?.inputs).toMatchObject({ metadata: { name: "chosen-00000000" } });
    expect(kept?.new?.inputs).toMatchObject({ metadata: { name: "kept-1a2b3c4d" } });
    expect(unmarked?.new?.inputs).toMatchObject({ metadata: { name: "same-1a2b3c4d" } });
  });
});
