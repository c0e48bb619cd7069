import grpc from "@grpc/grpc-js";
import aliases from "@pulumi/pulumi/proto/alias_pb.js";
import callbackServices from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import { describe, expect, it } from "vitest";
import { type GrpcServer, startGrpcServer } from "../../src/grpc/server.ts";
import { Asset, computed, OutputValue, type PropertyMap, Secret } from "../../src/protocol/property-value.ts";
import { decodeStruct } from "../../src/protocol/wire.ts";
import type { ConstructRequest, Provider } from "../../src/providers/provider.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import {
  functionProgram,
  type MonitorClient,
  registerMessage,
  resource,
  structOf,
} from "./monitor-client.ts";
import { type RunOptions, run } from "./run-program.ts";

type TransformRequest = InstanceType<typeof resource.TransformRequest>;
type TransformResponse = InstanceType<typeof resource.TransformResponse>;
type InvokeRequest = InstanceType<typeof resource.TransformInvokeRequest>;
type InvokeResponse = InstanceType<typeof resource.TransformInvokeResponse>;

/** Serves callbacks as an SDK does. */
class Callbacks {
  readonly asked: string[] = [];
  private readonly functions = new Map<string, (request: Uint8Array) => Uint8Array>();
  private server: GrpcServer | undefined;

  async start(): Promise<void> {
    const invoke = async (request: InstanceType<typeof callbacks.CallbackInvokeRequest>) => {
      const token = request.getToken();
      this.asked.push(token);
      const found = this.functions.get(token);
      if (found === undefined) throw new Error(`callback not found: ${token}`);
      return new callbacks.CallbackInvokeResponse().setResponse(found(request.getRequest_asU8()));
    };
    this.server = await startGrpcServer([
      { definition: callbackServices.CallbacksService, implementation: { invoke } },
    ]);
  }

  stop(): void {
    this.server?.close();
  }

  at(token: string) {
    return new callbacks.Callback().setTarget(this.server?.address ?? "").setToken(token);
  }

  transform(token: string, change: (request: TransformRequest) => TransformResponse) {
    const { TransformRequest } = resource;
    this.functions.set(token, (bytes) => change(TransformRequest.deserializeBinary(bytes)).serializeBinary());
    return this.at(token);
  }

  invokeTransform(token: string, change: (request: InvokeRequest) => InvokeResponse) {
    const { TransformInvokeRequest } = resource;
    this.functions.set(token, (bytes) =>
      change(TransformInvokeRequest.deserializeBinary(bytes)).serializeBinary(),
    );
    return this.at(token);
  }
}

const unchanged = () => new resource.TransformResponse();
const thing = (name: string, inputs: PropertyMap = {}) => registerMessage("toy:index:Thing", name, inputs);
const explicit = (name: string) => `urn:pulumi:dev::shop::pulumi:providers:toy::${name}::${name}-id`;

async function program(
  body: (client: MonitorClient, served: Callbacks) => Promise<void>,
  options: Partial<RunOptions> = {},
): Promise<FakeDeployment> {
  const deployment = options.deployment ?? new FakeDeployment();
  const served = new Callbacks();
  await served.start();
  const source = functionProgram((client) => body(client, served));
  const { outcome } = await run({ ...options, deployment, program: source });
  served.stop();
  expect(outcome).toEqual({ kind: "succeeded" });
  return deployment;
}

describe("a transform", () => {
  it("is told everything the program said about the resource", async () => {
    const { RegisterResourceRequest } = resource;
    const hooks = new RegisterResourceRequest.ResourceHooksBinding().setBeforeCreateList(["h"]);
    const spec = new aliases.Alias.Spec()
      .setName("before")
      .setType("t")
      .setParenturn("urn:pulumi:dev::shop::toy:index:Thing::p");
    const request = thing("a", { size: 1, key: new Secret("k"), file: new Asset({ text: "hello" }, "") })
      .setDependenciesList(["urn:pulumi:dev::shop::toy:index:Thing::x"])
      .setProtect(true)
      .setRetainondelete(false)
      .setDeletebeforereplacedefined(true)
      .setVersion("1.2.3")
      .setPlugindownloadurl("https://example.com")
      .setIgnorechangesList(["i"])
      .setReplaceonchangesList(["r"])
      .setHidediffsList(["h"])
      .setReplaceWithList(["urn:pulumi:dev::shop::toy:index:Thing::w"])
      .setDeletedwith("urn:pulumi:dev::shop::toy:index:Thing::d")
      .setImportid("id")
      .setAdditionalsecretoutputsList(["s"])
      .setHooks(hooks)
      .setReplacementTrigger(structOf({ t: "v1" }).getFieldsMap().get("t"))
      .setAliasesList([
        new aliases.Alias().setSpec(spec),
        new aliases.Alias().setUrn("urn:pulumi:dev::shop::toy:index:Thing::old"),
      ])
      .setProvider(explicit("p"));
    request.setCustomtimeouts(new RegisterResourceRequest.CustomTimeouts().setCreate("5m"));
    request.getPluginchecksumsMap().set("linux-amd64", new Uint8Array([1, 2]));
    request.getProvidersMap().set("zoo", explicit("z"));
    let told: TransformRequest | undefined;
    const { goals } = await program(async (client, served) => {
      request.addTransforms(
        served.transform("t", (asked) => {
          told = asked;
          return new resource.TransformResponse().setOptions(asked.getOptions());
        }),
      );
      await client.register(request);
    });
    expect(told?.toObject()).toMatchObject({
      type: "toy:index:Thing",
      name: "a",
      custom: true,
      parent: "",
      options: {
        dependsOnList: ["urn:pulumi:dev::shop::toy:index:Thing::x"],
        protect: true,
        retainOnDelete: false,
        deleteBeforeReplace: false,
        version: "1.2.3",
        pluginDownloadUrl: "https://example.com",
        pluginChecksumsMap: [["linux-amd64", new Uint8Array([1, 2])]],
        ignoreChangesList: ["i"],
        replaceOnChangesList: ["r"],
        hideDiffList: ["h"],
        replaceWithList: ["urn:pulumi:dev::shop::toy:index:Thing::w"],
        deletedWith: "urn:pulumi:dev::shop::toy:index:Thing::d",
        pb_import: "id",
        additionalSecretOutputsList: ["s"],
        provider: explicit("p"),
        providersMap: [["zoo", explicit("z")]],
        hooks: { beforeCreateList: ["h"] },
        customTimeouts: { create: "5m" },
        replacementTrigger: { stringValue: "v1" },
        aliasesList: [
          { spec: { name: "before", type: "t", parenturn: "urn:pulumi:dev::shop::toy:index:Thing::p" } },
          { urn: "urn:pulumi:dev::shop::toy:index:Thing::old" },
        ],
      },
    });
    expect(decodeStruct(told?.getProperties())).toMatchObject({
      size: new OutputValue(1, false, ["urn:pulumi:dev::shop::toy:index:Thing::x"]),
      key: new OutputValue("k", true, ["urn:pulumi:dev::shop::toy:index:Thing::x"]),
    });
    expect(goals.at(-1)).toMatchObject({
      inputs: { size: 1, key: new Secret("k") },
      aliases: [
        {
          kind: "spec",
          name: "before",
          type: "t",
          parent: { urn: "urn:pulumi:dev::shop::toy:index:Thing::p" },
        },
        { kind: "urn", urn: "urn:pulumi:dev::shop::toy:index:Thing::old" },
      ],
      protect: true,
      customTimeouts: { create: 300 },
      replacementTrigger: "v1",
      resourceHooks: { BeforeCreate: ["h"] },
      provider: explicit("p"),
      importId: "id",
    });
  });

  it("sees what its resource inherits, and decides before the default provider is chosen", async () => {
    const seen: unknown[] = [];
    const deployment = await program(async (client, served) => {
      const parent = registerMessage("shop:index:Group", "g").setCustom(false).setProtect(true);
      parent.getProvidersMap().set("toy", explicit("p"));
      const urn = (await client.register(parent)).getUrn();
      const transform = served.transform("t", (asked) => {
        seen.push(asked.getOptions()?.getProtect(), asked.getOptions()?.getProvider());
        const options = new resource.TransformResourceOptions().setVersion("2.0.0");
        return new resource.TransformResponse().setOptions(options);
      });
      const request = thing("a").setParent(urn);
      request.addTransforms(transform);
      await client.register(request);
    });
    expect(seen).toEqual([true, explicit("p")]);
    expect(deployment.goal("a")).toMatchObject({ protect: false });
    expect(deployment.goal("a").provider).toContain("::default_2_0_0::");
  });

  it("that gives a component a provider leaves its children to the component's providers", async () => {
    const deployment = await program(async (client, served) => {
      const transform = served.transform("t", (asked) => {
        const options = asked.getOptions() ?? new resource.TransformResourceOptions();
        if (options.getProvider() === "") options.setProvider(explicit("other"));
        return new resource.TransformResponse().setOptions(options);
      });
      await client.ask("registerStackTransform", transform);
      const group = registerMessage("shop:index:Group", "g").setCustom(false);
      group.getProvidersMap().set("toy", explicit("p"));
      const parent = (await client.register(group)).getUrn();
      await client.register(thing("a").setParent(parent));
    });
    expect(deployment.goal("a").provider).toBe(explicit("p"));
  });

  it("of the resource itself says anew what depends on what", async () => {
    const { PropertyDependencies } = resource.RegisterResourceRequest;
    const request = thing("a", { kept: 1, lost: 2 }).setDependenciesList([
      "urn:pulumi:dev::shop::toy:index:Thing::x",
      "urn:pulumi:dev::shop::toy:index:Thing::y",
    ]);
    request
      .getPropertydependenciesMap()
      .set("kept", new PropertyDependencies().setUrnsList(["urn:pulumi:dev::shop::toy:index:Thing::x"]));
    request
      .getPropertydependenciesMap()
      .set("lost", new PropertyDependencies().setUrnsList(["urn:pulumi:dev::shop::toy:index:Thing::y"]));
    const { goals } = await program(async (client, served) => {
      request.addTransforms(
        served.transform("t", (asked) => {
          const inputs = decodeStruct(asked.getProperties());
          const added = new OutputValue(3, false, ["urn:pulumi:dev::shop::toy:index:Thing::z"]);
          const { kept = null } = inputs;
          const options = asked
            .getOptions()
            ?.setDependsOnList(["urn:pulumi:dev::shop::toy:index:Thing::only"]);
          return new resource.TransformResponse()
            .setProperties(structOf({ kept, lost: 2, added }))
            .setOptions(options);
        }),
      );
      await client.register(request);
    });
    expect(goals.at(-1)).toMatchObject({
      inputs: { kept: 1, lost: 2, added: 3 },
      dependencies: expect.arrayContaining([
        "urn:pulumi:dev::shop::toy:index:Thing::only",
        "urn:pulumi:dev::shop::toy:index:Thing::x",
        "urn:pulumi:dev::shop::toy:index:Thing::z",
      ]),
      propertyDependencies: {
        kept: ["urn:pulumi:dev::shop::toy:index:Thing::x"],
        lost: [],
        added: ["urn:pulumi:dev::shop::toy:index:Thing::z"],
      },
    });
  });

  it("of the stack adds to what the program said depends on what", async () => {
    const { PropertyDependencies } = resource.RegisterResourceRequest;
    const request = thing("a", { kept: 1 }).setDependenciesList(["urn:pulumi:dev::shop::toy:index:Thing::x"]);
    request
      .getPropertydependenciesMap()
      .set("kept", new PropertyDependencies().setUrnsList(["urn:pulumi:dev::shop::toy:index:Thing::x"]));
    const { goals } = await program(async (client, served) => {
      const transform = served.transform("t", (asked) => {
        const added = new OutputValue(undefined, true, ["urn:pulumi:dev::shop::toy:index:Thing::z"]);
        const inputs = { ...decodeStruct(asked.getProperties()), added };
        return new resource.TransformResponse().setProperties(structOf(inputs));
      });
      await client.ask("registerStackTransform", transform);
      await client.register(request);
    });
    expect(goals.at(-1)).toMatchObject({
      inputs: { kept: 1, added: new Secret(computed) },
      dependencies: ["urn:pulumi:dev::shop::toy:index:Thing::x"],
      propertyDependencies: {
        kept: ["urn:pulumi:dev::shop::toy:index:Thing::x"],
        added: ["urn:pulumi:dev::shop::toy:index:Thing::z"],
      },
    });
  });

  it("of a remote component runs where it is asked for and where its provider registers it", async () => {
    const URN = "urn:pulumi:dev::shop::toy:index:House::h";
    const constructed: ConstructRequest[] = [];
    const served = new Callbacks();
    await served.start();
    const deployment = new FakeDeployment();
    const body = functionProgram(async (client) => {
      const construct = async (request: ConstructRequest) => {
        constructed.push(request);
        await client.register(registerMessage("toy:index:House", "h").setCustom(false));
        await client.register(thing("child").setParent(URN));
        return { urn: URN, outputs: {}, outputDependencies: {} };
      };
      registry.provider = { pkg: "toy", construct } as unknown as Provider;
      const house = registerMessage("toy:index:House", "h", { door: new Secret("red") });
      house.setCustom(false).setRemote(true);
      house.addTransforms(served.transform("t", unchanged));
      await client.register(house);
      await client.register(thing("later").setParent(URN));
    });
    const registry: { provider?: Provider; get: () => Provider | undefined } = {
      get: () => registry.provider,
    };
    const { outcome } = await run({ deployment, registry, program: body });
    served.stop();
    expect(outcome).toEqual({ kind: "succeeded" });
    expect(served.asked).toEqual(["t", "t", "t", "t"]);
    expect(constructed[0]?.inputs).toEqual({ door: new OutputValue("red", true, []) });
  });

  it("that cannot be called, or gives what is no URN, fails the registration and not the run", async () => {
    await program(async (client, served) => {
      const missing = thing("a");
      missing.addTransforms(served.at("nobody"));
      await expect(client.register(missing)).rejects.toMatchObject({
        code: grpc.status.UNKNOWN,
        details: "invoke transform: rpc error: code = Unknown desc = callback not found: nobody",
      });
      const gone = thing("b");
      gone.addTransforms(new callbacks.Callback().setTarget("127.0.0.1:1").setToken("t"));
      await expect(client.register(gone)).rejects.toMatchObject({
        code: grpc.status.UNKNOWN,
        details: expect.stringMatching(
          /^invoke transform: rpc error: code = Unavailable desc = the program does not answer at 127\.0\.0\.1:1/,
        ),
      });
      await client.register(thing("c"));
      const astray = thing("d");
      astray.addTransforms(
        served.transform("t", (asked) => {
          const options = asked.getOptions()?.setDependsOnList(["x"]);
          return new resource.TransformResponse().setOptions(options);
        }),
      );
      await expect(client.register(astray)).rejects.toMatchObject({
        code: grpc.status.INVALID_ARGUMENT,
        details: 'invalid dependency URN: invalid URN "x"',
      });
    });
  });

  it("needs a target", async () => {
    await program(async (client) => {
      for (const method of ["registerStackTransform", "registerStackInvokeTransform"]) {
        await expect(client.ask(method, new callbacks.Callback())).rejects.toMatchObject({
          details: "target must be specified",
        });
      }
    });
  });
});

describe("a transform of function calls", () => {
  const invoke = (client: MonitorClient, parent = "") => {
    type Answer = InstanceType<typeof resource.ResourceInvokeResponse>;
    const request = new resource.ResourceInvokeRequest().setTok("toy:index:measure").setParent(parent);
    return client.ask<Answer>("invoke", request.setArgs(structOf({ size: 1 })).setVersion("1.0.0"));
  };

  it("may change arguments and provider; each sees what the one before it made", async () => {
    const asked: string[] = [];
    const calls: PropertyMap[] = [];
    const provider = {
      invoke: async ({ args }: { args: PropertyMap }) => {
        calls.push(args);
        return { result: args, failures: [] };
      },
    } as unknown as Provider;
    const registry = {
      get: (reference: string) => {
        asked.push(reference);
        return provider;
      },
    };
    const seen: unknown[] = [];
    await program(
      async (client, served) => {
        const group = registerMessage("shop:index:Group", "g").setCustom(false);
        group.getProvidersMap().set("toy", explicit("p"));
        const parent = (await client.register(group)).getUrn();
        const first = served.invokeTransform("1", (request) => {
          seen.push(request.getToken(), request.getOptions()?.getProvider());
          return new resource.TransformInvokeResponse().setArgs(structOf({ size: new Secret(2) }));
        });
        const second = served.invokeTransform("2", (request) => {
          seen.push(decodeStruct(request.getArgs()), request.getOptions()?.getVersion());
          const options = new resource.TransformInvokeOptions().setProvider(explicit("q"));
          return new resource.TransformInvokeResponse().setOptions(options);
        });
        await client.ask("registerStackInvokeTransform", first);
        await client.ask("registerStackInvokeTransform", second);
        const answer = await invoke(client, parent);
        expect(decodeStruct(answer.getReturn())).toEqual({ size: new Secret(2) });
      },
      { registry },
    );
    expect(seen).toEqual(["toy:index:measure", explicit("p"), { size: new Secret(2) }, "1.0.0"]);
    expect(asked).toEqual([explicit("q")]);
    expect(calls).toEqual([{ size: new Secret(2) }]);
  });

  it("may leave an argument unknown: then so is the answer", async () => {
    await program(async (client, served) => {
      const transform = served.invokeTransform("t", () => {
        const args = structOf({ size: new OutputValue(undefined, false, []) });
        return new resource.TransformInvokeResponse().setArgs(args);
      });
      await client.ask("registerStackInvokeTransform", transform);
      expect((await invoke(client)).getUnknown()).toBe(true);
    });
  });

  it("that fails fails the call", async () => {
    await program(async (client, served) => {
      await client.ask("registerStackInvokeTransform", served.at("nobody"));
      await expect(invoke(client)).rejects.toMatchObject({
        code: grpc.status.UNKNOWN,
        details: "callback not found: nobody",
      });
    });
  });
});
