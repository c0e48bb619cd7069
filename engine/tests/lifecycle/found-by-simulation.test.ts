import { describe, expect, it } from "vitest";
import { Secret } from "../../src/protocol/property-value.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { Cloud, program, THING, urnOf } from "./cloud.ts";

const spec = (name: string) => ({
  kind: "spec" as const,
  ...{ name, type: undefined, stack: undefined, project: undefined, parent: undefined },
});

describe("a resource that is deleted before it is made again", () => {
  const first = (zone: string) => ({ zone, deleteFirst: true, replaceOn: ["zone"] });
  const before = program(async (p) => {
    const a = await p.resource(THING, "a", first("east"));
    const of = { dependencies: [a.urn], propertyDependencies: { of: [a.urn] } };
    await p.resource(THING, "b", { of: a.id, replaceOn: ["of"] }, of);
    await p.resource(THING, "c", {}, { replaceWith: [a.urn] });
  });

  it("takes nothing with it that registered under another name before and needs it no more", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(before);
    cloud.takeCalls();
    const after = program(async (p) => {
      await p.resource(THING, "b2", { of: "", replaceOn: [] }, { aliases: [spec("b")] });
      await p.resource(THING, "c2", {}, { aliases: [spec("c")] });
      await p.resource(THING, "a", first("west"));
    });
    const updated = await stack.up(after);
    expect(updated.told).toEqual([]);
    expect(cloud.takeCalls()).toEqual(["update b2", "delete a", "create a"]);
  });
});

describe("a dependent whose provider registers beside what is replaced", () => {
  it("is asked about with the recorded provider, which nobody has put to use yet", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const inZone = (zone: string) =>
      program(async (p) => {
        await p.resource(THING, "needs the default provider", {});
        const [provider, a] = await Promise.all([
          p.resource("pulumi:providers:fake", "f", {}),
          p.resource(THING, "a", { zone, deleteFirst: true, replaceOn: ["zone"] }),
        ]);
        const of = { dependencies: [a.urn], propertyDependencies: { of: [a.urn] } };
        const served = { provider: `${provider.urn}::${provider.id}`, ...of };
        await p.resource(THING, "b", { of: a.id, replaceOn: ["of"] }, served);
      });
    await stack.up(inZone("east"));
    cloud.takeCalls();
    const updated = await stack.up(inZone("west"));
    expect(updated.told).toEqual([]);
    expect(cloud.takeCalls()).toEqual(["delete b", "delete a", "create a", "create b"]);
  });
});

describe("an old copy that was deleted already", () => {
  it("leaves the state with the next update", async () => {
    const stack = new Cloud().stack();
    const one = program((p) => p.resource(THING, "a", {}));
    const made = await stack.up(one);
    const resources = made.snapshot.resources.flatMap((state) =>
      state.type === THING
        ? [state, { ...state, id: "old", delete: true, pendingReplacement: true }]
        : [state],
    );
    await stack.store.save({ ...made.snapshot, resources });
    const updated = await stack.up(one);
    expect(updated.snapshot.resources.filter(({ type }) => type === THING).map(({ id }) => id)).toEqual([
      "a-1",
    ]);
  });
});

describe("what is deleted with another resource", () => {
  const inside = (zone: string, withContent: boolean) =>
    program(async (p) => {
      const host = await p.resource(THING, "host", { zone, replaceOn: ["zone"] });
      if (withContent) await p.resource(THING, "content", {}, { deletedWith: host.urn });
    });

  it("is deleted itself where only an old copy of that goes", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(inside("east", true));
    cloud.failures.set("delete host", "refused");
    await stack.up(inside("west", true));
    cloud.failures.clear();
    cloud.takeCalls();
    const updated = await stack.up(inside("west", false));
    expect(updated.told).toEqual([]);
    expect(cloud.takeCalls()).toEqual(["delete content", "delete host"]);
  });
});

describe("a managed object whose place a read takes", () => {
  const read = program((p) => p.read(THING, "x", "other"));

  it("stays recorded until it is deleted", async () => {
    const cloud = new Cloud();
    cloud.objects.set("other", {});
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "x", {})));
    const refreshed = await stack.refresh({ runProgram: true }, { program: read });
    expect(refreshed.snapshot.resources.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["other", "x-1"]),
    );
    cloud.takeCalls();
    const updated = await stack.up(read);
    expect(updated.told).toEqual([]);
    expect(cloud.takeCalls()).toEqual(["delete x"]);
    expect(updated.snapshot.resources.map(({ id }) => id)).not.toContain("x-1");
  });
});

describe("a destroy that runs the program", () => {
  const before = program(async (p) => {
    const a = await p.resource(THING, "a", {});
    await p.resource(THING, "b", {}, { dependencies: [a.urn] });
  });
  const renamed = program(async (p) => {
    const a = await p.resource(THING, "a", {});
    await p.resource(THING, "b2", {}, { dependencies: [a.urn], aliases: [spec("b")] });
  });

  it("refuses to delete a target that something needs which has another name now", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(before);
    const options = { runProgram: true, targets: ["**::a"] };
    const destroyed = await stack.destroy(options, { program: renamed });
    expect(destroyed.told.join()).toContain("will be destroyed but was not specified in --target list");
    expect(cloud.objects.size).toBe(2);
  });

  it("keeps what is excluded by its new name", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(before);
    await stack.destroy({ runProgram: true, excludes: ["**::b2"] }, { program: renamed });
    expect(cloud.objects.size).toBe(2);
  });
});

describe("a provider that is read again and replaced", () => {
  const served = (region: string, options?: { readonly protect: boolean }) =>
    program(async (p) => {
      const provider = await p.provider("fake", "mine", { region });
      if (options !== undefined) await p.resource(THING, "a", {}, { provider, ...options });
    });

  it("is deleted after what it served", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(served("east", { protect: false }));
    const updated = await stack.up(served("west"), { refresh: true, runProgram: true });
    expect(updated.told).toEqual([]);
    expect(updated.steps.slice(-2)).toEqual(["delete a", "delete-replaced mine"]);
    expect(cloud.objects.size).toBe(0);
  });

  it("stays where what it served is protected", async () => {
    const stack = new Cloud().stack();
    await stack.up(served("east", { protect: true }));
    const updated = await stack.up(served("west"), { refresh: true, runProgram: true });
    expect(updated.told.join()).toContain("cannot be deleted\nbecause it is protected");
    expect(updated.steps).not.toContain("delete-replaced mine");
    const again = await stack.up(served("west", { protect: false }));
    expect(again.told).toEqual([]);
    expect(again.steps.slice(-2)).toContain("delete-replaced mine");
  });
});

describe("a refresh that runs the program", () => {
  it("keeps secret what is so in the object, also where the program does not say it any more", async () => {
    const live = { token: "hush" };
    const read: Provider["read"] = async ({ id, inputs }) => ({ id, inputs, outputs: live });
    const create: Provider["create"] = async () => ({ id: "made", outputs: live });
    const stack = new Cloud().stack({ functions: { read, create } });
    const saying = (additionalSecretOutputs: readonly string[]) =>
      program((p) => p.resource(THING, "a", {}, { additionalSecretOutputs }));
    await stack.up(saying(["token"]));
    const { snapshot } = await stack.refresh({ runProgram: true }, { program: saying([]) });
    const outputs = snapshot.resources.find(({ urn }) => urn === urnOf("a"))?.outputs;
    expect(outputs).toEqual({ token: new Secret("hush") });
  });
});

describe("a destroy that runs a program", () => {
  it("lets go of what was only read, also where the program would make it now", async () => {
    const cloud = new Cloud();
    cloud.objects.set("other", {});
    const stack = cloud.stack();
    await stack.up(program((p) => p.read(THING, "x", "other")));
    const made = program((p) => p.resource(THING, "x", {}));
    await stack.destroy({ runProgram: true }, { program: made });
    expect([...cloud.objects.keys()]).toEqual(["other"]);
  });

  it("lets go of what it reads in the place of a managed object, too", async () => {
    const cloud = new Cloud();
    cloud.objects.set("other", {});
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "x", {})));
    const reads = program((p) => p.read(THING, "x", "other"));
    const destroyed = await stack.destroy({ runProgram: true }, { program: reads });
    expect(destroyed.told).toEqual([]);
    expect([...cloud.objects.keys()]).toEqual(["other"]);
    expect(destroyed.snapshot.resources).toEqual([]);
  });
});
