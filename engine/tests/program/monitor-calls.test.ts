import grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, it } from "vitest";
import {
  OutputValue,
  type PropertyMap,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { BYTE_STRING_SIGNATURE, SIGNATURE_KEY, UNKNOWN_VALUE } from "../../src/protocol/signatures.ts";
import { decodeStruct } from "../../src/protocol/wire.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { empty, engine, type MonitorClient, resource, structOf } from "./monitor-client.ts";
import { A, component, program, STACK, thing } from "./monitored-program.ts";

describe("an answer with a string that is not UTF-8", () => {
  it("is given to who says that it takes it, and to nobody else", async () => {
    await program(async (client) => {
      const bytes = { [SIGNATURE_KEY]: BYTE_STRING_SIGNATURE, value: "gP7/" };
      const asked = (name: string) => thing(name).setObject(Struct.fromJavaScript({ bytes }));
      const taken = await client.register(asked("a").setAcceptsByteString(true));
      expect(decodeStruct(taken.getObject())).toMatchObject({ bytes });
      await expect(client.register(asked("b"))).rejects.toMatchObject({
        code: grpc.status.UNKNOWN,
        details: expect.stringContaining('the value of property "bytes" is a string that contains non-UTF8'),
      });
    });
  });
});

describe("ReadResource", () => {
  it("hands on an id that is not known yet", async () => {
    const deployment = await program(async (client) => {
      const request = new resource.ReadResourceRequest().setType("toy:index:Thing").setName("x");
      await client.ask("readResource", request.setId(UNKNOWN_VALUE).setProperties(structOf({})));
    });
    expect(deployment.reads).toMatchObject([{ id: UNKNOWN_VALUE }]);
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
      for (const bad of [request.clone().setParent("x"), request.clone().setDependenciesList(["x"])]) {
        await expect(client.ask("readResource", bad)).rejects.toMatchObject({
          details: expect.stringContaining('invalid URN "x"'),
        });
      }
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
        expect(
          (
            await invoke(client, "toy:index:look", {}, ["urn:pulumi:dev::shop::toy:index:Thing::missing"])
          ).getUnknown(),
        ).toBe(false);
        expect((await invoke(client, "toy:index:look", {}, [group.getUrn()])).getUnknown()).toBe(false);
        await client.register(thing("b").setParent(group.getUrn()));
        expect((await invoke(client, "toy:index:look", {}, [group.getUrn()])).getUnknown()).toBe(true);
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
      await expect(
        invoke(client, getResource, { urn: "urn:pulumi:dev::shop::toy:index:Thing::b" }),
      ).rejects.toMatchObject({
        details:
          "invocation of pulumi:pulumi:getResource returned an error: unknown resource urn:pulumi:dev::shop::toy:index:Thing::b",
      });
    });
    await program(async (client) => {
      const whole = new ResourceReference("urn:pulumi:dev::shop::toy:index:Thing::b", "b-id", "");
      await client.register(thing("a", { whole }));
      const request = new resource.ResourceInvokeRequest().setTok(getResource).setArgs(structOf({ urn: A }));
      const answer = await client.ask<Answer>("invoke", request);
      expect(decodeStruct(answer.getReturn())["state"]).toMatchObject({ whole });
    });
    await program(
      async (client) => {
        await client.register(thing("a"));
        const answer = await invoke(client, getResource, { urn: A });
        expect(decodeStruct(answer.getReturn())["id"]).toBe("");
      },
      { deployment: new FakeDeployment({ preview: true }) },
    );
  });
});

describe("what is no URN", () => {
  it("is refused as the parent of a function, and as what it waits for", async () => {
    await program(async (client) => {
      const request = new resource.ResourceInvokeRequest().setTok("toy:index:look").setArgs(structOf({}));
      await expect(client.ask("invoke", request.clone().setParent("x"))).rejects.toMatchObject({
        code: grpc.status.INVALID_ARGUMENT,
        details: 'invalid parent URN: invalid URN "x"',
      });
      await expect(client.ask("invoke", request.clone().setDependsonList(["x"]))).rejects.toMatchObject({
        code: grpc.status.UNKNOWN,
        details: 'invalid dependsOn URN "x": invalid URN "x"',
      });
    });
  });

  it("is refused as what an argument of a method depends on", async () => {
    const { ArgumentDependencies } = resource.ResourceCallRequest;
    await program(async (client) => {
      const request = new resource.ResourceCallRequest().setTok("toy:index:T/knock").setArgs(structOf({}));
      request.getArgdependenciesMap().set("a", new ArgumentDependencies().setUrnsList([A, "x"]));
      await expect(client.ask("call", request)).rejects.toMatchObject({
        code: grpc.status.INVALID_ARGUMENT,
        details: 'invalid dependency on argument 1 URN: invalid URN "x"',
      });
    });
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

  it("does not tell of features that are withheld", async () => {
    await program(
      async (client) => {
        type Info = InstanceType<typeof resource.DeploymentInfo>;
        const info = (await client.ask<Info>("getDeploymentInfo", new empty.Empty())).toObject();
        const { RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES: outputValues } = resource.ResourceMonitorFeature;
        expect(info.supportedfeaturesList).not.toContain(outputValues);
        type Support = InstanceType<typeof resource.SupportsFeatureResponse>;
        const asked = ["outputValues", "resourceReferences"].map(async (id) => {
          const request = new resource.SupportsFeatureRequest().setId(id);
          return (await client.ask<Support>("supportsFeature", request)).getHassupport();
        });
        expect(await Promise.all(asked)).toEqual([false, true]);
      },
      { withheldFeatures: ["outputValues"] },
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
