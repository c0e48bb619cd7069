import { describe, expect, it } from "vitest";
import { fakeHost, type ResourceTransform, TestStack } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";

/** Adds a mark to the input `trail`. */
function mark(name: string): ResourceTransform {
  return async ({ inputs }) => {
    const trail = inputs["trail"];
    return { inputs: { ...inputs, trail: `${typeof trail === "string" ? trail : ""}${name}` } };
  };
}

describe("transforms", () => {
  it("run own first, then those of the ancestors outward, then the stack's in order", async () => {
    const stack = new Cloud().stack();
    const trails: unknown[] = [];
    await stack.up(
      program(async (p) => {
        p.stackTransform(mark("s1"));
        p.stackTransform(mark("s2"));
        const outer = await p.component(GROUP, "outer", { transforms: [mark("o")] });
        const inner = await p.component(GROUP, "inner", { parent: outer.urn, transforms: [mark("i")] });
        const a = await p.resource(THING, "a", {}, { parent: inner.urn, transforms: [mark("a"), mark("b")] });
        const free = await p.resource(THING, "free");
        trails.push(a.outputs["trail"], free.outputs["trail"]);
      }),
    );
    expect(trails).toEqual(["abios1s2", "s1s2"]);
  });

  it("may change options, and leave alone what they give nothing for", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(
      program(async (p) => {
        p.stackTransform(async ({ type, options }) =>
          type === THING ? { options: { ...options, protect: true, ignoreChanges: ["value"] } } : undefined,
        );
        await p.resource(THING, "a", { value: 1 });
      }),
    );
    const a = run.snapshot.resources.find(({ type }) => type === THING);
    expect(a).toMatchObject({ protect: true, ignoreChanges: ["value"], inputs: { value: 1 } });
  });

  it("run before the default provider is chosen", async () => {
    const cloud = new Cloud();
    const versions: string[] = [];
    const providers = fakeHost({
      fake: (spec) => {
        versions.push(spec.version);
        return cloud.provider();
      },
    });
    const run = await new TestStack({ providers }).up(
      program(async (p) => {
        p.stackTransform(async ({ options }) => ({ options: { ...options, version: "2.0.0" } }));
        await p.resource(THING, "a", {}, { version: "1.0.0" });
      }),
    );
    expect(run.result).toBe("succeeded");
    expect(new Set(versions)).toEqual(new Set(["2.0.0"]));
  });

  it("that fail fail the program", async () => {
    const cloud = new Cloud();
    const run = await cloud.stack().up(
      program(async (p) => {
        p.stackTransform(async () => {
          throw new Error("no such luck");
        });
        await p.resource(THING, "a");
      }),
    );
    expect(run.told).toEqual(["no such luck"]);
    expect(cloud.calls).toEqual([]);
  });
});
