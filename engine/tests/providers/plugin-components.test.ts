import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, it } from "vitest";
import { OutputValue, ResourceReference, Secret } from "../../src/protocol/property-value.ts";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../../src/protocol/signatures.ts";
import type { ConstructRequest, RunInfo } from "../../src/providers/provider.ts";
import { record } from "./plugin-fixtures.ts";

const URN = "urn:pulumi:dev::p::a:b:C$t:m:T::n::x";

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
    aliases: [
      { kind: "urn", urn: "urn:old" },
      { kind: "spec", name: "before", type: undefined, stack: undefined, project: undefined, parent: "none" },
    ],
    dependencies: [URN],
    additionalSecretOutputs: ["x"],
    customTimeouts: { create: "", update: "", delete: "", read: "" },
    deletedWith: "",
    deleteBeforeReplace: undefined,
    ignoreChanges: ["i"],
    replaceOnChanges: ["r"],
    retainOnDelete: undefined,
    replaceWith: ["urn:w"],
    replacementTrigger: new Secret("v2"),
    resourceHooks: { BeforeCreate: ["bc"], OnError: ["oe"] },
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
      aliasesList: [{ urn: "urn:old" }, { spec: { name: "before", noparent: true } }],
      dependenciesList: [URN],
      additionalsecretoutputsList: ["x"],
      ignorechangesList: ["i"],
      replaceonchangesList: ["r"],
      acceptsOutputValues: true,
      replaceWithList: ["urn:w"],
      resourceHooks: { beforeCreateList: ["bc"], onErrorList: [], afterDeleteList: [] },
      customtimeouts: { create: "", update: "", pb_delete: "", read: "" },
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
      { handshake: () => handshake().setAcceptOutputs(false) },
    );
    const customTimeouts = { create: "1m30s", update: "", delete: "", read: "" };
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
      create: "1m30s",
      update: "",
      pb_delete: "",
    });
    const { a } = last().getInputs()?.toJavaScript() ?? {};
    expect(a).toEqual({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value: 1 });
  });

  it("need a provider that keeps secrets", async () => {
    const { provider } = await record("construct", new protocol.ConstructResponse());
    await expect(provider.construct(request)).rejects.toThrow(
      "plugins that can construct components must support secrets",
    );
  });

  it("may come with a package that extends the provider", async () => {
    const response = new protocol.ParameterizeResponse().setName("ext").setVersion("1.0.0");
    const { provider, last } = await record<messages.ParameterizeRequest>("parameterize", response);
    const value = new Uint8Array([1, 2]);
    await provider.parameterize({ name: "ext", version: "1.0.0", value });
    expect(last().getValue()?.toObject()).toEqual({ name: "ext", version: "1.0.0", value: "AQI=" });
    await expect(provider.parameterize({ name: "other", version: "1.0.0", value })).rejects.toThrow(
      'parameterize response name "ext" does not match expected package "other"',
    );
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
