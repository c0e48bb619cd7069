import { describe, expect, it } from "vitest";
import { ProviderError, UserError } from "../../src/errors.ts";
import { computed, type PropertyMap } from "../../src/protocol/property-value.ts";
import { resourceState } from "../../src/state/resource.ts";

import { SOME, setUp, TYPE, URN } from "./noting-registry.ts";

const OLD_URN = `urn:pulumi:dev::shop::${TYPE}::old`;
const UNKNOWN_ID = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const INPUTS = { region: "north", version: "1.0.0", __internal: {} };
const state = (fields: { urn?: string; id?: string; inputs?: PropertyMap } = {}) =>
  resourceState({ urn: URN, type: TYPE, custom: true, id: "id-0", inputs: INPUTS, ...fields });
const invoke = { token: "toy:index:look", args: {}, preview: false };

describe("the provider registry", () => {
  it("checks, creates and then gives out a new provider", async () => {
    const { calls, said, registry, check, create } = setUp();
    expect(await check(INPUTS)).toEqual({ inputs: INPUTS, failures: [] });
    expect(await create(INPUTS)).toEqual({ id: "id-1", outputs: { region: "north", version: "1.0.0" } });

    expect(await registry.get(`${URN}::id-1`)?.invoke(invoke)).toMatchObject({
      result: { token: invoke.token },
    });
    expect(calls).toEqual([
      "load toy@1.0.0",
      'checkConfig {"olds":{},"news":{"region":"north","version":"1.0.0"}}',
      'configure id-1 {"region":"north","version":"1.0.0"}',
    ]);
    expect(said).toMatchObject([{ severity: "debug", urn: URN, message: "Loading provider toy 1.0.0\n" }]);
  });

  it("compares configurations with the plugin that checked the new one, and configures that one", async () => {
    const { calls, registry, check, diff, update } = setUp();
    const news = { ...INPUTS, region: "south" };
    await check(news, INPUTS);
    expect(await diff(INPUTS, news)).toEqual(SOME);
    expect(await update(news)).toEqual({ outputs: { region: "south", version: "1.0.0" } });
    expect(registry.get(`${URN}::id-0`)?.pkg).toBe("toy");
    const [old, next] = ['{"region":"north","version":"1.0.0"}', '{"region":"south","version":"1.0.0"}'];
    expect(calls.slice(2)).toEqual([
      `diffConfig {"oldInputs":${old},"oldOutputs":${old},"newInputs":${next}}`,
      `configure id-0 ${next}`,
    ]);
  });

  it("loads the plugin anew for the replacement that it asked for", async () => {
    const { calls, check, diff } = setUp({ diffConfig: async () => ({ ...SOME, replaceKeys: ["region"] }) });
    await check(INPUTS);
    await diff(INPUTS, INPUTS);
    await check(INPUTS);
    expect(calls.filter((call) => !call.startsWith("checkConfig"))).toEqual([
      "load toy@1.0.0",
      "close",
      "load toy@1.0.0",
    ]);
  });

  it.each([
    ["does not tell", async () => ({ ...SOME, changes: "unknown" as const })],
    ["has no DiffConfig", () => Promise.reject(new ProviderError("", { unimplemented: true }))],
  ])("compares the values itself where the plugin %s", async (_, diffConfig) => {
    const { check, diff } = setUp({ diffConfig });
    await check(INPUTS);
    expect(await diff(INPUTS, INPUTS)).toMatchObject({ changes: "none" });
    expect(await diff(INPUTS, { ...INPUTS, region: "south" })).toMatchObject({
      changes: "some",
      replaceKeys: [],
    });
  });

  it("compares with the provider in use, or a new one, where nothing was checked", async () => {
    const inUse = setUp();
    await inUse.registry.ensure(state());
    await inUse.diff(INPUTS, INPUTS);
    expect(inUse.calls.filter((call) => call.startsWith("load"))).toHaveLength(1);
    const fresh = setUp();
    expect(await fresh.diff(INPUTS, INPUTS)).toEqual(SOME);
    expect(fresh.calls[0]).toBe("load toy@1.0.0");
  });

  it("takes the inputs as they are where the plugin has no CheckConfig", async () => {
    const { check } = setUp({
      checkConfig: () => Promise.reject(new ProviderError("", { unimplemented: true })),
    });
    expect(await check(INPUTS)).toEqual({ inputs: INPUTS, failures: [] });
  });

  it("passes on what is wrong with a configuration, and lets the plugin go", async () => {
    const failures = [{ property: "bad", reason: "bad provider configuration" }];
    const { calls, check } = setUp({ checkConfig: async ({ news }) => ({ inputs: news, failures }) });
    expect(await check(INPUTS)).toMatchObject({ failures });
    expect(calls).toEqual(["load toy@1.0.0", "close"]);
  });

  it("fails a check that fails, and one that changes the provider's version", async () => {
    const failing = setUp({ checkConfig: () => Promise.reject(new ProviderError("cannot check")) });
    await expect(failing.check(INPUTS)).rejects.toThrow("cannot check");
    const changing = setUp({
      checkConfig: async ({ news }) => ({ inputs: { ...news, version: "2.0.0" }, failures: [] }),
    });
    await expect(changing.check(INPUTS)).rejects.toThrow(
      `provider "${URN}" attempted to change version from "1.0.0" to "2.0.0"`,
    );
  });

  it("keeps the version that a plugin leaves out of its answer", async () => {
    const { check } = setUp({
      checkConfig: async ({ news: { version: _version, ...inputs } }) => ({ inputs, failures: [] }),
    });
    expect(await check(INPUTS)).toEqual({ inputs: INPUTS, failures: [] });
    const { version: _version, ...unversioned } = INPUTS;
    expect(await check(unversioned)).toEqual({ inputs: unversioned, failures: [] });
  });

  it("keeps its own notes where a plugin answers with some, and warns", async () => {
    const { check, said } = setUp({
      checkConfig: async ({ news }) => ({ inputs: { ...news, __internal: { some: "data" } }, failures: [] }),
    });
    expect(await check(INPUTS)).toEqual({ inputs: INPUTS, failures: [] });
    expect(said.filter(({ severity }) => severity === "warning")).toMatchObject([
      { urn: URN, message: "provider attempted to use __internal key that is reserved by the engine\n" },
    ]);
  });

  it("tells a failed Configure at the first use, not before", async () => {
    const { registry, check, create } = setUp({
      configure: () => Promise.reject(new ProviderError("cannot configure: explode")),
    });
    await check(INPUTS);
    await create(INPUTS);
    const provider = registry.get(`${URN}::id-1`);
    await expect(provider?.invoke(invoke)).rejects.toThrow("cannot configure: explode");
    await expect(provider?.invoke(invoke)).rejects.toThrow("cannot configure: explode");
  });

  it("does not configure a provider while its configuration is unknown", async () => {
    const { calls, registry, check, create } = setUp({}, true);
    const inputs = { ...INPUTS, region: computed };
    await check(inputs);
    expect(await create(inputs)).toEqual({ id: "", outputs: { region: computed, version: "1.0.0" } });
    expect(registry.get(`${URN}::${UNKNOWN_ID}`)).toBeUndefined();
    expect(calls.filter((call) => call.startsWith("configure"))).toEqual([]);
    expect(calls.at(-1)).toBe("close");
  });

  it("gives out a provider that a preview would create", async () => {
    const { registry, check, create } = setUp({}, true);
    await check(INPUTS);
    expect((await create(INPUTS)).id).toBe("");
    expect(registry.get(`${URN}::${UNKNOWN_ID}`)?.pkg).toBe("toy");
  });

  it("configures an unchanged provider with what was recorded, unless it is in use", async () => {
    const { calls, registry, check } = setUp();
    await check({ ...INPUTS, version: "2.0.0" });
    await registry.same(state());
    await check(INPUTS);
    await registry.same(state());
    expect(calls.filter((call) => !call.startsWith("checkConfig"))).toEqual([
      "load toy@2.0.0",
      'configure id-0 {"region":"north","version":"1.0.0"}',
      "load toy@1.0.0",
      "close",
    ]);
  });

  it("loads a recorded provider once, and beside a candidate for its new configuration", async () => {
    const { calls, registry, check, create } = setUp();
    await check({ ...INPUTS, version: "2.0.0" });
    await Promise.all([registry.ensure(state()), registry.ensure(state())]);
    await registry.ensure(state());
    await create({ ...INPUTS, version: "2.0.0" });
    expect(calls.filter((call) => !call.startsWith("checkConfig"))).toEqual([
      "load toy@2.0.0",
      "load toy@1.0.0",
      'configure id-0 {"region":"north","version":"1.0.0"}',
      'configure id-1 {"region":"north","version":"2.0.0"}',
    ]);
  });

  it("finds a provider under its new name by a reference to the old one", async () => {
    const { registry } = setUp();
    await registry.ensure(state());
    registry.alias(OLD_URN, URN);
    const renamed = registry.get(`${URN}::id-0`);
    await registry.ensure(state({ urn: OLD_URN }));
    expect(registry.get(`${OLD_URN}::id-0`)).toBe(renamed);
  });

  it("does not know a provider that nobody loaded", () => {
    const { registry } = setUp();
    expect(() => registry.get(`${URN}::id-9`)).toThrow(
      new UserError("provider-unknown", `unknown provider '${URN}::id-9'`),
    );
  });

  it("lets a deleted provider go", async () => {
    const { calls, registry, check, create, delete: remove } = setUp();
    await check(INPUTS);
    await create(INPUTS);
    await remove();
    await remove();
    expect(calls.filter((call) => call === "close")).toHaveLength(1);
    expect(() => registry.get(`${URN}::id-1`)).toThrow("unknown provider");
  });

  it("cancels candidates and providers in use", async () => {
    const { calls, registry, check } = setUp();
    await registry.ensure(state({ urn: OLD_URN }));
    await check(INPUTS);
    await registry.cancel();
    await registry.providerOfProviders.cancel();
    expect(calls.filter((call) => call === "cancel")).toHaveLength(4);
  });

  it("serves every call of a configured provider", async () => {
    const answer = async () => "answer" as never;
    const names = ["check", "diff", "create", "update", "delete", "read", "construct", "call"] as const;
    const { registry } = setUp(Object.fromEntries(names.map((name) => [name, answer])));
    await registry.ensure(state());
    const provider = registry.get(`${URN}::id-0`);
    for (const name of names) expect(await provider?.[name]?.({} as never)).toBe("answer");
    expect(await provider?.checkConfig({ urn: URN, olds: {}, news: {}, preview: false })).toBeDefined();
    expect(await provider?.configure({ urn: URN, name: "p", type: TYPE, id: "x", inputs: {} })).toBeDefined();
    await provider?.cancel();
    await provider?.close();
  });

  it("hides the engine's notes when configurations in use are compared", async () => {
    const { calls, registry } = setUp();
    await registry.ensure(state());
    await registry
      .get(`${URN}::id-0`)
      ?.diffConfig({ urn: URN, oldInputs: INPUTS, oldOutputs: {}, newInputs: INPUTS, ignoreChanges: [] });
    expect(calls.at(-1)).not.toContain("__internal");
  });

  it("has neither components nor methods where the plugin has none", async () => {
    const { registry } = setUp();
    await registry.ensure(state());
    const provider = registry.get(`${URN}::id-0`);
    expect(provider).not.toHaveProperty("construct");
    expect(provider).not.toHaveProperty("call");
  });

  it("reads the plugin to load from all forms of inputs", async () => {
    const { specs, registry } = setUp();
    const common = { checksums: {}, parameterization: undefined };
    const inputs: PropertyMap[] = [
      {},
      { version: "1.0.0", pluginDownloadURL: "https://old" },
      {
        version: "1.0.0",
        __internal: { pluginDownloadURL: "https://new", pluginChecksums: { any: "00ff" } },
      },
      { __internal: { envVarMappings: { OUTER: "INNER" } } },
      { version: "7.0.0", __internal: { name: "bridge", version: "0.9.0", parameterization: "AQI=" } },
    ];
    for (const [index, each] of inputs.entries())
      await registry.ensure(state({ id: `i${index}`, inputs: each }));
    expect(specs).toEqual([
      { pkg: "toy", version: "", pluginDownloadURL: "", ...common },
      { pkg: "toy", version: "1.0.0", pluginDownloadURL: "https://old", ...common },
      {
        pkg: "toy",
        version: "1.0.0",
        pluginDownloadURL: "https://new",
        ...common,
        checksums: { any: "00ff" },
      },
      { pkg: "toy", version: "", pluginDownloadURL: "", ...common, envVarMappings: { OUTER: "INNER" } },
      {
        ...{ pkg: "bridge", version: "0.9.0", pluginDownloadURL: "", checksums: {} },
        parameterization: { name: "toy", version: "7.0.0", value: new Uint8Array([1, 2]) },
      },
    ]);
  });

  it("reads no provider resources, and has no functions", async () => {
    const { providerOfProviders } = setUp().registry;
    const identity = { urn: URN, name: "p", type: TYPE };
    await expect(
      providerOfProviders.read({ ...identity, id: "x", inputs: INPUTS, state: { a: 1 }, timeout: 0 }),
    ).rejects.toThrow("provider resources may not be read");
    const refused = { unimplemented: true };
    await expect(providerOfProviders.invoke(invoke)).rejects.toMatchObject(refused);
    await expect(providerOfProviders.checkConfig({} as never)).rejects.toMatchObject(refused);
    await expect(providerOfProviders.diffConfig({} as never)).rejects.toMatchObject(refused);
    await expect(providerOfProviders.configure({} as never)).rejects.toMatchObject(refused);
    await providerOfProviders.close();
  });

  it("serves the package pulumi itself", async () => {
    const { calls, registry } = setUp();
    const urn = "urn:pulumi:dev::shop::pulumi:providers:pulumi::default";
    const type = "pulumi:providers:pulumi";
    await registry.ensure(resourceState({ urn, type, custom: true, id: "1" }));
    const provider = registry.get(`${urn}::1`);
    expect(calls).toEqual([]);
    const request = { urn: "", name: "x", type: "pulumi:pulumi:StackReference", id: "x", timeout: 0 };
    const named = { inputs: { name: "x" }, state: { name: "x" } };
    await expect(provider?.read({ ...request, ...named })).rejects.toThrow('unknown stack "x"');
    await expect(provider?.read({ ...request, inputs: {}, state: {} })).rejects.toThrow(
      "stack reference can not be imported",
    );
  });
});
