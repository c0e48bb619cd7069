import { beforeEach, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/events.ts";
import { ROOT_STACK_TYPE } from "../../src/plan/urn.ts";
import type { TestRun, TestStack } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";
import { OWNER, PART_URN, part, partsOf, step, type Tell, teller } from "./view-teller.ts";

const one = (value: string, more: object = {}) => program((p) => p.resource(THING, "a", { value, ...more }));
const none = program(async () => undefined);

const about = (run: TestRun, urn: string): readonly string[] =>
  run.events.flatMap((event: EngineEvent) =>
    "step" in event && event.step.urn === urn ? [`${event.kind} ${event.step.op}`] : [],
  );

/** What was counted, the program's stack left out. */
function counted({ events }: TestRun): { readonly [op: string]: number } {
  const ended = events.filter(
    (event) => event.kind === "resource-outputs" && event.step.type !== ROOT_STACK_TYPE,
  );
  const counts: { [op: string]: number } = {};
  for (const event of ended) {
    if (event.kind !== "resource-outputs" || event.step.internal) continue;
    counts[event.step.op] = (counts[event.step.op] ?? 0) + 1;
  }
  return counts;
}

let cloud: Cloud;
let stack: TestStack;
let tell: Tell;
const shown: (readonly [string, readonly string[]])[] = [];

/** One part that follows the object's `value`, as the official CLI's own tests have it. */
const follow: Tell = (call, [old], { inputs }) => {
  const next = part(String(inputs["value"]));
  if (call === "create") return [step("create", { new: next })];
  if (call === "update") return [step("update", { old, new: next })];
  return call === "delete" && old !== undefined ? [step("delete", { old })] : [];
};

beforeEach(() => {
  cloud = new Cloud();
  shown.length = 0;
  tell = follow;
  const functions = teller(cloud, (call, views, request) => {
    shown.push([call, views.map(({ name, outputs }) => `${name} ${String(outputs["result"])}`)]);
    return tell(call, views, request);
  });
  stack = cloud.stack({ functions });
});

describe("a view", () => {
  it("is made, kept, changed and deleted with its object, as its provider says", async () => {
    const created = await stack.up(one("x"));
    expect(counted(created)).toEqual({ create: 2 });
    expect(about(created, PART_URN)).toEqual(["resource-pre create", "resource-outputs create"]);
    expect(created.snapshot.resources.at(-1)).toMatchObject({
      ...{ urn: PART_URN, parent: OWNER, viewOf: OWNER, custom: false, id: "", created: "" },
      ...{ inputs: { input: "x" }, outputs: { result: "x" } },
    });

    const kept = await stack.up(one("x"));
    expect(counted(kept)).toEqual({ same: 2 });
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });

    const updated = await stack.up(one("y"));
    expect(counted(updated)).toEqual({ update: 2 });
    expect(about(updated, PART_URN)).toEqual(["resource-pre update", "resource-outputs update"]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "y" } });

    const deleted = await stack.up(none);
    expect(counted(deleted)).toEqual({ delete: 2 });
    expect(deleted.steps.slice(1)).toEqual(["delete a", "delete a-part", "delete default"]);
    expect(deleted.snapshot.resources.map(({ type }) => type)).toEqual([ROOT_STACK_TYPE]);
    expect(shown).toEqual([
      ["create", []],
      ["update", ["a-part x"]],
      ["delete", ["a-part y"]],
    ]);
  });

  it("shows in previews and leaves nothing there", async () => {
    expect(counted(await stack.preview(one("x")))).toEqual({ create: 2 });
    await stack.up(one("x"));
    expect(counted(await stack.preview(one("y")))).toEqual({ update: 2 });
    expect(counted(await stack.preview(none))).toEqual({ delete: 2 });
    expect(counted(await stack.destroy({ preview: true }))).toEqual({ delete: 2 });
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
  });

  it("may be replaced while its object is updated, in either order", async () => {
    const [x, y] = [part("x"), part("y")];
    const orders = [
      [
        step("delete-replaced", { old: x }),
        step("replace", { old: x, new: y }),
        step("create-replacement", { new: y, old: x }),
      ],
      [
        step("create-replacement", { old: x, new: y }),
        step("replace", { old: x, new: y }),
        step("delete-replaced", { old: x }),
      ],
    ];
    for (const steps of orders) {
      tell = follow;
      await stack.up(one("x"));
      tell = (call) => (call === "update" ? steps : []);
      const run = await stack.up(one("y"));
      expect(run.told).toEqual([]);
      expect(run.changes).toEqual({ replace: 1, same: 1, update: 1 });
      expect(await partsOf(stack)).toEqual({ "a-part": { result: "y" } });
    }
  });

  it("that is replaced and never said to be deleted is forgotten at the end of the run", async () => {
    await stack.up(one("x"));
    tell = (call, [old]) => (call === "update" ? [step("create-replacement", { old, new: part("y") })] : []);
    expect((await stack.up(one("y"))).told).toEqual([]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "y" } });
  });

  it("that fails fails the run; the object is recorded all the same", async () => {
    await stack.up(one("x"));
    tell = (_call, [old]) => [
      step("update", { old, new: part("y") }, { error: "no luck", status: "unknown" }),
    ];
    const run = await stack.up(one("y"));
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(["no luck", "update failed"]);
    expect(about(run, PART_URN)).toEqual(["resource-pre update", "resource-failed update"]);
    expect(run.events.find((event) => event.kind === "summary")).toMatchObject({ maybeCorrupt: true });
    expect(run.snapshot.resources.find(({ urn }) => urn === OWNER)?.inputs).toEqual({ value: "y" });
    expect(run.snapshot.pendingOperations).toEqual([]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
  });

  it("that fails in part keeps its old inputs", async () => {
    await stack.up(one("x"));
    tell = (_call, [old]) => [step("update", { old, new: part("y") }, { error: "half", status: "partial" })];
    const { snapshot } = await stack.up(one("y"));
    expect(snapshot.resources.at(-1)).toMatchObject({ inputs: { input: "x" }, outputs: { result: "y" } });
  });

  it.each([
    ["refresh", { "a-part": { result: "y" } }],
    ["import-replacement", { "a-part": { result: "y" } }],
    ["read-replacement", { "a-part": { result: "y" } }],
    ["discard", {}],
    ["discard-replaced", {}],
    ["remove-pending-replace", {}],
  ] as const)("may be told of with any operation (%s)", async (op, left) => {
    await stack.up(one("x"));
    const isGone = Object.keys(left).length === 0;
    tell = (call, [old]) => {
      if (call !== "update") return [];
      return [step(op, isGone ? { old } : { old, new: part("y") })];
    };
    const run = await stack.up(one("y"));
    expect(run.told).toEqual([]);
    expect(await partsOf(stack)).toEqual(left);
  });

  it("of an object that is not recorded any more is forgotten", async () => {
    const { snapshot } = await stack.up(one("x"));
    const resources = snapshot.resources
      .filter(({ urn }) => urn !== OWNER)
      .map((state) => (state.urn === PART_URN ? { ...state, parent: "" } : state));
    await stack.store.save({ ...snapshot, resources });
    const run = await stack.up(none);
    expect(run.told).toEqual([]);
    expect(await partsOf(stack)).toEqual({});
  });

  it("may change more than once in one call", async () => {
    tell = () => [
      step("create", { new: part("draft") }),
      step("update", { old: part("draft"), new: part("done") }),
    ];
    expect((await stack.up(one("x"))).told).toEqual([]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "done" } });
  });

  it("shows the differences that its provider tells of", async () => {
    await stack.up(one("x"));
    const diff = {
      ...{ replaceKeys: ["input"], changedKeys: ["input"], stableKeys: [] },
      detailedDiff: { input: { kind: "update", inputDiff: true } },
    } as const;
    tell = (_call, [old]) => [step("update", { old, new: part("y") }, { diff })];
    const run = await stack.up(one("y"));
    const told = run.events.find((event) => event.kind === "resource-outputs" && event.step.urn === PART_URN);
    expect(told).toMatchObject({ step: { diffs: ["input"], detailedDiff: diff.detailedDiff } });
  });
});

describe("what a provider says that cannot be", () => {
  it.each([
    ["is not a recorded view", () => [step("update", { old: part("x", "other"), new: part("y") })]],
    [
      "is not a recorded view",
      () => [step("delete", { old: part("x") }), step("delete", { old: part("x") })],
    ],
    ["is a recorded view already", () => [step("create", { new: part("y") })]],
    ["needs its old state", () => [step("update", { new: part("y", "b-part") })]],
    ["needs its old state", () => [step("delete", {})]],
    ["needs its old state", () => [step("remove-pending-replace", {})]],
    ["needs its new state", () => [step("import", {})]],
  ] as const)("%s is refused, and none of its steps counts", async (message, steps) => {
    await stack.up(one("x"));
    tell = steps;
    const run = await stack.up(one("y"));
    expect(run.told.join()).toContain(message);
    expect(about(run, PART_URN)).toEqual([]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
  });

  it("comes too late once the call has ended", async () => {
    let late: Promise<void> | undefined;
    const plain = cloud.provider();
    const functions: Partial<typeof plain> = {
      create: async (request) => {
        setImmediate(() => {
          late = request.views?.publish([step("create", { new: part("x") })]);
          late?.catch(() => undefined);
        });
        return plain.create(request);
      },
    };
    const run = await cloud.stack({ functions }).up(
      program(async (p) => {
        await p.resource(THING, "a", {});
        while (late === undefined) await new Promise(setImmediate);
        await expect(late).rejects.toThrow("has ended");
      }),
    );
    expect(run.told).toEqual([]);
  });
});

describe("views of an object that is replaced", () => {
  it.each([
    ["create-first", false, { "old a-part": { result: "x" }, "a-part": { result: "y" } }],
    ["delete-first", true, { "a-part": { result: "y" } }],
  ] as const)("go with the old object (%s)", async (_order, deleteFirst, between) => {
    await stack.up(one("x", { region: "here", deleteFirst }));
    shown.length = 0;
    const seen: unknown[] = [];
    tell = (call, views, request) => {
      if (call === "delete" && !deleteFirst) seen.push(partsOf(stack));
      return follow(call, views, request);
    };
    const run = await stack.up(one("y", { region: "there", deleteFirst }));
    expect(run.told).toEqual([]);
    expect(Object.fromEntries(shown)).toEqual({ create: [], delete: ["a-part x"] });
    if (!deleteFirst) expect(await Promise.all(seen)).toEqual([between]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "y" } });
    expect(run.snapshot.resources.filter(({ urn }) => urn === OWNER)).toHaveLength(1);
  });

  it("wait for their deletion with an old object that cannot be deleted yet", async () => {
    await stack.up(one("x", { region: "here" }));
    cloud.failures.set("delete a", "not now");
    tell = (call, views, request) => (call === "delete" ? [] : follow(call, views, request));
    await stack.up(one("y", { region: "there" }));
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "y" }, "old a-part": { result: "x" } });
    cloud.failures.clear();
    tell = follow;
    const run = await stack.up(one("y", { region: "there" }));
    expect(run.told).toEqual([]);
    expect(shown.at(-1)).toEqual(["delete", ["a-part x"]]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "y" } });
  });

  it("are not taken from the old object by a new one that is not made", async () => {
    await stack.up(one("x", { region: "here" }));
    cloud.failures.set("create a", "full");
    const run = await stack.up(one("y", { region: "there" }));
    expect(run.told).toEqual(["full", "update failed"]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
  });
});

describe("views whose object fails", () => {
  it("are not recorded without it", async () => {
    cloud.failures.set("create a", "full");
    const run = await stack.up(one("x"));
    expect(run.told).toEqual(["full", "update failed"]);
    expect(about(run, PART_URN)).toEqual(["resource-pre create", "resource-outputs create"]);
    expect(await partsOf(stack)).toEqual({});
    expect(run.snapshot.pendingOperations).toEqual([]);
  });

  it("are recorded with what was made in part", async () => {
    await stack.up(one("x", { initError: "not ready" }));
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
  });

  it("are what they are where an update or a delete of it fails", async () => {
    await stack.up(one("x"));
    cloud.failures.set("update a", "no").set("delete a", "no");
    await stack.up(one("y"));
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "y" } });
    await stack.up(none);
    expect(await partsOf(stack)).toEqual({});
  });

  it("keep it where one of them cannot be deleted", async () => {
    await stack.up(one("x"));
    tell = (_call, [old]) => [step("delete", { old }, { error: "stuck" })];
    const run = await stack.up(none);
    expect(run.told).toEqual(["stuck", "update failed"]);
    expect(run.snapshot.resources.map(({ urn }) => urn)).toEqual(expect.arrayContaining([OWNER, PART_URN]));
    expect(run.snapshot.pendingOperations).toEqual([]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
  });
});

describe("deletes that their provider is not asked for, or does not tell of views", () => {
  it("take the views along", async () => {
    await stack.up(program((p) => p.resource(THING, "a", { value: "x" }, { retainOnDelete: true })));
    const retained = await stack.up(none);
    expect(counted(retained)).toEqual({ delete: 2 });
    expect(await partsOf(stack)).toEqual({});

    await stack.up(one("x"));
    tell = () => [];
    const run = await stack.destroy({ targets: [OWNER] });
    expect(run.told).toEqual([]);
    expect(run.steps.slice(-2)).toEqual(["delete a", "delete a-part"]);
    expect(await partsOf(stack)).toEqual({});
  });

  it("leave protected objects with their views", async () => {
    await stack.up(program((p) => p.resource(THING, "a", { value: "x" }, { protect: true })));
    const run = await stack.destroy();
    expect(run.result).toBe("failed");
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
    expect((await stack.destroy({ ignoreProtect: true })).told).toEqual([]);
    expect(await partsOf(stack)).toEqual({});
  });
});

describe("a refresh", () => {
  const finds: { readonly [name: string]: Tell } = {
    same: (_call, [old]) => [step("same", { old, new: old })],
    update: (_call, [old]) => [step("update", { old, new: part("drifted") })],
    delete: (_call, [old]) => [step("delete", { old })],
    more: () => [step("create", { new: part("found", "b-part") })],
  };
  const left = {
    same: { "a-part": { result: "x" } },
    update: { "a-part": { result: "drifted" } },
    delete: {},
    more: { "a-part": { result: "x" }, "b-part": { result: "found" } },
  };
  const counts = {
    ...{ same: { same: 2 }, update: { same: 1, update: 1 } },
    ...{ delete: { same: 1, delete: 1 }, more: { same: 1, create: 1 } },
  };
  const found = Object.keys(left) as (keyof typeof left)[];

  it.each(found)("of the state alone takes over what it finds (%s)", async (name) => {
    await stack.up(one("x"));
    tell = finds[name] ?? follow;
    const preview = await stack.refresh({ preview: true });
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
    const run = await stack.refresh();
    expect(run.told).toEqual([]);
    expect(run.changes).toEqual(preview.changes);
    expect(counted(run)).toEqual(counts[name]);
    expect(await partsOf(stack)).toEqual(left[name]);
  });

  it.each(found)("before an update shows the provider what was found (%s)", async (name) => {
    await stack.up(one("x"));
    shown.length = 0;
    tell = (call, views, request) => (call === "read" ? (finds[name] ?? follow)(call, views, request) : []);
    const run = await stack.up(one("y"), { refresh: true });
    expect(run.told).toEqual([]);
    const names = Object.entries(left[name]).map(([key, { result }]) => `${key} ${result}`);
    expect(Object.fromEntries(shown)).toEqual({ read: ["a-part x"], update: names });
    expect(await partsOf(stack)).toEqual(left[name]);
  });

  it.each(found)("that runs the program, too (%s)", async (name) => {
    for (const operation of ["up", "refresh"] as const) {
      cloud = new Cloud();
      tell = follow;
      stack = cloud.stack({ functions: teller(cloud, (...args) => tell(...args)) });
      await stack.up(one("x"));
      tell = (call, views, request) => (call === "read" ? (finds[name] ?? follow)(call, views, request) : []);
      const options = { refresh: true, runProgram: true };
      const run =
        operation === "up"
          ? await stack.up(one("x"), options)
          : await stack.refresh(options, { program: one("x") });
      expect(run.told).toEqual([]);
      expect(await partsOf(stack)).toEqual(left[name]);
    }
  });

  it("forgets the views of an object that is gone", async () => {
    for (const runProgram of [false, true]) {
      await stack.up(one("x"));
      cloud.objects.clear();
      const run = await stack.refresh({ runProgram }, { program: one("x") });
      expect(run.told).toEqual([]);
      expect(counted(run)).toMatchObject({ delete: 2 });
      expect(await partsOf(stack)).toEqual({});
    }
  });

  it("finds a view deleted, and the update makes it again", async () => {
    await stack.up(one("x"));
    tell = (call, [old]) =>
      call === "read" ? [step("delete", { old })] : [step("create", { new: part("y") })];
    const run = await stack.up(one("y"), { refresh: true });
    expect(run.told).toEqual([]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "y" } });
  });
});

describe("objects that are imported or read", () => {
  beforeEach(() => {
    cloud.objects.set("there", { value: "x" });
  });

  it("have the views that reading them tells of (import option)", async () => {
    tell = () => [step("import", { new: part("x") })];
    const run = await stack.up(program((p) => p.resource(THING, "a", { value: "x" }, { importId: "there" })));
    expect(run.told).toEqual([]);
    expect(counted(run)).toMatchObject({ import: 2 });
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
  });

  it("have the views that reading them tells of (get)", async () => {
    tell = () => [step("read", { new: part("x") })];
    const read = program((p) => p.read(THING, "a", "there", { value: "x" }));
    for (let times = 0; times < 2; times++) {
      expect((await stack.up(read)).told).toEqual([]);
      expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" } });
    }
    expect((await stack.up(none)).told).toEqual([]);
    expect(await partsOf(stack)).toEqual({});
  });

  it("leave recorded views as they are (import command)", async () => {
    await stack.up(one("x"));
    const spec = { type: THING, name: "b", id: "there", protect: false, component: false, remote: false };
    tell = () => [step("import", { new: part("z", "b-part") })];
    const run = await stack.run(
      "import",
      { imports: [{ ...spec, version: "", pluginDownloadURL: "" } as never] },
      {},
    );
    expect(run.told).toEqual([]);
    expect(await partsOf(stack)).toEqual({ "a-part": { result: "x" }, "b-part": { result: "z" } });
  });
});
