import { describe, expect, it } from "vitest";
import { providerReference } from "../../src/plan/urn.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import type { ResourceState } from "../../src/state/resource.ts";
import type { TestStack } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING, urnOf } from "./cloud.ts";

const nameOf = ({ urn }: ResourceState): string => urn.split("::").slice(3).join("::");

/** Programs, in order of time: `a`, and `b` that depends on it; then something else. */
const pair = (options: { replaceWith?: boolean } = {}) =>
  program(async (p) => {
    const a = await p.resource(THING, "a", {});
    await p.resource(
      THING,
      "b",
      {},
      options.replaceWith ? { replaceWith: [a.urn] } : { dependencies: [a.urn] },
    );
  });
const only = (name: string) => program((p) => p.resource(THING, name, {}));

describe("a refresh that runs the program", () => {
  it("records what a resource needs now, not what it needed", async () => {
    for (const replaceWith of [false, true]) {
      const stack = new Cloud().stack();
      await stack.up(pair({ replaceWith }));
      const refreshed = await stack.refresh({ runProgram: true }, { program: only("b") });
      expect(refreshed.told).toEqual([]);
      const { resources } = refreshed.snapshot;
      expect(resources.map(nameOf)).toContain("a");
      expect(resources.find((state) => nameOf(state) === "b")).toMatchObject({
        dependencies: [],
        replaceWith: [],
      });
    }
  });

  it("drops what refers to an object that it finds gone", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(pair());
    cloud.objects.delete("a-1");
    const updated = await stack.up(only("a"), { refresh: true, runProgram: true });
    expect(updated.told).toEqual([]);
    expect(updated.snapshot.resources.map(nameOf)).toContain("a");
  });
});

describe("a targeted update", () => {
  it("keeps the old copy of a replaced provider before what it still serves", async () => {
    const stack = new Cloud().stack();
    const served = (region: string, withThing: boolean) =>
      program(async (p) => {
        const provider = await p.provider("fake", "mine", { region });
        if (withThing) await p.resource(THING, "a", {}, { provider });
      });
    await stack.up(served("east", true));
    const updated = await stack.up(served("west", false), { targets: ["**nothing"] });
    expect(updated.told).toEqual([]);
    const { resources } = updated.snapshot;
    const thing = resources.findIndex((state) => nameOf(state) === "a");
    const provider = resources.findIndex(
      ({ urn, id }) => providerReference(urn, id) === resources[thing]?.provider,
    );
    expect(provider).toBeGreaterThanOrEqual(0);
    expect(provider).toBeLessThan(thing);
  });

  it("refuses to leave out what a replaced provider still serves", async () => {
    const stack = new Cloud().stack();
    const served = (region: string) =>
      program(async (p) => {
        const provider = await p.provider("fake", "mine", { region });
        await p.resource(THING, "a", {}, { provider });
      });
    await stack.up(served("east"));
    const updated = await stack.up(served("west"), { targets: ["**::mine"] });
    expect(updated.told).toEqual([expect.stringContaining("a change of providers mixed with --target")]);
    expect(updated.result).toBe("failed");
    const whole = await stack.up(served("west"));
    expect(whole.told).toEqual([]);
    expect(whole.snapshot.resources.filter(({ urn }) => urn.endsWith("::mine"))).toHaveLength(1);
  });

  it("refuses to import what depends on a resource that is left out", async () => {
    const cloud = new Cloud();
    cloud.objects.set("there", {});
    const imported = program(async (p) => {
      const a = await p.resource(THING, "a", {});
      await p.resource(THING, "b", {}, { importId: "there", dependencies: [a.urn] });
    });
    const updated = await cloud.stack().up(imported, { targets: ["**::b"] });
    expect(updated.told).toEqual([expect.stringContaining("which was was not specified in --target list")]);
    expect(updated.snapshot.resources.map(nameOf)).not.toContain("b");
  });
});

describe("an update with excludes", () => {
  it("refuses to make what depends on a resource that is left out and not there", async () => {
    const cloud = new Cloud();
    const updated = await cloud.stack().up(pair(), { excludes: ["**::a"] });
    expect(updated.told).toEqual([
      expect.stringContaining("is in the --exclude list and does not exist yet"),
    ]);
    expect([...cloud.objects.keys()]).toEqual([]);
  });
});

describe("a component that is replaced", () => {
  it("still gets its outputs", async () => {
    const stack = new Cloud().stack();
    const group = program(async (p) => {
      const made = await p.component(GROUP, "group");
      await p.outputs(made.urn, { ready: true });
    });
    await stack.up(group);
    const updated = await stack.up(group, { replaces: ["**::group"] });
    expect(updated.told).toEqual([]);
    expect(updated.steps).toContain("replace group");
    expect(updated.snapshot.resources.find((state) => nameOf(state) === "group")?.outputs).toEqual({
      ready: true,
    });
  });
});

describe("a refresh of the state alone", () => {
  const read = async (stack: TestStack) =>
    (await stack.refresh()).snapshot.resources.find((state) => nameOf(state) === "a")?.outputs;

  it("keeps secret what the program named, and what comes from a secret input", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack({
      functions: {
        read: async ({ id, inputs }) => ({ id, inputs, outputs: { token: "t", password: "p", size: 1 } }),
      },
    });
    const inputs = { password: new Secret("p"), token: "t" };
    await stack.up(program((p) => p.resource(THING, "a", inputs, { additionalSecretOutputs: ["token"] })));
    expect(await read(stack)).toEqual({ token: new Secret("t"), password: new Secret("p"), size: 1 });
  });

  it.each([
    ["under its name", {}],
    ["under another name", { urn: urnOf("b"), aliases: [urnOf("a")] }],
  ])("keeps secret what an update was to make secret that was cut off: %s", async (_, place) => {
    const cloud = new Cloud();
    const live = { token: "t", password: "p", size: 1 };
    const stack = cloud.stack({
      functions: {
        read: async ({ id, inputs }) => ({ id, inputs: { password: "p", ...inputs }, outputs: live }),
      },
    });
    const { snapshot } = await stack.up(program((p) => p.resource(THING, "a", {})));
    const pendingOperations = snapshot.resources
      .filter((state) => nameOf(state) === "a")
      .map((state) => ({
        type: "updating" as const,
        resource: {
          ...{ ...state, ...place },
          inputs: { password: new Secret("p") },
          additionalSecretOutputs: ["token"],
        },
      }));
    await stack.store.save({ ...snapshot, pendingOperations });
    const expected = { token: new Secret("t"), password: new Secret("p"), size: 1 };
    // A run that neither reads nor changes the object does not know it any better.
    const between = await stack.up(program((p) => p.resource(THING, "a", {})));
    expect(between.snapshot.pendingOperations).toEqual(pendingOperations);
    expect(await read(stack)).toEqual(expected);
    expect(await read(stack)).toEqual(expected);
    expect((await stack.store.load()).pendingOperations).toEqual([]);
  });

  it("forgets an update that was cut off where the next changes the object, or it goes", async () => {
    const stack = new Cloud().stack();
    const sized = (size: number) => program((p) => p.resource(THING, "a", { size }));
    const interrupt = async () => {
      const snapshot = await stack.store.load();
      const pendingOperations = snapshot.resources
        .filter((state) => nameOf(state) === "a")
        .map((resource) => ({
          type: "updating" as const,
          resource: { ...resource, inputs: { size: new Secret(9) } },
        }));
      await stack.store.save({ ...snapshot, pendingOperations });
      return pendingOperations;
    };
    await stack.up(sized(1));
    const pending = await interrupt();
    expect((await stack.up(sized(1))).snapshot.pendingOperations).toEqual(pending);
    expect((await stack.up(sized(2))).snapshot.pendingOperations).toEqual([]);
    await interrupt();
    expect((await stack.up(program(async () => undefined))).snapshot.pendingOperations).toEqual([]);
  });
});
