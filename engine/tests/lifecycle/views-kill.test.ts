import { expect, it } from "vitest";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { memoryStore } from "../../src/testing/index.ts";
import { aroundWrites } from "./around-writes.ts";
import { Cloud, program, THING } from "./cloud.ts";
import { PART_URN, part, partsOf, step, type Tell, teller } from "./view-teller.ts";

const reference = { organization: "organization", project: "proj", stack: "test" };

const one = (value: string, region: string) => program((p) => p.resource(THING, "a", { value, region }));

/** One part; while the object is updated it is replaced. */
const tell: Tell = (call, [old], { inputs }) => {
  const next = part(String(inputs["value"]));
  if (call === "create") return [step("create", { new: next })];
  if (old === undefined) return call === "update" ? [step("create", { new: next })] : [];
  if (call === "read") return [step("same", { old, new: old })];
  if (call === "delete") return [step("delete", { old })];
  return [
    step("create-replacement", { old, new: next }),
    step("replace", { old, new: next }),
    step("delete-replaced", { old }),
  ];
};

it("a run that is killed at any write leaves sound views, and the next run converges", async () => {
  const moments: { readonly text: string; readonly objects: ReadonlyMap<string, PropertyMap> }[] = [];
  const cloud = new Cloud();
  const stack = cloud.stack({ functions: teller(cloud, tell) });
  const note = (): void => {
    moments.push({ text: stack.store.text, objects: new Map(cloud.objects) });
  };
  const store = aroundWrites(stack.store, async (write) => {
    note();
    await write();
    note();
  });
  await stack.up(one("x", "here"), {}, { store });
  await stack.up(one("y", "here"), {}, { store });
  await stack.refresh({}, { store });
  await stack.up(one("y", "there"), {}, { store });
  await stack.destroy({}, { store });
  expect(await partsOf(stack)).toEqual({});

  let pendingViews = 0;
  for (const { text, objects } of moments) {
    const after = new Cloud(100);
    for (const [id, inputs] of objects) after.objects.set(id, inputs);
    const next = after.stack({
      functions: teller(after, tell),
      store: memoryStore(reference, undefined, text),
    });
    await partsOf(next);
    const { pendingOperations } = await next.store.load();
    pendingViews += pendingOperations.filter(({ resource }) => resource.urn === PART_URN).length;

    expect((await next.refresh()).told).toEqual([]);
    const run = await next.up(one("z", "there"));
    expect(run.told).toEqual([]);
    expect(await partsOf(next)).toEqual({ "a-part": { result: "z" } });
    const ofViews = run.snapshot.pendingOperations.filter(({ resource }) => resource.viewOf !== "");
    expect(ofViews).toEqual([]);
    expect((await next.destroy()).told).toEqual([]);
    expect(await partsOf(next)).toEqual({});
  }
  expect(moments.length).toBeGreaterThan(30);
  expect(pendingViews).toBeGreaterThan(0);
});
