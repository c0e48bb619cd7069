import grpc from "@grpc/grpc-js";
import aliasProtocol from "@pulumi/pulumi/proto/alias_pb.js";
import callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import { describe, expect, it } from "vitest";
import {
  Asset,
  computed,
  OutputValue,
  type PropertyMap,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { UNKNOWN_VALUE } from "../../src/protocol/signatures.ts";
import { decodeStruct } from "../../src/protocol/wire.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import {
  empty,
  engine,
  functionProgram,
  type MonitorClient,
  type Registered,
  type RegisterMessage,
  registerMessage,
  resource,
  structOf,
} from "./monitor-client.ts";
import { type RunOptions, run } from "./run-program.ts";

const STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
const A = "urn:pulumi:dev::shop::toy:index:Thing::a";

/** Runs `body` as a program; its failures fail the test. */
async function program(
  body: (client: MonitorClient) => Promise<void>,
  options: Partial<RunOptions> = {},
): Promise<FakeDeployment> {
  const deployment = options.deployment ?? new FakeDeployment();
  const { outcome } = await run({ ...options, deployment, program: functionProgram(body) });
  expect(outcome).toEqual({ kind: "succeeded" });
  return deployment;
}

const thing = (name: string, inputs?: PropertyMap) => registerMessage("toy:index:Thing", name, inputs);

function component(name: string): RegisterMessage {
  return registerMessage("shop:index:Group", name).setCustom(false);
}

describe("RegisterResource", () => {
  it("turns every option of the request into a goal", async () => {
    const timeouts = new resource.RegisterResourceRequest.CustomTimeouts().setCreate("1h30m").setDelete("5s");
    const spec = new aliasProtocol.Alias.Spec().setName("old").setNoparent(true);
    const request = thing("a", { size: 1 })
      .setParent(STACK)
      .setProtect(false)
      .setRetainondelete(true)
      .setDeletebeforereplacedefined(true)
      .setVersion("1.2.3")
      .setIgnorechangesList(["size"])
      .setReplaceonchangesList(["colour"])
      .setHidediffsList(["shape"])
      .setAdditionalsecretoutputsList(["made"])
      .setAliasurnsList(["urn:one"])
      .setAliasesList([new aliasProtocol.Alias().setUrn("urn:two"), new aliasProtocol.Alias().setSpec(spec)])
      .setImportid("ext-1")
      .setCustomtimeouts(timeouts)
      .setDeletedwith("urn:box")
      .setReplaceWithList(["urn:lid"])
      .setReplacementTrigger(structOf({ t: "t1" }).getFieldsMap().get("t"))
      .setHooks(new resource.RegisterResourceRequest.ResourceHooksBinding().setBeforeCreateList(["hook"]));
    const { goals } = await program(async (client) => void (await client.register(request)));

    expect(goals.at(-1)).toMatchObject({
      parent: STACK,
      inputs: { size: 1 },
      protect: false,
      retainOnDelete: true,
      deleteBeforeReplace: false,
      ignoreChanges: ["size"],
      replaceOnChanges: ["colour"],
      hideDiff: ["shape"],
      additionalSecretOutputs: ["made"],
      aliases: [
        { kind: "urn", urn: "urn:one" },
        { kind: "urn", urn: "urn:two" },
        { kind: "spec", name: "old", type: undefined, parent: "none" },
      ],
      importId: "ext-1",
      customTimeouts: { create: 5400, delete: 5 },
      deletedWith: "urn:box",
      replaceWith: ["urn:lid"],
      replacementTrigger: "t1",
      resourceHooks: { BeforeCreate: ["hook"] },
      sourcePosition: "",
      stackTrace: [],
    });
  });

  it("leaves open what the program does not say", async () => {
    const { goals } = await program(async (client) => void (await client.register(thing("a"))));
    expect(goals.at(-1)).toMatchObject({
      protect: false,
      retainOnDelete: false,
      deleteBeforeReplace: undefined,
      customTimeouts: {},
      replacementTrigger: undefined,
      resourceHooks: {},
    });
  });

  it("understands the aliases of SDKs from before alias specs", async () => {
    const alias = (spec: InstanceType<typeof aliasProtocol.Alias.Spec>) => {
      return new aliasProtocol.Alias().setSpec(spec.setName("old"));
    };
    const { Spec } = aliasProtocol.Alias;
    const request = () =>
      thing("a")
        .setAliasspecs(false)
        .setAliasesList([
          alias(new Spec()),
          alias(new Spec().setNoparent(true)),
          alias(new Spec().setParenturn("urn:p")),
        ]);
    const parents = (deployment: FakeDeployment) => {
      return deployment.goals.at(-1)?.aliases.map((entry) => (entry.kind === "spec" ? entry.parent : ""));
    };
    const legacy = await program(async (client) => void (await client.register(request())));
    expect(parents(legacy)).toEqual(["none", undefined, { urn: "urn:p" }]);
    const modern = await program(async (client) => {
      await client.register(request().setAliasspecs(true));
    });
    expect(parents(modern)).toEqual([undefined, "none", { urn: "urn:p" }]);
  });

  it("makes every property depend on everything where the program does not say more", async () => {
    const request = thing("a", { size: 1, colour: "red" }).setDependenciesList(["urn:x"]);
    const { goals } = await program(async (client) => void (await client.register(request)));
    expect(goals.at(-1)).toMatchObject({
      dependencies: ["urn:x"],
      propertyDependencies: { size: ["urn:x"], colour: ["urn:x"] },
    });
  });

  it("takes outputs apart into values and dependencies", async () => {
    const request = thing("a", {
      known: new OutputValue("v", false, ["urn:x"]),
      secret: new OutputValue("s", true, ["urn:y"]),
      nested: [{ unknown: new OutputValue(undefined, true, ["urn:x", "urn:z"]) }],
    });
    request.setDependenciesList(["urn:y"]);
    const { PropertyDependencies } = resource.RegisterResourceRequest;
    request.getPropertydependenciesMap().set("known", new PropertyDependencies().setUrnsList(["urn:w"]));
    const { goals } = await program(async (client) => void (await client.register(request)));
    expect(goals.at(-1)).toMatchObject({
      inputs: { known: "v", secret: new Secret("s"), nested: [{ unknown: new Secret(computed) }] },
      dependencies: ["urn:y"],
      propertyDependencies: {
        known: ["urn:w", "urn:x"],
        secret: ["urn:y"],
        nested: ["urn:x", "urn:z"],
      },
    });
  });

  it("fills in the hashes of assets, also inside secrets, lists and outputs", async () => {
    const asset = new Asset({ text: "hello" }, "");
    const inputs = { a: asset, b: [new Secret(asset)], c: new OutputValue({ d: asset }, false, []) };
    const { goals } = await program(async (client) => void (await client.register(thing("a", inputs))));
    const hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    const hashed = new Asset({ text: "hello" }, hash);
    expect(goals.at(-1)?.inputs).toEqual({ a: hashed, b: [new Secret(hashed)], c: { d: hashed } });
  });

  it("gives a custom resource its id and outputs", async () => {
    const stableKeys = ["size"];
    const deployment = new FakeDeployment({ onRegister: async () => ({ stableKeys }) });
    let answer: Registered | undefined;
    await program(
      async (client) => {
        answer = await client.register(thing("a", { password: new Secret("p") }));
      },
      { deployment },
    );
    expect(answer?.getUrn()).toBe(A);
    expect(answer?.getId()).toBe("a-id");
    expect(decodeStruct(answer?.getObject())).toEqual({ password: new Secret("p"), made: "made a" });
    expect(answer?.getStablesList()).toEqual(stableKeys);
    expect(answer?.getResult()).toBe(0);
  });

  it("leaves out secrets, references and partial values for callers that do not know them", async () => {
    const reference = new ResourceReference("urn:r", "r-id", "");
    const request = thing("a", { password: new Secret("p"), other: reference, part: [1, computed] })
      .setAcceptsecrets(false)
      .setAcceptresources(false)
      .setSupportspartialvalues(false);
    await program(async (client) => {
      const answer = await client.register(request);
      expect(decodeStruct(answer.getObject())).toEqual({ password: "p", other: "r-id", made: "made a" });
    });
  });

  it("answers previews with unknowns and no id", async () => {
    await program(
      async (client) => {
        const answer = await client.register(thing("a"));
        expect(answer.getId()).toBe("");
        expect(decodeStruct(answer.getObject())).toEqual({ made: computed });
      },
      { deployment: new FakeDeployment({ preview: true }) },
    );
  });

  it("answers components with nothing", async () => {
    await program(async (client) => {
      const answer = await client.register(component("g"));
      expect(answer.getId()).toBe("");
      expect(decodeStruct(answer.getObject())).toEqual({});
    });
  });

  it.each([
    ["fail", 1],
    ["skip", 2],
  ] as const)("reports that a registration did %s", async (result, number) => {
    const deployment = new FakeDeployment({ onRegister: async () => ({ result }) });
    await program(
      async (client) => {
        const answer = await client.register(thing("a"));
        expect(answer.getResult()).toBe(number);
        expect(decodeStruct(answer.getObject())).toEqual({});
        const old = thing("b").setSupportsresultreporting(false);
        await expect(client.register(old)).rejects.toMatchObject({
          code: grpc.status.INTERNAL,
          details: "resource registration failed",
        });
      },
      { deployment },
    );
  });

  it("says so where a resource was skipped", async () => {
    const deployment = new FakeDeployment({ onRegister: async () => ({ unknown: true }) });
    await program(
      async (client) => {
        const answer = await client.register(thing("a"));
        expect(answer.getUnknown()).toBe(true);
        expect(decodeStruct(answer.getObject())).toEqual({});
      },
      { deployment },
    );
  });

  it("rejects a time that is none, as the official engine words it", async () => {
    const timeouts = new resource.RegisterResourceRequest.CustomTimeouts().setCreate("soon");
    await program(async (client) => {
      await expect(client.register(thing("t").setCustomtimeouts(timeouts))).rejects.toMatchObject({
        code: grpc.status.UNKNOWN,
        details: "unable to parse customTimeout Value soon",
      });
    });
  });

  it("refuses state migrations, which it does not advertise", async () => {
    await program(async (client) => {
      const request = thing("a");
      request.addStateMigrations(new callbacks.Callback().setTarget("127.0.0.1:1").setToken("t"));
      await expect(client.register(request)).rejects.toMatchObject({
        code: grpc.status.FAILED_PRECONDITION,
        details: "state migrations are not supported by this deployment",
      });
    });
  });

  it("maps environment variables for providers only", async () => {
    await program(async (client) => {
      const request = thing("a");
      request.getEnvvarmappingsMap().set("OUTER", "INNER");
      await expect(client.register(request)).rejects.toMatchObject({
        code: grpc.status.INVALID_ARGUMENT,
        details: "envVarMappings can only be used with provider resources",
      });
    });
  });

  it("rejects a custom resource whose type names no package", async () => {
    await program(async (client) => {
      await expect(client.register(registerMessage("thing", "t"))).rejects.toMatchObject({
        code: grpc.status.INVALID_ARGUMENT,
      });
      await client.register(registerMessage("thing", "t").setCustom(false));
    });
  });

  it("stores the outputs of a component without their envelopes", async () => {
    const deployment = await program(async (client) => {
      const outputs = structOf({ colour: new OutputValue("red", true, ["urn:x"]) });
      const request = new resource.RegisterResourceOutputsRequest().setUrn("urn:g::g").setOutputs(outputs);
      await client.ask("registerResourceOutputs", request);
    });
    expect(deployment.outputsOf("g")).toEqual({ colour: new Secret("red") });
  });
});

describe("the choice of a provider", () => {
  const explicit = (name: string) => `urn:pulumi:dev::shop::pulumi:providers:toy::${name}::${name}-id`;
  const providerOf = async (body: (client: MonitorClient) => Promise<void>, name = "a") => {
    return (await program(body)).goal(name).provider;
  };

  it("uses the provider that the resource names", async () => {
    const used = await providerOf(async (client) => {
      await client.register(thing("a").setProvider(explicit("p")));
    });
    expect(used).toBe(explicit("p"));
  });

  it("uses the parent's provider where the package is the same", async () => {
    const used = await providerOf(async (client) => {
      const parent = await client.register(thing("top").setProvider(explicit("p")));
      await client.register(thing("a").setParent(parent.getUrn()));
    });
    expect(used).toBe(explicit("p"));
    const other = await providerOf(async (client) => {
      const parent = await client.register(thing("top").setProvider(explicit("p")));
      await client.register(registerMessage("zoo:index:Cage", "a").setParent(parent.getUrn()));
    });
    expect(other).toContain("pulumi:providers:zoo::default::");
  });

  it("uses the providers of the nearest component that has one for the package", async () => {
    const used = await providerOf(async (client) => {
      const outer = component("outer");
      outer.getProvidersMap().set("toy", explicit("p"));
      const { inner, middle } = { middle: component("middle"), inner: component("inner") };
      const top = (await client.register(outer)).getUrn();
      inner.setParent((await client.register(middle.setParent(top))).getUrn());
      inner.getProvidersMap().set("zoo", "elsewhere");
      await client.register(thing("a").setParent((await client.register(inner)).getUrn()));
    });
    expect(used).toBe(explicit("p"));
  });

  it("hands protection, retention and deletedWith down to children", async () => {
    const deployment = await program(async (client) => {
      const top = component("top").setProtect(true).setRetainondelete(true).setDeletedwith("urn:box");
      const parent = (await client.register(top)).getUrn();
      await client.register(thing("heir").setParent(parent));
      await client.register(thing("rebel").setParent(parent).setProtect(false).setDeletedwith("urn:lid"));
    });
    expect(deployment.goal("heir")).toMatchObject({
      protect: true,
      retainOnDelete: true,
      deletedWith: "urn:box",
    });
    expect(deployment.goal("rebel")).toMatchObject({ protect: false, deletedWith: "urn:lid" });
  });

  it("registers one default provider for each version and download URL", async () => {
    const url = "https://plugins.example.com/toy/";
    const { goals } = await program(
      async (client) => {
        await Promise.all([
          client.register(thing("a").setVersion("1.0.0")),
          client.register(thing("b").setVersion("v1.0.0")),
          client.register(thing("c").setVersion("1.0.0").setPlugindownloadurl(url)),
          client.register(thing("d").setVersion("2.0.0-alpha.1+b")),
          client.register(thing("e")),
        ]);
      },
      {
        config: { values: { "toy:region": "north", "toy:key": "k", "zoo:x": "y" }, secretKeys: ["toy:key"] },
      },
    );
    const providers = goals.filter((goal) => goal.type === "pulumi:providers:toy");
    const config = { region: "north", key: new Secret("k") };
    expect(providers.map(({ name, inputs }) => [name, inputs])).toEqual([
      ["default_1_0_0", { ...config, version: "1.0.0", __internal: {} }],
      [
        "default_1_0_0_https_/plugins.example.com/toy",
        { ...config, version: "1.0.0", __internal: { pluginDownloadURL: url } },
      ],
      ["default_2_0_0_alpha_1_b", { ...config, version: "2.0.0-alpha.1+b", __internal: {} }],
      ["default", config],
    ]);
  });

  it("tells dynamic providers the whole configuration", async () => {
    const { goals } = await program(
      async (client) => void (await client.register(registerMessage("pulumi-nodejs:dynamic:Resource", "d"))),
      { config: { values: { "shop:size": "4" }, secretKeys: [] } },
    );
    expect(goals[0]).toMatchObject({ name: "default", inputs: { "shop:size": "4" } });
  });

  it("notes in an explicit provider's inputs which plugin serves it", async () => {
    const request = registerMessage("pulumi:providers:toy", "p", { region: "r" }).setVersion("1.0.0");
    request.getPluginchecksumsMap().set("linux-amd64", new Uint8Array([1, 171]));
    request.getEnvvarmappingsMap().set("OUTER", "INNER");
    const deployment = await program(async (client) => void (await client.register(request)));
    expect(deployment.goal("p")).toMatchObject({
      provider: "",
      inputs: {
        region: "r",
        version: "1.0.0",
        __internal: { pluginChecksums: { "linux-amd64": "01ab" }, envVarMappings: { OUTER: "INNER" } },
      },
    });
  });

  it("refuses the default provider of a package that must not have one", async () => {
    const config = { values: { "pulumi:disable-default-providers": '["toy"]' }, secretKeys: [] };
    const body = functionProgram(async (client) => {
      await expect(client.register(thing("a"))).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
    });
    const { finished, said } = await run({ deployment: new FakeDeployment(), program: body, config });
    expect(finished).toEqual({ kind: "failed-silently" });
    const message = `Default provider for 'toy' disabled. '${A}' must use an explicit provider.\n`;
    expect(said).toMatchObject([{ severity: "error", urn: A, message }]);
  });

  it("refuses them all for *, and says so to functions", async () => {
    const config = { values: { "pulumi:disable-default-providers": '["*"]' }, secretKeys: [] };
    await program(
      async (client) => {
        const request = new resource.ResourceInvokeRequest().setTok("toy:index:look").setArgs(structOf({}));
        await expect(client.ask("invoke", request)).rejects.toMatchObject({
          details: "Default provider for 'toy' disabled. 'toy:index:look' must use an explicit provider.",
        });
        const read = new resource.ReadResourceRequest().setType("pulumi:pulumi:StackReference").setName("s");
        await client.ask("readResource", read.setId("s").setProperties(structOf({})));
      },
      { config },
    );
  });
});

describe("RegisterPackage", () => {
  type Package = InstanceType<typeof resource.RegisterPackageResponse>;

  it("gives the same reference for the same package, and uses it for resources", async () => {
    const deployment = await program(async (client) => {
      const parameterization = new resource.Parameterization()
        .setName("toy")
        .setVersion("7.0.0")
        .setValue(new Uint8Array([1, 2, 3]));
      const request = new resource.RegisterPackageRequest()
        .setName("bridge")
        .setVersion("0.9.0")
        .setParameterization(parameterization);
      const first = await client.ask<Package>("registerPackage", request);
      const second = await client.ask<Package>("registerPackage", request);
      expect(second.getRef()).toBe(first.getRef());
      const plain = new resource.RegisterPackageRequest().setName("zoo").setVersion("1.0.0");
      const third = await client.ask<Package>("registerPackage", plain);
      expect(third.getRef()).not.toBe(first.getRef());
      await client.register(thing("a").setPackageref(first.getRef()));
      await client.register(registerMessage("zoo:index:Cage", "c").setPackageref(third.getRef()));
      await expect(client.register(thing("b").setPackageref("nothing"))).rejects.toMatchObject({
        details: "unknown package reference nothing",
      });
    });
    expect(deployment.goals.map(({ name }) => name)).toEqual(["default_7_0_0", "a", "default_1_0_0", "c"]);
    expect(deployment.goals[0]?.inputs).toEqual({
      version: "7.0.0",
      __internal: { name: "bridge", version: "0.9.0", parameterization: "AQID" },
    });
  });

  it("refuses packages without a name, and versions that are none", async () => {
    await program(async (client) => {
      const extending = new resource.RegisterPackageRequest().setExtension$(new resource.Parameterization());
      await expect(client.ask("registerPackage", extending)).rejects.toMatchObject({
        details: "package name is empty",
      });
      await expect(client.register(thing("a").setVersion("one"))).rejects.toMatchObject({
        details: "'one' is not a version",
      });
    });
  });
});

describe("ReadResource", () => {
  it("takes an id that is not known yet for none", async () => {
    const deployment = await program(async (client) => {
      const request = new resource.ReadResourceRequest().setType("toy:index:Thing").setName("x");
      await client.ask("readResource", request.setId(UNKNOWN_VALUE).setProperties(structOf({})));
    });
    expect(deployment.reads).toMatchObject([{ id: "" }]);
  });

  it("reads through the provider and gives the outputs back", async () => {
    const deployment = await program(async (client) => {
      const request = new resource.ReadResourceRequest()
        .setType("toy:index:Thing")
        .setName("x")
        .setId("ext-1")
        .setParent(STACK)
        .setVersion("1.0.0")
        .setProperties(structOf({ size: new OutputValue(1, false, []) }))
        .setAdditionalsecretoutputsList(["made"])
        .setAcceptsecrets(true)
        .setAcceptresources(true);
      type Read = InstanceType<typeof resource.ReadResourceResponse>;
      const answer = await client.ask<Read>("readResource", request);
      expect(answer.getUrn()).toBe("urn:pulumi:dev::shop::toy:index:Thing::x");
      expect(decodeStruct(answer.getProperties())).toEqual({ size: 1, made: "made x" });
      await expect(client.ask("readResource", request.setType("thing"))).rejects.toMatchObject({
        code: grpc.status.INVALID_ARGUMENT,
      });
    });
    expect(deployment.reads).toMatchObject([
      {
        id: "ext-1",
        inputs: { size: 1 },
        additionalSecretOutputs: ["made"],
        provider: "urn:pulumi:dev::shop::pulumi:providers:toy::default_1_0_0::default_1_0_0-id",
      },
    ]);
  });
});

describe("Invoke", () => {
  type Answer = InstanceType<typeof resource.ResourceInvokeResponse>;
  const invoke = (client: MonitorClient, token: string, args: PropertyMap, dependsOn: string[] = []) =>
    client.ask<Answer>(
      "invoke",
      new resource.ResourceInvokeRequest()
        .setTok(token)
        .setArgs(structOf(args))
        .setDependsonList(dependsOn)
        .setAcceptresources(true),
    );
  const registry = (answer: Partial<Provider>) => ({ get: () => ({ pkg: "toy", ...answer }) as Provider });

  it("calls the provider's function", async () => {
    const asked: unknown[] = [];
    await program(
      async (client) => {
        const args = { q: new OutputValue("x", false, []) };
        const answer = await invoke(client, "toy:index:look", args);
        expect(decodeStruct(answer.getReturn())).toEqual({ answer: 42, pin: new Secret("1") });
        expect(answer.getFailuresList().map((failure) => failure.toObject())).toEqual([
          { property: "q", reason: "odd" },
        ]);
      },
      {
        registry: registry({
          invoke: async (request) => {
            asked.push(request);
            const failures = [{ property: "q", reason: "odd" }];
            return { result: { answer: 42, pin: new Secret("1") }, failures };
          },
        }),
      },
    );
    expect(asked).toEqual([{ token: "toy:index:look", args: { q: "x" }, preview: false }]);
  });

  it.each([new Error("the function failed"), "the function failed"])(
    "tells which function failed, and why",
    async (error) => {
      await program(
        async (client) => {
          await expect(invoke(client, "toy:index:look", {})).rejects.toMatchObject({
            details: "invocation of toy:index:look returned an error: the function failed",
          });
        },
        { registry: registry({ invoke: () => Promise.reject(error) }) },
      );
    },
  );

  it("answers with nothing while the provider is not configured", async () => {
    await program(async (client) => {
      const answer = await invoke(client, "toy:index:look", {});
      expect(answer.getUnknown()).toBe(false);
      expect(decodeStruct(answer.getReturn())).toEqual({});
    });
  });

  it("has an unknown answer while it depends on resources that are not there", async () => {
    const deployment = new FakeDeployment({ preview: true });
    await program(
      async (client) => {
        await client.register(thing("a"));
        const group = await client.register(component("g"));
        expect((await invoke(client, "toy:index:look", {}, [A])).getUnknown()).toBe(true);
        expect((await invoke(client, "toy:index:look", {}, ["urn:missing"])).getUnknown()).toBe(true);
        expect((await invoke(client, "toy:index:look", {}, [group.getUrn()])).getUnknown()).toBe(false);
      },
      { deployment },
    );
  });

  it("describes a resource of this run to whoever holds a reference to it", async () => {
    const getResource = "pulumi:pulumi:getResource";
    await program(async (client) => {
      await client.register(thing("a", { size: 1 }));
      const answer = await invoke(client, getResource, { urn: A });
      expect(decodeStruct(answer.getReturn())).toEqual({
        urn: A,
        id: "a-id",
        provider: "urn:pulumi:dev::shop::pulumi:providers:toy::default::default-id",
        state: { size: 1, made: "made a" },
      });
      await expect(invoke(client, getResource, { urn: "urn:b" })).rejects.toMatchObject({
        details: "unknown resource urn:b",
      });
    });
    await program(
      async (client) => {
        await client.register(thing("a"));
        const answer = await invoke(client, getResource, { urn: A });
        expect(decodeStruct(answer.getReturn())["id"]).toBe(computed);
      },
      { deployment: new FakeDeployment({ preview: true }) },
    );
  });
});

describe("discovery", () => {
  it("describes the deployment and what it supports", async () => {
    const config = { values: { "shop:size": "4" }, secretKeys: ["shop:size"] };
    await program(
      async (client) => {
        type Info = InstanceType<typeof resource.DeploymentInfo>;
        const info = (await client.ask<Info>("getDeploymentInfo", new empty.Empty())).toObject();
        expect(info).toMatchObject({
          project: "shop",
          stack: "dev",
          organization: "organization",
          configMap: [["shop:size", "4"]],
          configsecretkeysList: ["shop:size"],
          dryrun: false,
          parallel: 4,
          supportedfeaturesList: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15],
        });
        type Support = InstanceType<typeof resource.SupportsFeatureResponse>;
        const supports = async (id: string) => {
          const request = new resource.SupportsFeatureRequest().setId(id);
          return (await client.ask<Support>("supportsFeature", request)).getHassupport();
        };
        expect(await supports("secrets")).toBe(true);
        expect(await supports("transforms")).toBe(true);
        expect(await supports("stateMigrations")).toBe(false);
        expect(await supports("")).toBe(false);
      },
      { config },
    );
  });

  it("says which call is missing", async () => {
    await program(async (client) => {
      const request = new engine.StartDebuggingRequest();
      await expect(client.askEngine("startDebugging", request)).rejects.toMatchObject({
        code: grpc.status.UNIMPLEMENTED,
        details: "Engine.StartDebugging is not implemented by this engine",
      });
    });
  });
});
