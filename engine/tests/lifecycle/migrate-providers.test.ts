import { describe, expect, it } from "vitest";
import { Secret } from "../../src/protocol/property-value.ts";
import type { ResourceState } from "../../src/state/resource.ts";
import { Cloud, program, THING } from "./cloud.ts";

const two = program(async (p) => {
  const a = await p.resource(THING, "a", { value: 1 });
  await p.resource(THING, "b", { value: 1 }, { dependencies: [a.urn] });
});

const isProvider = ({ type }: ResourceState): boolean => type.startsWith("pulumi:providers:");

/** A stack whose state is from before there were provider resources. */
async function legacy(plugins: readonly unknown[] = []) {
  const cloud = new Cloud();
  const config = { values: { "fake:region": "east", "fake:token": "t" }, secretKeys: ["fake:token"] };
  const stack = cloud.stack({ config });
  const made = await stack.up(two);
  const resources = made.snapshot.resources
    .filter((state) => !isProvider(state))
    .map((state) => ({ ...state, provider: "" }));
  await stack.store.save({ ...made.snapshot, manifest: { ...made.snapshot.manifest, plugins }, resources });
  cloud.takeCalls();
  return { cloud, stack };
}

describe("resources that are recorded without a provider", () => {
  it("get the default provider of their package, and stay what they are", async () => {
    const { cloud, stack } = await legacy();
    const preview = await stack.preview(two);
    expect(preview.changes).toEqual({ same: 3 });
    expect(preview.snapshot.resources.some(isProvider)).toBe(false);
    const updated = await stack.up(two);
    expect(updated.told).toEqual([]);
    expect(updated.changes).toEqual({ same: 3 });
    expect(cloud.takeCalls()).toEqual([]);
    const provider = updated.snapshot.resources.find(isProvider);
    const inputs = { region: "east", token: new Secret("t") };
    expect(provider).toMatchObject({ inputs, outputs: inputs });
    const things = updated.snapshot.resources.filter(({ type }) => type === THING);
    expect(things.map((state) => state.provider)).toEqual(Array(2).fill(`${provider?.urn}::${provider?.id}`));
  });

  it("use the default provider that is there", async () => {
    const stack = new Cloud().stack();
    const made = await stack.up(two);
    const resources = made.snapshot.resources.map((state) =>
      state.type === THING ? { ...state, provider: "" } : state,
    );
    await stack.store.save({ ...made.snapshot, resources });
    const updated = await stack.up(two);
    expect(updated.changes).toEqual({ same: 3 });
    expect(updated.snapshot.resources.filter(isProvider)).toHaveLength(1);
  });

  it("can be refreshed and destroyed", async () => {
    const { cloud, stack } = await legacy([{ name: "other" }, { name: "fake", version: "1.2.3" }, null]);
    const refreshed = await stack.refresh();
    expect(refreshed.told).toEqual([]);
    expect(refreshed.snapshot.resources.find(isProvider)?.inputs).toMatchObject({ version: "1.2.3" });
    const destroyed = await stack.destroy();
    expect(destroyed.told).toEqual([]);
    expect(cloud.objects.size).toBe(0);
    expect(destroyed.snapshot.resources).toEqual([]);
  });
});

describe("a provider that is recorded without outputs", () => {
  it("gets its inputs for them, and no change shows", async () => {
    const stack = new Cloud().stack({ config: { values: { "fake:region": "east" }, secretKeys: [] } });
    const made = await stack.up(two);
    const resources = made.snapshot.resources.map((state) =>
      isProvider(state) ? { ...state, outputs: {} } : state,
    );
    await stack.store.save({ ...made.snapshot, resources });
    const updated = await stack.up(two);
    expect(updated.changes).toEqual({ same: 3 });
    expect(updated.snapshot.resources.find(isProvider)?.outputs).toEqual({ region: "east" });
  });
});
