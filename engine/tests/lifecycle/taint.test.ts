import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import type { ResourceState } from "../../src/state/resource.ts";
import type { TestStack } from "../../src/testing/index.ts";
import { Cloud, program, THING, urnOf } from "./cloud.ts";

const three = program(async (p) => {
  for (const name of ["a", "b", "c"]) await p.resource(THING, name, { value: 1 });
});

async function edit(
  stack: TestStack,
  change: (resource: ResourceState) => readonly ResourceState[],
): Promise<void> {
  const { resources, ...rest } = await stack.store.load();
  await stack.store.save({ ...rest, resources: resources.flatMap(change) });
}

describe("a tainted resource", () => {
  it("is replaced although nothing changed, checked as if it were new, and tainted no more", async () => {
    const cloud = new Cloud();
    const checked: PropertyMap[] = [];
    const check = async ({ olds, news }: { olds: PropertyMap; news: PropertyMap }) => {
      checked.push(olds);
      return { inputs: news, failures: [] };
    };
    const stack = cloud.stack({ functions: { check } });
    await stack.up(three);
    const tainted = [urnOf("a"), urnOf("c")];
    await edit(stack, (resource) => [{ ...resource, taint: tainted.includes(resource.urn) }]);
    expect((await stack.preview(three)).changes).toEqual({ replace: 2, same: 2 });
    [cloud.takeCalls(), checked.splice(0)];
    const run = await stack.up(three);
    expect([...cloud.takeCalls()].sort()).toEqual(["create a", "create c", "delete a", "delete c"]);
    expect(checked).toEqual([{}, { value: 1 }, {}]);
    expect(run.snapshot.resources.filter(({ taint }) => taint)).toEqual([]);
    expect((await stack.up(three)).changes).toEqual({ same: 4 });
  });

  it("goes with a tainted copy of it that an earlier run left", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = program((p) => p.resource(THING, "a", { value: 1 }));
    await stack.up(one);
    await edit(stack, (resource) => {
      if (resource.type !== THING) return [resource];
      const tainted = { ...resource, taint: true };
      return [tainted, { ...tainted, id: "a-0", delete: true }];
    });
    cloud.takeCalls();
    const { snapshot } = await stack.up(one);
    expect(cloud.takeCalls()).toEqual(["create a", "delete a", "delete a"]);
    expect(snapshot.resources.map(({ id, taint }) => [id, taint]).slice(2)).toEqual([["a-2", false]]);
  });
});
