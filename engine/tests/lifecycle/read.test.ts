import { describe, expect, it } from "vitest";
import { UNKNOWN_VALUE } from "../../src/protocol/signatures.ts";
import { PartialFailure } from "../../src/providers/provider.ts";
import { Cloud, program, THING } from "./cloud.ts";

const reading = (id: string) => program((p) => p.read(THING, "x", id));
const managing = program((p) => p.resource(THING, "x", { mine: true }));

describe("a read", () => {
  it("records an object as external and never touches it", async () => {
    const cloud = new Cloud();
    cloud.objects.set("ext", { value: 1 });
    const stack = cloud.stack();
    const run = await stack.up(reading("ext"));
    expect(run.snapshot.resources.at(-1)).toMatchObject({ external: true, id: "ext", outputs: { value: 1 } });
    expect((await stack.up(reading("ext"))).changes).toEqual({ same: 1 });
    cloud.objects.set("ext", { value: 2 });
    expect((await stack.up(reading("ext"))).changes).toEqual({ read: 1, same: 1 });
    await stack.destroy();
    expect(cloud.objects.size).toBe(1);
    expect(cloud.calls).toEqual([]);
  });

  it("is refused without an id", async () => {
    const run = await new Cloud().stack().up(reading(""));
    expect(run.result).toBe("failed");
    expect(run.told).toEqual([`Expected an ID for urn:pulumi:test::proj::${THING}::x`]);
    expect(run.steps).toEqual(["create proj-test", "create default"]);
  });

  it("replaces a managed object with another id, which is deleted", async () => {
    const cloud = new Cloud();
    cloud.objects.set("ext", { value: 1 });
    const stack = cloud.stack();
    await stack.up(managing);
    const run = await stack.up(reading("ext"));
    expect(run.steps.slice(2)).toEqual(["read-replacement x", "replace x", "delete-replaced x"]);
    expect([...cloud.objects.keys()]).toEqual(["ext"]);
  });

  it("lets go of a managed object with the same id", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(managing);
    const run = await stack.up(reading("x-1"));
    expect(run.steps.at(-1)).toBe("read x");
    expect(run.snapshot.resources.at(-1)?.external).toBe(true);
    await stack.destroy();
    expect(cloud.objects.size).toBe(1);
  });

  it("gives way to an object of our own", async () => {
    const cloud = new Cloud();
    cloud.objects.set("ext", {});
    const stack = cloud.stack();
    await stack.up(reading("ext"));
    const run = await stack.up(managing);
    expect(run.steps.slice(2)).toEqual(["create-replacement x", "replace x", "discard-replaced x"]);
    expect([...cloud.objects.keys()]).toEqual(["ext", "x-1"]);
  });

  it("fails where there is nothing, or it cannot be read", async () => {
    const cloud = new Cloud();
    expect((await cloud.stack().up(reading("none"))).told[0]).toBe("resource 'none' does not exist");
    cloud.failures.set("read x", "no access");
    const run = await cloud.stack().up(reading("none"));
    expect(run.events.find((e) => e.kind === "resource-failed")).toMatchObject({ status: 2 });
    const sick = new PartialFailure("sick", {
      id: "",
      outputs: { a: 1 },
      inputs: undefined,
      reasons: ["no heart"],
    });
    const stack = new Cloud().stack({ functions: { read: () => Promise.reject(sick) } });
    const partial = await stack.up(reading("ext"));
    expect(partial.snapshot.resources.at(-1)).toMatchObject({ id: "ext", initErrors: ["no heart"] });
  });

  it("finds an object whose provider does not say its id again, which a refresh takes for gone", async () => {
    const stack = new Cloud().stack({
      functions: { read: async () => ({ id: "", inputs: {}, outputs: { a: 1 } }) },
    });
    const run = await stack.up(reading("ext"));
    expect(run.snapshot.resources.at(-1)).toMatchObject({ id: "ext", outputs: { a: 1 } });
    expect((await stack.refresh()).changes).toEqual({ delete: 1, same: 1 });
  });

  it("happens in previews, unless the id is not known", async () => {
    const cloud = new Cloud();
    cloud.objects.set("ext", {});
    const reads: string[] = [];
    cloud.during = (call) => void reads.push(call);
    await cloud.stack().preview(reading("ext"));
    const unknown = await cloud.stack().preview(reading(UNKNOWN_VALUE));
    expect(reads).toEqual(["read x"]);
    expect(unknown.result).toBe("succeeded");
    expect(unknown.steps.at(-1)).toBe("read x");
  });
});
