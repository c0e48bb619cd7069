import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../src/state/resource.ts";
import { functionProgram } from "../../src/testing/index.ts";
import { aroundWrites } from "./around-writes.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";

interface Saved {
  readonly resources: readonly string[];
  readonly pending: readonly string[];
}

function savesOf(texts: readonly string[]): readonly Saved[] {
  return texts.map((text) => {
    const latest = JSON.parse(text).checkpoint.latest ?? {};
    const name = (urn: string): string => urn.split("::").slice(3).join("::");
    return {
      resources: (latest.resources ?? []).map((r: { urn: string }) => name(r.urn)),
      pending: (latest.pending_operations ?? []).map(
        (o: { type: string; resource: { urn: string } }) => `${o.type} ${name(o.resource.urn)}`,
      ),
    };
  });
}

describe("the recorded state", () => {
  it("names what is under way before the provider is called, and has the object before the program knows", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const atCall: Saved[] = [];
    const latest = (): Saved | undefined => savesOf(stack.store.saves).at(-1);
    cloud.during = () => void atCall.push(latest() ?? { resources: [], pending: [] });
    const atAnswer: string[][] = [];
    const one = (value: number) =>
      program(async (p) => {
        await p.resource(THING, "a", { value, replaceOn: ["zone"] });
        atAnswer.push([...(latest()?.resources ?? [])]);
      });
    await stack.up(one(1));
    await stack.up(one(2));
    await stack.destroy();
    expect(atCall.map((saved) => saved.pending)).toEqual([["creating a"], ["updating a"], ["deleting a"]]);
    expect(atAnswer).toEqual([
      ["proj-test", "default", "a"],
      ["proj-test", "default", "a"],
    ]);
    expect(latest()).toEqual({ resources: [], pending: [] });
  });

  it("is written once where nothing changed", async () => {
    const stack = new Cloud().stack();
    const tree = program(async (p) => {
      const group = await p.component(GROUP, "g");
      await p.outputs(group.urn, { x: 1 });
      for (const name of ["a", "b", "c"]) await p.resource(THING, name);
    });
    await stack.up(tree);
    const before = stack.store.saves.length;
    await stack.up(tree);
    expect(stack.store.saves.length - before).toBe(1);
    await stack.refresh();
    expect(stack.store.saves.length - before).toBe(2);
  });

  it("keeps interrupted creations until they are cleared, with a warning each time", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = program((p) => p.resource(THING, "a"));
    const first = await stack.up(one);
    const a = first.snapshot.resources.at(-1);
    if (a === undefined) throw new Error("a is recorded");
    const interrupted: Snapshot = {
      ...first.snapshot,
      pendingOperations: [
        { type: "creating", resource: { ...a, urn: `${a.urn}2`, id: "" } },
        { type: "updating", resource: a },
      ],
    };
    await stack.store.save(interrupted);
    const warnings = (events: typeof first.events): readonly string[] =>
      events.flatMap((e) =>
        e.kind === "diagnostic" && e.diagnostic.severity === "warning" ? [e.diagnostic.message] : [],
      );
    const preview = await stack.preview(one);
    expect(warnings(preview.events)).toEqual([]);
    const next = await stack.up(one);
    expect(warnings(next.events)[0]).toContain(
      "with 2 pending operations from previous deployment.\n  * urn:",
    );
    expect(next.snapshot.pendingOperations.map((o) => o.type)).toEqual(["creating"]);
    await stack.destroy();
    const cleared = await stack.refresh({ clearPendingCreates: true });
    expect(cleared.snapshot.pendingOperations).toEqual([]);
  });

  it("forgets what an earlier run recorded of a state that did not hold together", async () => {
    const stack = new Cloud().stack();
    const one = program((p) => p.resource(THING, "a"));
    const { snapshot } = await stack.up(one);
    const integrity_error = { version: "3", command: "pulumi up", error: "duplicate resource" };
    await stack.store.save({ ...snapshot, metadata: { integrity_error, later: 1 } });
    expect((await stack.up(one)).snapshot.metadata).toEqual({ later: 1 });
  });

  it("stores stack outputs last", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(
      functionProgram(async (p) => {
        await p.resource(THING, "a");
        return { answer: 42 };
      }),
    );
    expect(run.outputs).toEqual({ answer: 42 });
    const last = run.events.findLast((e) => e.kind === "resource-outputs");
    expect(last).toMatchObject({ step: { urn: "urn:pulumi:test::proj::pulumi:pulumi:Stack::proj-test" } });
  });

  it("cannot be written: the run fails and starts nothing new", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const { store } = stack;
    let writes = 0;
    const full = aroundWrites(store, (write) =>
      ++writes > 4 ? Promise.reject(new Error("disk full")) : write(),
    );
    const two = program(async (p) => {
      await p.resource(THING, "a");
      await p.resource(THING, "b");
    });
    const run = await stack.up(two, {}, { store: full });
    expect(run.result).toBe("failed");
    expect(run.told).toContain("disk full");
    expect(cloud.calls).not.toContain("create b");
    expect(store.locked).toBe(false);
  });
});
