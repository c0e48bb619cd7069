import { describe, expect, it } from "vitest";
import type { InterruptedCreate, Provider } from "../../src/providers/provider.ts";
import type { ResourceState } from "../../src/state/resource.ts";
import type { TestRun, TestStack } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";

const one = (inputs = {}) => program((p) => p.resource(THING, "a", { value: 1, ...inputs }));

/** A stack whose run was killed while it created `a`, the cloud having made the object or not. */
async function interrupted(
  answer: InterruptedCreate | Error | undefined,
  change: (resource: ResourceState) => Partial<ResourceState> = () => ({}),
): Promise<{ stack: TestStack; cloud: Cloud; urn: string }> {
  const cloud = new Cloud();
  const functions: Partial<Provider> =
    answer === undefined
      ? {}
      : {
          findInterrupted: async () => {
            if (answer instanceof Error) throw answer;
            return answer;
          },
        };
  const stack = cloud.stack({ functions });
  const { snapshot } = await stack.up(one());
  const resource = snapshot.resources.at(-1);
  if (resource === undefined) throw new Error("a is recorded");
  const resources = snapshot.resources.slice(0, -1);
  const pending = { ...resource, id: "", outputs: {}, created: "", modified: "", ...change(resource) };
  await stack.store.save({
    ...snapshot,
    resources,
    pendingOperations: [{ type: "creating", resource: pending }],
  });
  cloud.takeCalls();
  return { stack, cloud, urn: resource.urn };
}

const infos = ({ events }: TestRun): readonly string[] =>
  events.flatMap((e) =>
    e.kind === "diagnostic" && e.diagnostic.severity === "info" ? [e.diagnostic.message] : [],
  );
const warnings = ({ events }: TestRun): readonly string[] =>
  events.flatMap((e) =>
    e.kind === "diagnostic" && e.diagnostic.severity === "warning" ? [e.diagnostic.message] : [],
  );

describe("a create that was interrupted", () => {
  it("is recorded where its provider finds the object: nothing is made twice", async () => {
    const found = { kind: "found", id: "a-1", outputs: { value: 1, serial: 1 } } as const;
    const { stack, cloud } = await interrupted(found);
    const run = await stack.up(one());
    expect(cloud.takeCalls()).toEqual([]);
    expect(run.changes).toEqual({ same: 2 });
    expect(infos(run)[0]).toContain("which is recorded now (id a-1)");
    expect(warnings(run)).toEqual([]);
    expect(run.advice).toEqual([]);
    expect(run.snapshot.pendingOperations).toEqual([]);
    expect(run.snapshot.resources.at(-1)).toMatchObject({ id: "a-1", outputs: { serial: 1 } });
  });

  it("is made again where its provider knows that nothing is there", async () => {
    const { stack, cloud } = await interrupted({ kind: "absent" });
    const run = await stack.up(one());
    expect(cloud.takeCalls()).toEqual(["create a"]);
    expect(infos(run)[0]).toContain("it left nothing");
    expect(run.snapshot.pendingOperations).toEqual([]);
  });

  it.each([
    ["cannot tell", undefined],
    ["does not know", { kind: "unknown" } as const],
    ["fails", new Error("no answer")],
  ])("stays pending where its provider %s, with the two commands to choose from", async (_, answer) => {
    const { stack, urn } = await interrupted(answer);
    const run = await stack.refresh();
    expect(run.snapshot.pendingOperations).toHaveLength(1);
    expect(run.advice).toHaveLength(1);
    expect(run.advice[0]).toContain(urn);
    expect(run.advice[0]).toContain("pulumi refresh --clear-pending-creates");
    expect(run.advice[0]).toContain(`--import-pending-creates ${urn} --import-pending-creates <its id>`);
    const again = await stack.up(one());
    expect(warnings(again)[0]).toContain("with 1 pending operations from previous deployment");
    expect((await stack.refresh({ clearPendingCreates: true })).advice).toEqual([]);
  });

  it("is found by a refresh and by a destroy too", async () => {
    const found = { kind: "found", id: "a-1", outputs: { value: 1 } } as const;
    const refreshed = await interrupted(found);
    expect((await refreshed.stack.refresh()).snapshot.resources.at(-1)?.id).toBe("a-1");
    const destroyed = await interrupted(found);
    await destroyed.stack.destroy();
    expect(destroyed.cloud.takeCalls()).toEqual(["delete a"]);
    expect(destroyed.cloud.objects.size).toBe(0);
  });

  it("is looked for by a preview, which records nothing and says nothing", async () => {
    const { stack } = await interrupted({ kind: "found", id: "a-1", outputs: { value: 1 } });
    const before = stack.store.text;
    const preview = await stack.preview(one());
    expect(preview.changes).toEqual({ same: 2 });
    expect(infos(preview)).toEqual([]);
    expect(stack.store.text).toBe(before);
  });

  it("is not taken for an object that is recorded already, nor recorded with what it refers to gone", async () => {
    const known = await interrupted({ kind: "found", id: "a-1", outputs: {} });
    const { resources, ...rest } = await known.stack.store.load();
    const [operation] = rest.pendingOperations;
    if (operation === undefined) throw new Error("a is pending");
    const other = { ...operation.resource, urn: `${known.urn}2`, id: "a-1" };
    await known.stack.store.save({ ...rest, resources: [...resources, other] });
    expect((await known.stack.refresh()).snapshot.pendingOperations).toEqual([]);
    const dangling = await interrupted({ kind: "found", id: "a-1", outputs: {} }, ({ urn }) => ({
      dependencies: [`${urn}-gone`],
    }));
    expect((await dangling.stack.refresh()).snapshot.pendingOperations).toHaveLength(1);
  });

  it("of a replacement stands for what it replaces", async () => {
    const found = { kind: "found", id: "a-9", outputs: { value: 2, zone: "west" } } as const;
    for (const pendingReplacement of [false, true]) {
      const { stack, cloud } = await interrupted(found, () => ({ inputs: { value: 1, zone: "west" } }));
      const { resources, ...rest } = await stack.store.load();
      const [operation] = rest.pendingOperations;
      if (operation === undefined) throw new Error("a is pending");
      const old = {
        ...operation.resource,
        id: "a-1",
        inputs: { value: 1, zone: "east" },
        pendingReplacement,
      };
      await stack.store.save({ ...rest, resources: [...resources, old] });
      cloud.objects.set("a-9", { value: 1, zone: "west" });
      const run = await stack.up(one({ zone: "west" }));
      expect(cloud.takeCalls()).toEqual(pendingReplacement ? [] : ["delete a"]);
      expect(run.snapshot.resources.filter(({ type }) => type === THING).map(({ id }) => id)).toEqual([
        "a-9",
      ]);
    }
  });
});

describe("a create that was interrupted and whose object a person names", () => {
  it("is recorded with the named id, as the provider reads it, and refreshed", async () => {
    const { stack, cloud, urn } = await interrupted(undefined);
    cloud.objects.set("a-1", { value: 7 });
    const importPendingCreates = { [urn]: "a-1" };
    const preview = await stack.refresh({ preview: true, importPendingCreates });
    expect(preview.result).toBe("succeeded");
    expect((await stack.store.load()).pendingOperations).toHaveLength(1);
    const run = await stack.refresh({ importPendingCreates });
    expect(infos(run)[0]).toContain("which is recorded now (id a-1)");
    expect(run.advice).toEqual([]);
    expect(run.snapshot.pendingOperations).toEqual([]);
    expect(run.snapshot.resources.at(-1)).toMatchObject({ urn, id: "a-1", outputs: { value: 7 } });
    expect((await stack.up(one())).changes).toEqual({ same: 1, update: 1 });
  });

  it("stays pending, with an error, where there is no such object", async () => {
    const { stack, urn } = await interrupted(undefined);
    const run = await stack.refresh({ importPendingCreates: { [urn]: "a-99" } });
    expect(run.result).toBe("failed");
    expect(run.told[0]).toBe("resource 'a-99' does not exist");
    expect(run.snapshot.pendingOperations).toHaveLength(1);
    const cut = await interrupted(undefined, (resource) => ({ dependencies: [`${resource.urn}-gone`] }));
    cut.cloud.objects.set("a-1", { value: 1 });
    const refused = await cut.stack.refresh({ importPendingCreates: { [cut.urn]: "a-1" } });
    expect(refused.told[0]).toContain("something that it depends on is not there");
    expect(refused.snapshot.pendingOperations).toHaveLength(1);
  });

  it("is recorded also where all others are to be forgotten", async () => {
    const { stack, cloud, urn } = await interrupted(undefined);
    const { pendingOperations, ...rest } = await stack.store.load();
    const [operation] = pendingOperations;
    if (operation === undefined) throw new Error("a is pending");
    const other = { ...operation, resource: { ...operation.resource, urn: `${urn}2` } };
    await stack.store.save({ ...rest, pendingOperations: [other, operation] });
    cloud.objects.set("a-1", { value: 1 });
    const options = { clearPendingCreates: true, importPendingCreates: { [urn]: "a-1" } };
    const { snapshot } = await stack.refresh(options);
    expect(snapshot.pendingOperations).toEqual([]);
    expect(snapshot.resources.map((resource) => resource.urn)).toContain(urn);
    expect(snapshot.resources.map((resource) => resource.urn)).not.toContain(`${urn}2`);
  });

  it("is a warning where it is not pending", async () => {
    const { stack } = await interrupted(undefined);
    const run = await stack.refresh({ importPendingCreates: { nothing: "x" } });
    expect(warnings(run)).toEqual(['"nothing" did not correspond to a pending create\n']);
  });
});
