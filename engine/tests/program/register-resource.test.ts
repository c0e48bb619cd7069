import grpc from "@grpc/grpc-js";
import aliasProtocol from "@pulumi/pulumi/proto/alias_pb.js";
import callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import { describe, expect, it } from "vitest";
import {
  Asset,
  computed,
  OutputValue,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { decodeStruct } from "../../src/protocol/wire.ts";
import { resourceState } from "../../src/state/resource.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { type Registered, registerMessage, resource, structOf } from "./monitor-client.ts";
import { A, component, program, STACK, thing } from "./monitored-program.ts";

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
      .setAliasurnsList(["urn:pulumi:dev::shop::toy:index:Thing::one"])
      .setAliasesList([
        new aliasProtocol.Alias().setUrn("urn:pulumi:dev::shop::toy:index:Thing::two"),
        new aliasProtocol.Alias().setSpec(spec),
      ])
      .setImportid("ext-1")
      .setCustomtimeouts(timeouts)
      .setDeletedwith("urn:pulumi:dev::shop::toy:index:Thing::box")
      .setReplaceWithList(["urn:pulumi:dev::shop::toy:index:Thing::lid"])
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
        { kind: "urn", urn: "urn:pulumi:dev::shop::toy:index:Thing::one" },
        { kind: "urn", urn: "urn:pulumi:dev::shop::toy:index:Thing::two" },
        { kind: "spec", name: "old", type: undefined, parent: "none" },
      ],
      importId: "ext-1",
      customTimeouts: { create: 5400, delete: 5 },
      deletedWith: "urn:pulumi:dev::shop::toy:index:Thing::box",
      replaceWith: ["urn:pulumi:dev::shop::toy:index:Thing::lid"],
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
          alias(new Spec().setParenturn("urn:pulumi:dev::shop::toy:index:Thing::p")),
        ]);
    const parents = (deployment: FakeDeployment) => {
      return deployment.goals.at(-1)?.aliases.map((entry) => (entry.kind === "spec" ? entry.parent : ""));
    };
    const legacy = await program(async (client) => void (await client.register(request())));
    expect(parents(legacy)).toEqual(["none", undefined, { urn: "urn:pulumi:dev::shop::toy:index:Thing::p" }]);
    const modern = await program(async (client) => {
      await client.register(request().setAliasspecs(true));
    });
    expect(parents(modern)).toEqual([undefined, "none", { urn: "urn:pulumi:dev::shop::toy:index:Thing::p" }]);
  });

  it("makes every property depend on everything where the program does not say more", async () => {
    const request = thing("a", { size: 1, colour: "red" }).setDependenciesList([
      "urn:pulumi:dev::shop::toy:index:Thing::x",
    ]);
    const { goals } = await program(async (client) => void (await client.register(request)));
    expect(goals.at(-1)).toMatchObject({
      dependencies: ["urn:pulumi:dev::shop::toy:index:Thing::x"],
      propertyDependencies: {
        size: ["urn:pulumi:dev::shop::toy:index:Thing::x"],
        colour: ["urn:pulumi:dev::shop::toy:index:Thing::x"],
      },
    });
  });

  it("takes outputs apart into values and dependencies", async () => {
    const request = thing("a", {
      known: new OutputValue("v", false, ["urn:pulumi:dev::shop::toy:index:Thing::x"]),
      secret: new OutputValue("s", true, ["urn:pulumi:dev::shop::toy:index:Thing::y"]),
      nested: [
        {
          unknown: new OutputValue(undefined, true, [
            "urn:pulumi:dev::shop::toy:index:Thing::x",
            "urn:pulumi:dev::shop::toy:index:Thing::z",
          ]),
        },
      ],
    });
    request.setDependenciesList(["urn:pulumi:dev::shop::toy:index:Thing::y"]);
    const { PropertyDependencies } = resource.RegisterResourceRequest;
    request
      .getPropertydependenciesMap()
      .set("known", new PropertyDependencies().setUrnsList(["urn:pulumi:dev::shop::toy:index:Thing::w"]));
    const { goals } = await program(async (client) => void (await client.register(request)));
    expect(goals.at(-1)).toMatchObject({
      inputs: { known: "v", secret: new Secret("s"), nested: [{ unknown: new Secret(computed) }] },
      dependencies: ["urn:pulumi:dev::shop::toy:index:Thing::y"],
      propertyDependencies: {
        known: ["urn:pulumi:dev::shop::toy:index:Thing::w", "urn:pulumi:dev::shop::toy:index:Thing::x"],
        secret: ["urn:pulumi:dev::shop::toy:index:Thing::y"],
        nested: ["urn:pulumi:dev::shop::toy:index:Thing::x", "urn:pulumi:dev::shop::toy:index:Thing::z"],
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
    const reference = new ResourceReference("urn:pulumi:dev::shop::toy:index:Thing::r", "r-id", "");
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

  it.each([
    ["that there never was", {}],
    ["that is recorded", { made: "before" }],
  ])("says so where a resource was skipped, with the outputs of one %s", async (_which, outputs) => {
    const urn = "urn:pulumi:dev::shop::toy:index:Thing::a";
    const state = resourceState({ urn, type: "toy:index:Thing", custom: true, outputs });
    const deployment = new FakeDeployment({ onRegister: async () => ({ state, unknown: true }) });
    await program(
      async (client) => {
        const answer = await client.register(thing("a"));
        expect(answer.getUnknown()).toBe(true);
        expect(decodeStruct(answer.getObject())).toEqual(outputs);
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
        details: "Type 'thing' is not a valid type token (must have format '*:*:*')",
      });
      await client.register(registerMessage("thing", "t").setCustom(false));
    });
  });

  it("takes what follows the module for the type, colons included", async () => {
    const deployment = await program(async (client) => {
      await client.register(registerMessage("toy:index:Thing:v1", "t"));
    });
    expect(deployment.goal("t").type).toBe("toy:index:Thing:v1");
    expect(deployment.goal("t").provider).toContain("pulumi:providers:toy::default::");
  });

  it("stores the outputs of a component without their envelopes", async () => {
    const deployment = await program(async (client) => {
      const outputs = structOf({
        colour: new OutputValue("red", true, ["urn:pulumi:dev::shop::toy:index:Thing::x"]),
      });
      const request = new resource.RegisterResourceOutputsRequest()
        .setUrn("urn:pulumi:dev::shop::a:b:C::g")
        .setOutputs(outputs);
      await client.ask("registerResourceOutputs", request);
    });
    expect(deployment.outputsOf("g")).toEqual({ colour: new Secret("red") });
  });

  it("refuses what is no URN where it names other resources, and what is no path", async () => {
    const bad = "very-bad urn";
    const alias = (spec: InstanceType<typeof aliasProtocol.Alias.Spec>) =>
      thing("a").setAliasesList([new aliasProtocol.Alias().setSpec(spec)]);
    const dependent = thing("a");
    const some = new resource.RegisterResourceRequest.PropertyDependencies().setUrnsList([bad]);
    dependent.getPropertydependenciesMap().set("size", some);
    const refused = [
      [thing("a").setParent(bad), "invalid parent URN: "],
      [thing("a").setDependenciesList([bad]), "invalid dependency URN: "],
      [dependent, "invalid dependency on property size URN: "],
      [thing("a").setAliasurnsList([bad]), "invalid alias URN: "],
      [alias(new aliasProtocol.Alias.Spec().setParenturn(bad)), "invalid parent alias URN: "],
      [thing("a").setDeletedwith(bad), "invalid DeletedWith URN: "],
    ] as const;
    await program(async (client) => {
      for (const [request, what] of refused) {
        await expect(client.register(request)).rejects.toMatchObject({
          code: grpc.status.INVALID_ARGUMENT,
          details: `${what}invalid URN "very-bad urn"`,
        });
      }
      await expect(client.register(thing("a").setAliasurnsList([""]))).rejects.toMatchObject({
        details: "invalid alias URN: missing required URN",
      });
      await expect(client.register(thing("a").setHidediffsList(["fine", "["]))).rejects.toMatchObject({
        code: grpc.status.UNKNOWN,
        details: "1: missing closing bracket in array index",
      });
      await client.register(alias(new aliasProtocol.Alias.Spec().setName("b")));
      const outputs = new resource.RegisterResourceOutputsRequest().setUrn(bad);
      await expect(client.ask("registerResourceOutputs", outputs)).rejects.toMatchObject({
        code: grpc.status.UNKNOWN,
        details: 'invalid resource URN: invalid URN "very-bad urn"',
      });
    });
  });
});
