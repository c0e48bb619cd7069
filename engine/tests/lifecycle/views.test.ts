import { beforeEach, describe, expect, it } from "vitest";
import { resourceState } from "../../src/state/resource.ts";
import type { TestStack } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";

/** Parts of an object that a plugin told another run of, and of which it says nothing now. */
describe("recorded views", () => {
  const owner = `urn:pulumi:test::proj::${THING}::a`;
  const view = `urn:pulumi:test::proj::${THING}$fake:index:Part::a-part`;
  const one = (value: number) => program((p) => p.resource(THING, "a", { value }));
  let cloud: Cloud;
  let stack: TestStack;

  beforeEach(async () => {
    cloud = new Cloud();
    stack = cloud.stack();
    const { snapshot } = await stack.up(one(1));
    const part = {
      urn: view,
      type: "fake:index:Part",
      custom: false,
      parent: owner,
      viewOf: owner,
      outputs: { p: 1 },
    };
    await stack.store.save({ ...snapshot, resources: [...snapshot.resources, resourceState(part)] });
    cloud.takeCalls();
  });

  it("stay as they are while their resource does, or changes", async () => {
    for (const next of [one(1), one(2), one(2)]) {
      const run = await stack.up(next);
      expect(run.told).toEqual([]);
      expect(run.steps.includes("same a-part")).toBe(run.steps.includes("same a"));
      expect(run.snapshot.resources.at(-1)).toMatchObject({ urn: view, viewOf: owner, outputs: { p: 1 } });
    }
    const refreshed = await stack.refresh();
    expect(refreshed.snapshot.resources.at(-1)).toMatchObject({ urn: view, viewOf: owner });
  });

  it("go with an object that is replaced", async () => {
    const run = await stack.up(program((p) => p.resource(THING, "a", { value: 1, region: "b" })));
    expect(run.told).toEqual([]);
    expect(run.steps.slice(-2)).toEqual(["delete-replaced a", "delete a-part"]);
    expect(run.snapshot.resources.map(({ urn }) => urn)).not.toContain(view);
  });

  it("keep to a resource that gets another name", async () => {
    const aliases = [{ kind: "urn", urn: owner }] as const;
    const run = await stack.up(program((p) => p.resource(THING, "b", { value: 1 }, { aliases })));
    expect(run.told).toEqual([]);
    const renamed = owner.replace(/a$/, "b");
    expect(run.snapshot.resources.at(-1)).toMatchObject({ parent: renamed, viewOf: renamed });
  });

  it("go with their resource, also where it alone is named", async () => {
    const run = await stack.destroy({ targets: [owner] });
    expect(run.told).toEqual([]);
    expect(cloud.takeCalls()).toEqual(["delete a"]);
    expect(run.snapshot.resources.map(({ urn }) => urn)).not.toContain(view);
  });

  it("stay with a resource that is not named", async () => {
    const both = program(async (p) => {
      await p.resource(THING, "a", { value: 1 });
      await p.resource(THING, "b");
    });
    await stack.up(both);
    const run = await stack.destroy({ targets: [`urn:pulumi:test::proj::${THING}::b`] });
    expect(run.told).toEqual([]);
    expect(run.snapshot.resources.map(({ urn }) => urn)).toContain(view);
  });
});
