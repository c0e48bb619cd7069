import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { memoryStore } from "../../src/testing/index.ts";
import { aroundWrites } from "./around-writes.ts";
import { Cloud, program, THING } from "./cloud.ts";

const reference = { organization: "organization", project: "proj", stack: "test" };

interface Moment {
  readonly text: string;
  readonly objects: ReadonlyMap<string, PropertyMap>;
}

const chain = (zone: string, deleteFirst: boolean, withLast: boolean) =>
  program(async (p) => {
    const a = await p.resource(THING, "a", { zone, replaceOn: ["zone"], deleteFirst });
    const of = { dependencies: [a.urn], propertyDependencies: { of: [a.urn] } };
    await p.resource(THING, "b", { of: a.id, replaceOn: ["of"] }, of);
    await p.resource(THING, "c", { value: zone });
    if (withLast) await p.resource(THING, "last", {});
  });

/** Every state of file and cloud in which a killed engine can leave a run: around each write and each call. */
async function momentsOf(deleteFirst: boolean): Promise<readonly Moment[]> {
  const cloud = new Cloud();
  const stack = cloud.stack();
  const moments: Moment[] = [];
  const { store } = stack;
  const note = (): void => {
    moments.push({ text: store.text, objects: new Map(cloud.objects) });
  };
  const watched = aroundWrites(store, async (write) => {
    note();
    await write();
    note();
  });
  await stack.up(chain("east", deleteFirst, true), {}, { store: watched });
  await stack.up(chain("west", deleteFirst, false), {}, { store: watched });
  await stack.destroy({}, { store: watched });
  return moments;
}

describe.each([
  ["create-first", false],
  ["delete-first", true],
])("a run that is killed at any write (%s)", (_, deleteFirst) => {
  it("leaves sound state that accounts for every object, and the next run converges", async () => {
    for (const { text, objects } of await momentsOf(deleteFirst)) {
      const cloud = new Cloud(100);
      for (const [id, inputs] of objects) cloud.objects.set(id, inputs);
      const stack = cloud.stack({ store: memoryStore(reference, undefined, text) });
      const left = await stack.store.load();
      const known = new Set(left.resources.map((r) => r.id));
      const unknown = [...objects.keys()].filter((id) => !known.has(id));
      const creating = left.pendingOperations.filter((operation) => operation.type === "creating");
      expect(creating.length).toBeGreaterThanOrEqual(unknown.length);

      const refreshed = await stack.refresh();
      expect(refreshed.result).toBe("succeeded");
      const next = await stack.up(chain("west", deleteFirst, false));
      expect(next.told).toEqual([]);
      expect(next.snapshot.resources.filter((r) => r.type === THING)).toHaveLength(3);
      expect(cloud.objects.size).toBe(3 + unknown.length);
    }
  });
});
