import { describe, expect, it } from "vitest";
import { computed, type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { createPulumiProvider } from "../../../src/providers/pulumi/provider.ts";
import { emptySnapshot, resourceState } from "../../../src/state/resource.ts";

const STASH = { urn: "urn:pulumi:dev::shop::pulumi:index:Stash::s", name: "s", type: "pulumi:index:Stash" };
const REFERENCE = { urn: "urn:r", name: "r", type: "pulumi:pulumi:StackReference" };
const STACK_TYPE = "pulumi:pulumi:Stack";

const outputs = { url: "u", password: new Secret("p"), deep: [{ key: new Secret("k") }] };
const resources = [
  resourceState({ urn: "urn:root", type: STACK_TYPE, custom: false, outputs }),
  resourceState({ urn: "urn:thing", type: "toy:index:Thing", custom: true, outputs: { made: 1 } }),
  resourceState({ urn: "urn:thing", type: "toy:index:Thing", custom: true, outputs: {}, delete: true }),
];
const stacks = new Map([
  ["base", { ...emptySnapshot(), resources }],
  ["new", emptySnapshot()],
  ["sealed", { ...emptySnapshot(), resources }],
]);
const warnings: string[] = [];
const informed: string[] = [];
const provider = createPulumiProvider({
  readStack: async (name, elided) => {
    if (name === "sealed") elided?.();
    return stacks.get(name);
  },
  uuid: () => "id-1",
  warn: (urn, message) => warnings.push(`${urn}: ${message}`),
  inform: (message) => informed.push(message),
});

describe("the provider of the package pulumi", () => {
  const read = (id: string, state: PropertyMap, inputs: PropertyMap = {}) =>
    provider.read({ ...REFERENCE, id, inputs, state, timeout: 0 });
  const told = { outputs, secretOutputNames: ["deep", "password"] };

  it("reads the outputs of another stack, and says which are secret", async () => {
    const answer = { inputs: { name: "base" }, outputs: { name: "base", ...told } };
    expect(await read("x", { name: "base" }, { name: "base" })).toEqual({ id: "x", ...answer });
  });

  it("takes nothing but a name", async () => {
    await expect(read("base", {}, {})).rejects.toMatchObject({
      message: "stack reference can not be imported",
      status: "unknown",
    });
    await expect(read("x", { name: "base" }, { name: "base", org: "acme" })).rejects.toMatchObject({
      message: 'unknown property "org"',
    });
  });

  it("finds no outputs in a stack that was never updated", async () => {
    expect((await read("x", { name: "new" }, { name: "new" }))?.outputs).toEqual({
      name: "new",
      outputs: {},
      secretOutputNames: [],
    });
  });

  it("says where another stack has outputs that cannot be decrypted", async () => {
    informed.length = 0;
    await read("x", { name: "sealed" }, { name: "sealed" });
    const args = { name: "sealed" };
    await provider.invoke({ token: "pulumi:pulumi:readStackOutputs", args, preview: false });
    const elided = "eliding undecryptable secrets for stack reference 'sealed'";
    expect(informed).toEqual([elided, elided]);
    await read("x", { name: "base" }, { name: "base" });
    expect(informed).toHaveLength(2);
  });

  it("says that there is no such stack", async () => {
    await expect(read("x", { name: "nowhere" }, { name: "nowhere" })).rejects.toMatchObject({
      message: 'unknown stack "nowhere"',
      status: "unknown",
    });
  });

  it("answers the functions about other stacks", async () => {
    const invoke = (token: string, args: PropertyMap) => provider.invoke({ token, args, preview: false });
    expect((await invoke("pulumi:pulumi:readStackOutputs", { name: "base" })).result).toEqual({
      name: "base",
      ...told,
    });
    const all = await invoke("pulumi:pulumi:readStackResourceOutputs", { stackName: "base" });
    expect(all.result).toEqual({
      name: "base",
      outputs: {
        "urn:root": { type: STACK_TYPE, outputs },
        "urn:thing": { type: "toy:index:Thing", outputs: { made: 1 } },
      },
    });
    await expect(invoke("pulumi:pulumi:readStackOutputs", {})).rejects.toThrow('unknown stack ""');
    await expect(invoke("pulumi:pulumi:readStackResourceOutputs", {})).rejects.toThrow('unknown stack ""');
    await expect(invoke("pulumi:pulumi:other", {})).rejects.toThrow("unrecognized function name");
  });

  it("keeps the first value of a stash", async () => {
    const check = (news: PropertyMap) =>
      provider.check({
        ...{ ...STASH, olds: {}, news, preview: false },
        ...{ randomSeed: new Uint8Array(), autonaming: undefined },
      });
    expect(await check({ input: 1 })).toEqual({ inputs: { input: 1 }, failures: [] });
    expect((await check({})).failures).toEqual([
      { property: "input", reason: 'missing required property "input"' },
    ]);
    expect((await check({ input: 1, other: 2 })).failures).toEqual([
      { property: "other", reason: 'unknown property "other"' },
    ]);
    const create = (inputs: PropertyMap, preview: boolean) =>
      provider.create({ ...STASH, inputs, timeout: 0, preview });
    expect(await create({ input: 1 }, false)).toEqual({ id: "id-1", outputs: { input: 1, output: 1 } });
    expect((await create({}, true)).id).toBe("");

    const change = { id: "id-1", oldInputs: { input: 1 }, newInputs: { input: 2 }, ignoreChanges: [] };
    const oldOutputs = { input: 1, output: 1 };
    expect(await provider.diff({ ...STASH, ...change, oldOutputs })).toMatchObject({ changes: "some" });
    const same = { ...change, newInputs: { input: 1 } };
    expect(await provider.diff({ ...STASH, ...same, oldOutputs })).toMatchObject({ changes: "none" });
    const none = { ...change, oldInputs: {}, newInputs: {} };
    expect(await provider.diff({ ...STASH, ...none, oldOutputs })).toMatchObject({ changes: "none" });
    const update = { timeout: 0, preview: false };
    expect((await provider.update({ ...STASH, ...change, ...update, oldOutputs })).outputs).toEqual({
      input: 2,
      output: 1,
    });
    const empty = { ...change, newInputs: {}, oldOutputs: {} };
    expect((await provider.update({ ...STASH, ...empty, ...update })).outputs).toEqual({
      input: null,
      output: null,
    });
    expect(
      await provider.read({ ...STASH, id: "id-1", inputs: { input: 1 }, state: oldOutputs, timeout: 0 }),
    ).toEqual({ id: "id-1", inputs: { input: 1 }, outputs: oldOutputs });
    const nothing = provider.read({ ...STASH, id: "id-1", inputs: {}, state: {}, timeout: 0 });
    await expect(nothing).rejects.toMatchObject({ message: "stash can not be imported", status: "unknown" });
    await provider.delete({ ...STASH, id: "id-1", oldInputs: {}, oldOutputs, timeout: 0 });
  });

  it("serves old SDKs that register references to stacks", async () => {
    const check = (news: PropertyMap) =>
      provider.check({
        ...{ ...REFERENCE, olds: {}, news, preview: true },
        ...{ randomSeed: new Uint8Array(), autonaming: undefined },
      });
    expect((await check({ name: "base" })).failures).toEqual([]);
    expect((await check({ name: computed })).failures).toEqual([]);
    expect((await check({ name: 7 })).failures).toMatchObject([
      { reason: 'property "name" must be a string' },
    ]);
    expect(warnings[0]).toMatch(/^urn:r: The "pulumi:pulumi:StackReference" resource type is deprecated\. /);
    const create = (inputs: PropertyMap) =>
      provider.create({ ...REFERENCE, inputs, timeout: 0, preview: false });
    expect(await create({ name: "base" })).toEqual({ id: "id-1", outputs: { name: "base", ...told } });
    expect((await create({ name: computed })).outputs).toEqual({});
    const change = { id: "id-1", oldInputs: { name: "base" }, oldOutputs: {}, ignoreChanges: [] };
    expect(await provider.diff({ ...REFERENCE, ...change, newInputs: { name: "new" } })).toMatchObject({
      changes: "some",
      replaceKeys: ["name"],
    });
    const update = { ...REFERENCE, ...change, newInputs: {}, timeout: 0, preview: false };
    await expect(provider.update(update)).rejects.toThrow("unrecognized resource type");
  });

  it("has no other resources", async () => {
    const request = { ...REFERENCE, type: "pulumi:index:Other", inputs: {}, timeout: 0, preview: false };
    await expect(provider.create(request)).rejects.toThrow("unrecognized resource type 'pulumi:index:Other'");
  });

  it("needs no configuration", async () => {
    const request = { urn: "urn:p", olds: {}, news: { a: 1 }, preview: false };
    expect(await provider.checkConfig(request)).toEqual({ inputs: { a: 1 }, failures: [] });
    const configs = { oldInputs: {}, oldOutputs: {}, newInputs: { a: 1 }, ignoreChanges: [] };
    expect(await provider.diffConfig({ urn: "urn:p", ...configs })).toMatchObject({ changes: "none" });
    const configured = await provider.configure({ urn: "urn:p", name: "p", type: "t", id: "1", inputs: {} });
    expect(configured).toMatchObject({ acceptSecrets: true });
    await provider.cancel();
    await provider.close();
  });
});
