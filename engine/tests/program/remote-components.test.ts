import sources from "@pulumi/pulumi/proto/source_pb.js";
import { describe, expect, it } from "vitest";
import {
  Asset,
  OutputValue,
  type PropertyMap,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { decodeStruct } from "../../src/protocol/wire.ts";
import type { CallRequest, ConstructRequest, Provider } from "../../src/providers/provider.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import {
  functionProgram,
  type MonitorClient,
  registerMessage,
  resource,
  structOf,
} from "./monitor-client.ts";
import { run } from "./run-program.ts";

const TOY = "urn:pulumi:dev::shop::pulumi:providers:toy::default::default-id";
const COMPONENT = "urn:pulumi:dev::shop::toy:index:House::h";
const HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

async function program(
  provider: Partial<Provider> | undefined,
  body: (client: MonitorClient) => Promise<void>,
): Promise<readonly string[]> {
  const asked: string[] = [];
  const registry = {
    get: (reference: string) => {
      asked.push(reference);
      return provider && ({ pkg: "toy", ...provider } as Provider);
    },
  };
  const deployment = new FakeDeployment();
  const { outcome } = await run({ deployment, registry, program: functionProgram(body) });
  expect(outcome).toEqual({ kind: "succeeded" });
  return asked;
}

const house = (inputs: PropertyMap = {}) => {
  return registerMessage("toy:index:House", "h", inputs).setCustom(false).setRemote(true);
};

describe("a remote component", () => {
  it("is constructed by its provider", async () => {
    const requests: ConstructRequest[] = [];
    const request = house({
      door: new OutputValue(new Asset({ text: "hello" }, ""), true, [
        "urn:pulumi:dev::shop::toy:index:Thing::x",
      ]),
    })
      .setProtect(true)
      .setAliasurnsList(["urn:pulumi:dev::shop::toy:index:Thing::old"])
      .setDependenciesList(["urn:pulumi:dev::shop::toy:index:Thing::x"])
      .setDeletebeforereplace(true)
      .setCustomtimeouts(new resource.RegisterResourceRequest.CustomTimeouts().setCreate("5m"));
    const construct = async (asked: ConstructRequest) => {
      requests.push(asked);
      return {
        urn: COMPONENT,
        outputs: { key: new Secret("k") },
        outputDependencies: { key: ["urn:pulumi:dev::shop::toy:index:Thing::child"] },
      };
    };
    await program({ construct }, async (client) => {
      const answer = await client.register(request);
      expect(answer.getUrn()).toBe(COMPONENT);
      expect(decodeStruct(answer.getObject())).toEqual({ key: new Secret("k") });
      expect(answer.getPropertydependenciesMap().get("key")?.getUrnsList()).toEqual([
        "urn:pulumi:dev::shop::toy:index:Thing::child",
      ]);
      expect(requests[0]?.info.monitorEndpoint).toBe(client.run.monitorAddress);
    });
    expect(requests).toMatchObject([
      {
        type: "toy:index:House",
        name: "h",
        inputs: {
          door: new OutputValue(new Asset({ text: "hello" }, HELLO), true, [
            "urn:pulumi:dev::shop::toy:index:Thing::x",
          ]),
        },
        providers: {},
        aliases: [{ kind: "urn", urn: "urn:pulumi:dev::shop::toy:index:Thing::old" }],
        dependencies: ["urn:pulumi:dev::shop::toy:index:Thing::x"],
        protect: true,
        retainOnDelete: undefined,
        customTimeouts: { create: "5m", update: "", delete: "", read: "" },
        deleteBeforeReplace: true,
        info: { project: "shop", stack: "dev", dryRun: false },
      },
    ]);
  });

  it("has in its trace, and in that of what it is made of, where the program asked for it", async () => {
    const deployment = new FakeDeployment();
    const traced = (request: InstanceType<typeof resource.RegisterResourceRequest>, line: number) => {
      const pc = new sources.SourcePosition().setUri("file:///shop/index.ts").setLine(line);
      return request.setStacktrace(
        new sources.StackTrace().setFramesList([new sources.StackFrame().setPc(pc)]),
      );
    };
    const handles: string[] = [];
    let construct: NonNullable<Provider["construct"]>;
    const body = functionProgram(async (client) => {
      const part = (name: string) => traced(registerMessage("toy:index:Thing", name), 2);
      construct = async ({ info }) => {
        const handle = info.stackTraceHandle ?? "";
        handles.push(handle);
        await client.register(part("inner").setParentstacktracehandle(handle));
        return { urn: COMPONENT, outputs: {}, outputDependencies: {} };
      };
      await client.register(traced(house(), 1));
      await client.register(part("late").setParentstacktracehandle(handles[0] ?? ""));
      await client.register(house());
    });
    const provider = { pkg: "toy", construct: (request: ConstructRequest) => construct(request) };
    await run({ deployment, registry: { get: () => provider as unknown as Provider }, program: body });
    const linesOf = (name: string) =>
      deployment.goal(name).stackTrace.map(({ sourcePosition }) => sourcePosition.split("#")[1]);
    expect([linesOf("inner"), linesOf("late")]).toEqual([["1", "2"], ["2"]]);
    expect(handles[1]).toBe("");
  });

  it("hands down the providers that it was given, but not its default one", async () => {
    const deployment = new FakeDeployment();
    const construct = async () => ({ urn: COMPONENT, outputs: {}, outputDependencies: {} });
    const registry = { get: () => ({ pkg: "toy", construct }) as unknown as Provider };
    const child = (name: string) => registerMessage("toy:index:Thing", name).setParent(COMPONENT);
    const body = functionProgram(async (client) => {
      await client.register(house().setVersion("1.0.0"));
      await client.register(child("free").setVersion("2.0.0"));
      const given = house();
      given.getProvidersMap().set("toy", "urn:pulumi:dev::shop::pulumi:providers:toy::p::1");
      await client.register(given);
      await client.register(child("a"));
    });
    await run({ deployment, registry, program: body });
    expect(deployment.goal("free").provider).toContain("::default_2_0_0::");
    expect(deployment.goal("a").provider).toBe("urn:pulumi:dev::shop::pulumi:providers:toy::p::1");
  });

  it("gets the providers of the components above it, and none of a custom resource", async () => {
    const given: ConstructRequest["providers"][] = [];
    const construct = async (asked: ConstructRequest) => {
      given.push(asked.providers);
      return { urn: COMPONENT, outputs: {}, outputDependencies: {} };
    };
    const zoo = { zoo: "urn:pulumi:dev::shop::pulumi:providers:zoo::z::1" };
    await program({ construct }, async (client) => {
      for (const custom of [false, true]) {
        const parent = registerMessage("toy:index:Top", `${custom}`).setCustom(custom);
        parent.getProvidersMap().set("zoo", zoo.zoo);
        await client.register(house().setParent((await client.register(parent)).getUrn()));
      }
    });
    expect(given).toEqual([zoo, {}]);
  });

  it("is registered with nothing known of it while its provider is not configured", async () => {
    const deployment = new FakeDeployment();
    const registry = { get: () => undefined };
    const body = functionProgram(async (client) => {
      const answer = await client.register(house({ size: 1 }).setProtect(true));
      expect(answer.getUrn()).toBe(COMPONENT);
      expect(decodeStruct(answer.getObject())).toEqual({});
    });
    await run({ deployment, registry, program: body });
    const { type, custom, inputs, protect, parent } = deployment.goal("h");
    expect({ type, custom, inputs, protect, parent }).toEqual({
      type: "toy:index:House",
      custom: false,
      inputs: {},
      protect: false,
      parent: "",
    });
  });

  it("cannot come from a provider that has none", async () => {
    await program({}, async (client) => {
      await expect(client.register(house())).rejects.toMatchObject({
        details: "the provider of package 'toy' has no components: cannot construct toy:index:House",
      });
    });
  });
});

describe("Call", () => {
  type Answer = {
    getReturn(): Parameters<typeof decodeStruct>[0];
    getFailuresList(): { toObject(): unknown }[];
    getReturndependenciesMap(): { get(key: string): { getUrnsList(): string[] } | undefined };
  };
  const call = (client: MonitorClient, token: string, args: PropertyMap, provider = "") => {
    const request = new resource.ResourceCallRequest()
      .setTok(token)
      .setArgs(structOf(args))
      .setProvider(provider);
    const { ArgumentDependencies } = resource.ResourceCallRequest;
    request
      .getArgdependenciesMap()
      .set("a", new ArgumentDependencies().setUrnsList(["urn:pulumi:dev::shop::toy:index:Thing::x"]));
    return client.ask<Answer>("call", request);
  };

  it("calls a method of a component, with outputs and dependencies both ways", async () => {
    const requests: CallRequest[] = [];
    const provider = {
      call: async (request: CallRequest) => {
        requests.push(request);
        const failures = [{ property: "a", reason: "odd" }];
        const b = new OutputValue(1, true, ["urn:pulumi:dev::shop::toy:index:Thing::w"]);
        return {
          result: { b },
          resultDependencies: { b: ["urn:pulumi:dev::shop::toy:index:Thing::y"] },
          failures,
        };
      },
    };
    const args = { a: new OutputValue("v", false, ["urn:pulumi:dev::shop::toy:index:Thing::x"]) };
    const asked = await program(provider, async (client) => {
      const answer = await call(client, "toy:index:House/knock", args);
      expect(decodeStruct(answer.getReturn())).toEqual({ b: new Secret(1) });
      expect(answer.getReturndependenciesMap().get("b")?.getUrnsList()).toEqual([
        "urn:pulumi:dev::shop::toy:index:Thing::y",
        "urn:pulumi:dev::shop::toy:index:Thing::w",
      ]);
      expect(answer.getFailuresList().map((failure) => failure.toObject())).toEqual([
        { property: "a", reason: "odd" },
      ]);
    });
    expect(asked).toEqual([TOY]);
    expect(requests).toMatchObject([
      {
        token: "toy:index:House/knock",
        args,
        argDependencies: { a: ["urn:pulumi:dev::shop::toy:index:Thing::x"] },
        info: { stack: "dev" },
      },
    ]);
  });

  it("asks the provider that the method belongs to, that made the resource, or that is named", async () => {
    const provider = { call: async () => ({ result: {}, resultDependencies: {}, failures: [] }) };
    const own = "urn:pulumi:dev::shop::pulumi:providers:toy::own::1";
    const named = "urn:pulumi:dev::shop::pulumi:providers:toy::named::1";
    const self = (urn: string, id?: string) => {
      return { __self__: new OutputValue(new ResourceReference(urn, id, ""), false, []) };
    };
    const asked = await program(provider, async (client) => {
      const thing = await client.register(registerMessage("toy:index:Thing", "t").setProvider(own));
      const ownUrn = own.slice(0, -"::1".length);
      await call(client, "pulumi:providers:toy/ping", { __self__: new ResourceReference(ownUrn, "1", "") });
      await call(client, "pulumi:providers:toy/ping", self(ownUrn));
      await call(client, "toy:index:Thing/knock", self(thing.getUrn(), "t-id"));
      await call(client, "toy:index:Thing/knock", self(thing.getUrn(), "t-id"), named);
      await expect(call(client, "toy:index:Thing/knock", self(`${ownUrn}s`))).rejects.toMatchObject({
        details: `unknown resource ${ownUrn}s`,
      });
    });
    const unknown = own.replace(/1$/, "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    expect(asked).toEqual([own, unknown, own, named]);
  });

  it("is empty while the provider is not configured, and fails where it has no methods", async () => {
    await program(undefined, async (client) => {
      expect(decodeStruct((await call(client, "toy:index:House/knock", {})).getReturn())).toEqual({});
    });
    await program({}, async (client) => {
      await expect(call(client, "toy:index:House/knock", {})).rejects.toMatchObject({
        details: "the provider of package 'toy' has no methods: cannot call toy:index:House/knock",
      });
    });
  });
});
