import grpc from "@grpc/grpc-js";
import errorsProtocol from "@pulumi/pulumi/proto/errors_pb.js";
import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import statusProtocol from "@pulumi/pulumi/proto/status_pb.js";
import anyProtocol from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, it } from "vitest";
import {
  computed,
  OutputValue,
  type PropertyMap,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { UNKNOWN_VALUE } from "../../src/protocol/signatures.ts";
import type { ConstructRequest, RunInfo } from "../../src/providers/provider.ts";
import { serve } from "./plugin-fixtures.ts";

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

function failWith(
  code: grpc.status,
  details: string,
  extra: readonly [string, Uint8Array][] = [],
): () => never {
  return () => {
    const status = new statusProtocol.Status().setCode(code).setMessage(details);
    for (const [name, bytes] of extra) {
      const any = new anyProtocol.Any();
      any.pack(bytes, name);
      status.addDetails(any);
    }
    const metadata = new grpc.Metadata();
    if (extra.length > 0) metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    throw Object.assign(new Error(details), { code, details, metadata });
  };
}

/** Serves one method and keeps the requests that it gets. */
async function record<Request>(method: string, answer: unknown, more: Parameters<typeof serve>[0] = {}) {
  const seen: Request[] = [];
  const provider = await serve({
    [method]: (request: never) => {
      seen.push(request);
      return answer;
    },
    ...more,
  });
  const last = () => {
    const request = seen.at(-1);
    if (request === undefined) throw new Error(`${method} was not called`);
    return request;
  };
  return { provider, last };
}

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

  it("is not called for previews that it does not support", async () => {
    const provider = await serve({ configure: configureResponse() });
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

describe("errors of calls", () => {
  const create = { ...RESOURCE, inputs: {}, timeout: 0, preview: false };

  it.each([
    ["UNKNOWN", "unknown"],
    ["INTERNAL", "unknown"],
    ["DATA_LOSS", "unknown"],
    ["INVALID_ARGUMENT", "ok"],
    ["RESOURCE_EXHAUSTED", "ok"],
    ["UNAVAILABLE", "ok"],
  ] as const)("%s leaves the object's status %s", async (code, status) => {
    const provider = await serve({ create: failWith(grpc.status[code], "no") });
    await expect(provider.create(create)).rejects.toMatchObject({
      message: "no",
      status,
      unimplemented: false,
    });
  });

  it("names calls that are not implemented", async () => {
    const provider = await serve({});
    await expect(provider.create(create)).rejects.toMatchObject({
      message: "no create",
      unimplemented: true,
    });
  });

  it("names missing configuration keys and how to set them", async () => {
    const keys = ["region", "token"].map((name) =>
      new protocol.ConfigureErrorMissingKeys.MissingKey()
        .setName(`fake:${name}`)
        .setDescription(`The ${name}`),
    );
    const details = new protocol.ConfigureErrorMissingKeys().setMissingkeysList(keys).serializeBinary();
    const provider = await serve({
      configure: failWith(grpc.status.INVALID_ARGUMENT, "missing", [
        ["pulumirpc.ConfigureErrorMissingKeys", details],
      ]),
    });
    await expect(configure(provider)).rejects.toThrow(
      "2 errors occurred:\n" +
        '\t* missing required configuration key "fake:region": The region\n' +
        "\tSet a value using the command `pulumi config set fake:region <value>`.\n" +
        '\t* missing required configuration key "fake:token": The token\n' +
        "\tSet a value using the command `pulumi config set fake:token <value>`.\n",
    );
  });

  it("adds the cause that the provider tells", async () => {
    const cause = new errorsProtocol.ErrorCause().setMessage("disk full").serializeBinary();
    const provider = await serve({
      create: failWith(grpc.status.UNKNOWN, "cannot create", [["pulumirpc.ErrorCause", cause]]),
    });
    await expect(provider.create(create)).rejects.toThrow("cannot create: disk full");
  });

  it("takes a partial failure without inputs and reasons", async () => {
    const failed = new protocol.ErrorResourceInitFailed().setId("7").serializeBinary();
    const provider = await serve({
      read: failWith(grpc.status.UNKNOWN, "x", [["pulumirpc.ErrorResourceInitFailed", failed]]),
    });
    const read = provider.read({ ...RESOURCE, id: "7", inputs: {}, state: {}, timeout: 0 });
    await expect(read).rejects.toMatchObject({
      name: "PartialFailure",
      message: "resource init failed",
      id: "7",
      outputs: {},
      inputs: undefined,
      reasons: [],
    });
  });

  it("stops waiting for a Configure that never answers", async () => {
    const provider = await serve({ configure: () => undefined }, { configure: 100 });
    await expect(configure(provider)).rejects.toMatchObject({
      message: "the provider did not answer within 0.1 s",
      status: "ok",
    });
  });

  it("refuses an object without an id and unknowns outside previews", async () => {
    const nameless = await serve({ create: () => new protocol.CreateResponse() });
    await expect(nameless.create(create)).rejects.toMatchObject({
      message: `plugin returned empty resource.ID from create '${URN}'`,
      status: "unknown",
    });
    const properties = Struct.fromJavaScript({ a: { b: UNKNOWN_VALUE } });
    const vague = await serve({
      create: () => new protocol.CreateResponse().setId("1").setProperties(properties),
    });
    await expect(vague.create(create)).rejects.toThrow('unexpected unknown property value for "a"');
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

describe("components", () => {
  const info: RunInfo = {
    project: "p",
    stack: "s",
    organization: "o",
    config: { "p:k": "v" },
    configSecretKeys: ["p:k"],
    dryRun: false,
    parallel: 4,
    monitorEndpoint: "127.0.0.1:2",
  };
  const request: ConstructRequest = {
    info,
    type: "fake:index:Box",
    name: "b",
    parent: URN,
    inputs: { a: new OutputValue(1, true, [URN]) },
    inputDependencies: { a: [URN] },
    protect: undefined,
    providers: { fake: "ref" },
    aliases: ["urn:old"],
    dependencies: [URN],
    additionalSecretOutputs: ["x"],
    customTimeouts: {},
    deletedWith: "",
    deleteBeforeReplace: undefined,
    ignoreChanges: ["i"],
    replaceOnChanges: ["r"],
    retainOnDelete: undefined,
  };
  const handshake = () =>
    new protocol.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptOutputs(true);

  it("are constructed with everything the program said", async () => {
    const response = new protocol.ConstructResponse()
      .setUrn("urn:b")
      .setState(Struct.fromJavaScript({ r: 1 }));
    const dependencies = new protocol.ConstructResponse.PropertyDependencies().setUrnsList([URN]);
    response.getStatedependenciesMap().set("r", dependencies);
    const { provider, last } = await record<messages.ConstructRequest>("construct", response, { handshake });
    expect(await provider.construct(request)).toEqual({
      urn: "urn:b",
      outputs: { r: 1 },
      outputDependencies: { r: [URN] },
    });
    expect(last().toObject()).toMatchObject({
      project: "p",
      stack: "s",
      organization: "o",
      configMap: [["p:k", "v"]],
      configsecretkeysList: ["p:k"],
      dryrun: false,
      parallel: 4,
      monitorendpoint: "127.0.0.1:2",
      type: "fake:index:Box",
      name: "b",
      parent: URN,
      providersMap: [["fake", "ref"]],
      inputdependenciesMap: [["a", { urnsList: [URN] }]],
      aliasesList: [{ urn: "urn:old" }],
      dependenciesList: [URN],
      additionalsecretoutputsList: ["x"],
      ignorechangesList: ["i"],
      replaceonchangesList: ["r"],
      acceptsOutputValues: true,
      customtimeouts: undefined,
    });
    expect(last().hasProtect() || last().hasDeletebeforereplace() || last().hasRetainondelete()).toBe(false);
    expect(last().getInputs()?.toJavaScript()).toMatchObject({
      a: { value: 1, secret: true, dependencies: [URN] },
    });
  });

  it("pass on the options that were set", async () => {
    const { provider, last } = await record<messages.ConstructRequest>(
      "construct",
      new protocol.ConstructResponse(),
    );
    const customTimeouts = { create: 90, delete: 0 };
    await provider.construct({
      ...request,
      protect: true,
      deleteBeforeReplace: true,
      retainOnDelete: false,
      customTimeouts,
    });
    expect(last().toObject()).toMatchObject({
      protect: true,
      deletebeforereplace: true,
      retainondelete: false,
    });
    expect(last().getCustomtimeouts()?.toObject()).toMatchObject({
      create: "90s",
      update: "",
      pb_delete: "",
    });
    expect(last().getInputs()?.toJavaScript()).toEqual({ a: 1 });
  });

  it("answer method calls", async () => {
    const failure = new protocol.CheckFailure().setProperty("p").setReason("r");
    const response = new protocol.CallResponse()
      .setReturn(Struct.fromJavaScript({ x: 1 }))
      .setFailuresList([failure]);
    response
      .getReturndependenciesMap()
      .set("x", new protocol.CallResponse.ReturnDependencies().setUrnsList([URN]));
    const { provider, last } = await record<messages.CallRequest>("call", response, { handshake });
    const args = { __self__: new ResourceReference(URN, undefined, "") };
    const answer = await provider.call({
      info,
      token: "fake:index:Box/get",
      args,
      argDependencies: { a: [URN] },
    });
    expect(answer).toEqual({
      result: { x: 1 },
      resultDependencies: { x: [URN] },
      failures: [{ property: "p", reason: "r" }],
    });
    expect(last().toObject()).toMatchObject({
      tok: "fake:index:Box/get",
      stack: "s",
      argdependenciesMap: [["a", { urnsList: [URN] }]],
    });
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
