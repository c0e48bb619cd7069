import { describe, expect, it } from "vitest";
import { type ManagedResource, readManaged } from "../../../ops/drift/recorded.ts";
import { recordSecret } from "../../../ops/rollback/replay/recorded-value.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const STACK = { urn: "urn:pulumi:dev::trials::pulumi:pulumi:Stack::trials-dev", type: "pulumi:pulumi:Stack" };
const urnOf = (type: string, name: string) => `urn:pulumi:dev::trials::${type}::${name}`;
const THING = "fake:index:Thing";
const HOUSE = "test:index:House";

const thing = (name: string, rest: object = {}) => ({
  urn: urnOf(THING, name),
  type: THING,
  custom: true,
  id: `id-of-${name}`,
  parent: STACK.urn,
  ...rest,
});
const house = (name: string, rest: object = {}) => ({ urn: urnOf(HOUSE, name), type: HOUSE, ...rest });
const read = (...resources: object[]) => readManaged({ resources: [STACK, ...resources] });
function only(...resources: object[]): ManagedResource {
  const [found, ...more] = read(...resources);
  if (found === undefined || more.length > 0) throw new Error("expected one resource");
  return found;
}

describe("the resources that can drift", () => {
  it("are those outside of Pulumi: no stack, component or provider, and nothing that goes", () => {
    const provider = urnOf("pulumi:providers:fake", "own");
    const found = read(
      { urn: provider, type: "pulumi:providers:fake", custom: true, id: "p" },
      house("home"),
      thing("kept"),
      thing("replaced", { delete: true }),
    );
    expect(found.map(({ name }) => name)).toEqual(["kept"]);
    expect(readManaged({})).toEqual([]);
  });

  it("have the credentials of their provider, and when they were made where that is known", () => {
    const provider = urnOf("pulumi:providers:fake", "own");
    const token = recordSecret("hush");
    const found = read(
      { urn: provider, type: "pulumi:providers:fake", custom: true, id: "p", inputs: { token } },
      thing("a", { provider: `${provider}::p`, created: "2026-11-01T00:00:00Z" }),
      thing("b", { provider: `${urnOf("pulumi:providers:fake", "gone")}::q` }),
      thing("c"),
    );
    expect(found.map((one) => [one.name, one.provider, one.created])).toEqual([
      ["a", { token: "hush" }, "2026-11-01T00:00:00Z"],
      ["b", {}, undefined],
      ["c", {}, undefined],
    ]);
  });

  it("belong to the outermost component that they lie in, also below another resource", () => {
    const outer = house("outer", { parent: STACK.urn });
    const inner = house("inner", { parent: outer.urn });
    const inside = thing("inside", { parent: inner.urn });
    const found = read(
      outer,
      inner,
      inside,
      thing("below", { parent: inside.urn }),
      thing("alone"),
      thing("below alone", { parent: urnOf(THING, "alone") }),
      thing("orphan", { parent: urnOf(HOUSE, "not recorded") }),
      house("rootless"),
      thing("in rootless", { parent: urnOf(HOUSE, "rootless") }),
      house("on top", { parent: urnOf(THING, "alone") }),
      thing("in on top", { parent: urnOf(HOUSE, "on top") }),
    );
    expect(Object.fromEntries(found.map(({ name, component }) => [name, component]))).toEqual({
      inside: "outer",
      below: "outer",
      alone: "",
      "below alone": "",
      orphan: "",
      "in rootless": "rootless",
      "in on top": "on top",
    });
  });

  it("are read in clear, with the names of what is secret at any depth", () => {
    const found = only(
      thing("a", {
        inputs: {
          __defaults: ["size"],
          password: recordSecret("hush"),
          list: [1, recordSecret("one")],
          map: { __defaults: [], inner: { token: recordSecret({ a: 1 }) } },
          open: ["x", { y: null }],
        },
        outputs: { key: recordSecret(["k"]), size: 3, ready: true },
        additionalSecretOutputs: ["seed"],
      }),
    );
    expect(found.inputs).toEqual({
      password: "hush",
      list: [1, "one"],
      map: { inner: { token: { a: 1 } } },
      open: ["x", { y: null }],
    });
    expect(found.outputs).toEqual({ key: ["k"], size: 3, ready: true });
    expect([...found.secrets].sort()).toEqual(["key", "list", "map", "password", "seed"]);
  });

  it("show what is no plain value by what stands for it", () => {
    const signed = (signature: string, rest: object) => ({ [SIGNATURE]: signature, ...rest });
    const found = only(
      thing("a", {
        inputs: {
          friend: signed("5cf8f73096256a8f31e491e813e4eb8e", { urn: urnOf(THING, "b"), id: "b" }),
          page: signed("c44067f5952c0a294b673a41bacd8c17", { text: "hello", hash: "1" }),
          files: signed("0def7320c3a5731c473e5ecbe6d01bc7", { path: "./a.zip", hash: "2" }),
          sealed: signed("1b47061264138c4ac30d75fd1eb44270", { ciphertext: "v1:x" }),
        },
      }),
    );
    expect(found.inputs).toEqual({
      friend: urnOf(THING, "b"),
      page: expect.objectContaining({ text: "hello", hash: "1" }),
      files: expect.objectContaining({ path: "./a.zip", hash: "2" }),
      sealed: "[1b47061264138c4ac30d75fd1eb44270]",
    });
  });
});
