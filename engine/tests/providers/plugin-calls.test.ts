import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, it } from "vitest";
import { computed, type PropertyMap, ResourceReference, Secret } from "../../src/protocol/property-value.ts";
import { UNKNOWN_VALUE } from "../../src/protocol/signatures.ts";
import { record, serve } from "./plugin-fixtures.ts";

const URN = "urn:pulumi:dev::p::a:b:C$t:m:T::n::x";
const RESOURCE = { urn: URN, name: "n::x", type: "t:m:T" };
const PROVIDER = {
  urn: "urn:pulumi:dev::p::pulumi:providers:fake::default",
  name: "default",
  type: "pulumi:providers:fake",
};

const configureResponse =
  (configure: (response: messages.ConfigureResponse) => unknown = () => undefined) =>
  () => {
    const response = new protocol.ConfigureResponse();
    configure(response);
    return response;
  };

const configure = (provider: Awaited<ReturnType<typeof serve>>, inputs: PropertyMap = {}, id = "1") =>
  provider.configure({ ...PROVIDER, id, inputs });

describe("a plugin without a handshake", () => {
  it("tells in Configure what it can do", async () => {
    const provider = await serve({
      configure: configureResponse((r) => r.setSupportspreview(true).setAcceptoutputs(true)),
    });
    expect(await configure(provider)).toEqual({
      acceptSecrets: false,
      acceptResources: false,
      acceptOutputs: true,
      supportsPreview: true,
      supportsAutonaming: false,
    });
  });

  it("is configured with plain variables and full arguments", async () => {
    const { provider, last } = await record<messages.ConfigureRequest>(
      "configure",
      new protocol.ConfigureResponse(),
    );
    await configure(
      provider,
      { version: "1.0.0", token: new Secret("t"), list: [1, new Secret(2)], on: new Secret(true) },
      "",
    );
    const request = last();
    expect(Object.fromEntries(request.getVariablesMap().getEntryList())).toEqual({
      "fake:config:token": "t",
      "fake:config:list": "[1,2]",
      "fake:config:on": "true",
    });
    expect(request.getId()).toBe(UNKNOWN_VALUE);
    expect(request.getArgs()?.toJavaScript()).toMatchObject({ version: "1.0.0", token: { value: "t" } });
    expect(
      request.getAcceptsecrets() && request.getSendsOldInputs() && request.getSendsOldInputsToDelete(),
    ).toBe(true);
  });

  it("gets secrets and references in clear, and unknowns in previews only", async () => {
    const answer = new protocol.CheckResponse().setInputs(Struct.fromJavaScript({ s: "x" }));
    const { provider, last } = await record<messages.CheckRequest>("check", answer, {
      configure: configureResponse(),
    });
    await configure(provider);
    const news = { s: new Secret("x"), r: new ResourceReference("urn:r", "i", ""), u: computed };
    const request = { ...RESOURCE, olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined };
    const checked = await provider.check({ ...request, preview: false });
    expect(last().getNews()?.toJavaScript()).toEqual({ s: "x", r: "i" });
    expect(checked.inputs).toEqual({ s: new Secret("x") });
    await provider.check({ ...request, preview: true });
    expect(last().getNews()?.toJavaScript()).toMatchObject({ u: UNKNOWN_VALUE });
  });

  it.each([
    ["it does not support", false, {}],
    ["nobody wants of it", true, { PULUMI_DISABLE_PROVIDER_PREVIEW: "true" }],
  ])("is not called for previews that %s", async (_, supported, env) => {
    const configured = configureResponse((response) => response.setSupportspreview(supported));
    const provider = await serve({ configure: configured }, { env });
    await configure(provider);
    const inputs = { a: new Secret(1), u: computed };
    expect(await provider.create({ ...RESOURCE, inputs, timeout: 0, preview: true })).toEqual({
      id: "",
      outputs: inputs,
    });
    const change = {
      ...RESOURCE,
      id: "1",
      oldInputs: {},
      oldOutputs: {},
      newInputs: inputs,
      ignoreChanges: [],
    };
    expect(await provider.update({ ...change, timeout: 0, preview: true })).toEqual({ outputs: inputs });
  });

  it("takes any configuration where it does not check it", async () => {
    const provider = await serve({});
    const { urn } = PROVIDER;
    const news = { a: new Secret(1) };
    expect(await provider.checkConfig({ urn, olds: {}, news, preview: true })).toEqual({
      inputs: news,
      failures: [],
    });
    const diff = { urn, oldInputs: {}, oldOutputs: {}, newInputs: news, ignoreChanges: [] };
    expect(await provider.diffConfig(diff)).toMatchObject({ changes: "unknown", replaceKeys: [] });
  });
});

describe("automatic names", () => {
  const { Mode } = protocol.CheckRequest.AutonamingOptions;
  it.each([
    [{ mode: "propose", name: "p" } as const, Mode.PROPOSE, "p"],
    [{ mode: "enforce", name: "e" } as const, Mode.ENFORCE, "e"],
    [{ mode: "disabled" } as const, Mode.DISABLE, ""],
  ])("are offered as %j where the provider wants them", async (autonaming, mode, name) => {
    const { provider, last } = await record<messages.CheckRequest>("check", new protocol.CheckResponse(), {
      configure: configureResponse((r) => r.setSupportsAutonamingConfiguration(true)),
    });
    await configure(provider);
    await provider.check({
      ...RESOURCE,
      olds: {},
      news: {},
      randomSeed: new Uint8Array(32),
      autonaming,
      preview: false,
    });
    expect(last().getAutonaming()?.getMode()).toBe(mode);
    expect(last().getAutonaming()?.getProposedName()).toBe(name);
    expect(last().getName()).toBe("n::x");
  });

  it("are kept from providers that do not know them", async () => {
    const { provider, last } = await record<messages.CheckRequest>("check", new protocol.CheckResponse());
    const autonaming = { mode: "propose", name: "p" } as const;
    await provider.check({
      ...RESOURCE,
      olds: {},
      news: {},
      randomSeed: new Uint8Array(),
      autonaming,
      preview: false,
    });
    expect(last().hasAutonaming()).toBe(false);
  });
});

describe("the name and type in configuration checks", () => {
  it("are those of the URN", async () => {
    const { provider, last } = await record<messages.CheckRequest>(
      "checkConfig",
      new protocol.CheckResponse(),
    );
    await provider.checkConfig({ urn: URN, olds: {}, news: {}, preview: false });
    expect([last().getName(), last().getType()]).toEqual(["n::x", "t:m:T"]);
  });
});

describe("answers", () => {
  it("take an object without properties for one that is gone, and inputs as optional", async () => {
    const request = { ...RESOURCE, id: "1", inputs: {}, state: { s: new Secret(1) }, timeout: 0 };
    const gone = await serve({ read: () => new protocol.ReadResponse().setId("1") });
    expect(await gone.read(request)).toBeUndefined();
    const properties = Struct.fromJavaScript({ s: 1 });
    const there = await serve({
      read: () => new protocol.ReadResponse().setId("1").setProperties(properties),
    });
    expect(await there.read(request)).toMatchObject({ inputs: undefined, outputs: { s: new Secret(1) } });
    const nameless = await serve({ read: () => new protocol.ReadResponse().setProperties(properties) });
    expect(await nameless.read(request)).toMatchObject({ id: "", outputs: { s: new Secret(1) } });
  });

  it("to an import are asked for without inputs, to any other read with them, also where there are none", async () => {
    const asked: boolean[] = [];
    const provider = await serve({
      read: (message: messages.ReadRequest) => {
        asked.push(message.hasInputs());
        return new protocol.ReadResponse();
      },
    });
    const request = { ...RESOURCE, id: "1", inputs: {}, state: {}, timeout: 0 };
    await provider.read({ ...request, importing: true });
    await provider.read(request);
    expect(asked).toEqual([false, true]);
  });

  it("take a kind of difference that is not known for an update", async () => {
    const response = new protocol.DiffResponse().setHasdetaileddiff(true);
    response
      .getDetaileddiffMap()
      .set("a", new protocol.PropertyDiff().setKind(99 as messages.PropertyDiff.Kind));
    const provider = await serve({ diff: () => response });
    const change = {
      ...RESOURCE,
      id: "1",
      oldInputs: {},
      oldOutputs: {},
      newInputs: {},
      ignoreChanges: ["x"],
    };
    expect((await provider.diff(change)).detailedDiff).toEqual({ a: { kind: "update", inputDiff: false } });
  });
});

describe("an attached plugin", () => {
  it("is left running when it is closed", async () => {
    let cancelled = 0;
    const handlers = {
      cancel: () => {
        cancelled++;
        return new empty.Empty();
      },
    };
    const provider = await serve(handlers);
    await provider.close();
    expect(cancelled).toBe(1);
  });

  it("says its version, where it has one", async () => {
    expect(await (await serve({})).session.version()).toBeUndefined();
  });
});
