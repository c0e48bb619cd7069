import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { ATLAS_KINDS } from "../../../src/providers/mongodbatlas/kinds.ts";
import { KIND_CASES, settingOf } from "./kinds/all-kinds.ts";
import { simulatedAtlas, typeOf } from "./simulated-atlas.ts";

it("every kind of resource that is served is tried", () => {
  const tried = KIND_CASES.map(({ name }) => typeOf(name));
  expect(tried).toEqual(ATLAS_KINDS.map(({ schema }) => schema.type));
});

describe.each(KIND_CASES.map((kind) => [kind.name, kind] as const))("a resource of kind %s", (name, kind) => {
  const type = typeOf(name);

  it("is made, found as it was recorded, changed in place and deleted", async () => {
    const world = await simulatedAtlas();
    const { stack } = world;
    const setting = await settingOf(kind, world);
    const news = kind.news(setting);
    const created = await stack.create(type, news);
    expect(await stack.read(created)).toEqual({
      id: created.id,
      inputs: created.inputs,
      outputs: created.outputs,
    });
    expect(await stack.diff(created, news)).toMatchObject({ changes: "none", replaceKeys: [] });

    const changed: PropertyMap = { ...news, ...kind.changes };
    if (kind.changes !== undefined) {
      const diff = await stack.diff(created, changed);
      expect([...diff.changedKeys].sort()).toEqual(Object.keys(kind.changes).sort());
      expect(diff.replaceKeys).toEqual([]);
    }
    const updated = await stack.update(created, changed);
    expect(updated.outputs["id"] ?? updated.id).toBe(created.outputs["id"] ?? created.id);
    expect(await stack.read(updated)).toMatchObject({ outputs: updated.outputs });
    expect((await stack.diff(updated, changed)).changes).toBe("none");

    await stack.delete(updated);
    if (!kind.stays) expect(await stack.read(updated)).toBeUndefined();
    await stack.delete(updated);
  });

  it("is made anew where its keys change, and never otherwise", async () => {
    const world = await simulatedAtlas();
    const setting = await settingOf(kind, world);
    const news = kind.news(setting);
    const created = await world.stack.create(type, news);
    for (const [key, value] of Object.entries(kind.replaces)) {
      const diff = await world.stack.diff(created, { ...news, [key]: value });
      expect(diff.replaceKeys).toEqual([key]);
    }
  });

  it("is imported as a program would have written it", async () => {
    const world = await simulatedAtlas();
    const setting = await settingOf(kind, world);
    const news = kind.news(setting);
    const created = await world.stack.create(type, news);
    const imported = await world.stack.import(type, kind.importId(setting, created));
    const told = Object.entries(created.inputs).filter(
      ([key]) => !key.startsWith("__") && !kind.untold?.includes(key),
    );
    expect(imported?.id).toBe(created.id);
    expect(imported?.inputs).toMatchObject(Object.fromEntries(told));
  });

  it("is found again after an interrupted create, and not made twice", async () => {
    const world = await simulatedAtlas();
    const setting = await settingOf(kind, world);
    const news = kind.news(setting);
    expect(await world.stack.findInterrupted(type, news)).toEqual({ kind: "absent" });
    const created = await world.stack.create(type, news);
    const { resumption } = ATLAS_KINDS.find(({ schema }) => schema.type === type) ?? {};
    const found = await world.stack.findInterrupted(type, news);
    if (resumption === undefined) expect(found).toEqual({ kind: "absent" });
    else expect(found).toEqual({ kind: "found", id: created.id, outputs: created.outputs });
  });
});
