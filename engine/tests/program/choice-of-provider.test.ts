import grpc from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/protocol/property-value.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import {
  functionProgram,
  type MonitorClient,
  registerMessage,
  resource,
  structOf,
} from "./monitor-client.ts";
import { A, component, program, thing } from "./monitored-program.ts";
import { run } from "./run-program.ts";

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

  it("reads with the default provider where the program names none, whatever the parent has", async () => {
    const deployment = await program(async (client) => {
      const top = component("top");
      top.getProvidersMap().set("toy", explicit("p"));
      const parent = (await client.register(top)).getUrn();
      const read = new resource.ReadResourceRequest().setType("toy:index:Thing").setName("a").setId("1");
      await client.ask("readResource", read.setParent(parent).setProperties(structOf({})));
    });
    expect(deployment.reads).toMatchObject([
      { name: "a", provider: expect.stringContaining("pulumi:providers:toy::default::") },
    ]);
  });

  it("hands protection, retention and deletedWith down to children", async () => {
    const deployment = await program(async (client) => {
      const top = component("top")
        .setProtect(true)
        .setRetainondelete(true)
        .setDeletedwith("urn:pulumi:dev::shop::toy:index:Thing::box");
      const parent = (await client.register(top)).getUrn();
      await client.register(thing("heir").setParent(parent));
      await client.register(
        thing("rebel")
          .setParent(parent)
          .setProtect(false)
          .setDeletedwith("urn:pulumi:dev::shop::toy:index:Thing::lid"),
      );
    });
    expect(deployment.goal("heir")).toMatchObject({
      protect: true,
      retainOnDelete: true,
      deletedWith: "urn:pulumi:dev::shop::toy:index:Thing::box",
    });
    expect(deployment.goal("rebel")).toMatchObject({
      protect: false,
      deletedWith: "urn:pulumi:dev::shop::toy:index:Thing::lid",
    });
  });

  it("registers one default provider for each version and download URL", async () => {
    const url = "https://plugins.example.com/toy";
    const { goals } = await program(
      async (client) => {
        await Promise.all([
          client.register(thing("a").setVersion("1.0.0")),
          client.register(thing("b").setVersion("1.0.0")),
          client.register(thing("c").setVersion("1.0.0").setPlugindownloadurl(url)),
          client.register(thing("c2").setVersion("1.0.0").setPlugindownloadurl(`${url}/`)),
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

  it("refuses them all for *, and says so to functions, components and reads", async () => {
    const config = { values: { "pulumi:disable-default-providers": '["*"]' }, secretKeys: [] };
    await program(
      async (client) => {
        const request = new resource.ResourceInvokeRequest().setTok("toy:index:look").setArgs(structOf({}));
        const refused = "disabled. 'toy:index:look' must use an explicit provider.";
        await expect(client.ask("invoke", request)).rejects.toMatchObject({
          details: `Invoke: Default provider for 'toy' ${refused}`,
        });
        const method = new resource.ResourceCallRequest().setTok("toy:index:look").setArgs(structOf({}));
        await expect(client.ask("call", method)).rejects.toMatchObject({
          details: `Default provider for 'toy' ${refused}`,
        });
        const remote = component("g").setType("toy:index:Group").setRemote(true);
        await expect(client.register(remote)).rejects.toMatchObject({
          details: "Default provider for 'toy' disabled. 'toy:index:Group' must use an explicit provider.",
        });
        const thingRead = new resource.ReadResourceRequest().setType("toy:index:Thing").setName("t");
        const asked = client.ask("readResource", thingRead.setId("t").setProperties(structOf({})));
        await expect(asked).rejects.toMatchObject({
          details:
            "Default provider for 'toy:index:Thing' disabled. 'toy:index:Thing' must use an explicit provider.",
        });
        const read = new resource.ReadResourceRequest().setType("pulumi:pulumi:StackReference").setName("s");
        await client.ask("readResource", read.setId("s").setProperties(structOf({})));
      },
      { config },
    );
  });
});

it.each([
  ["", true],
  ['[" zoo "]', true],
  ['[" toy "]', false],
])("reads the list of forbidden default providers %j as it is written", async (list, isAllowed) => {
  const config = { values: { "pulumi:disable-default-providers": list }, secretKeys: [] };
  await program(
    async (client) => {
      const request = new resource.ResourceInvokeRequest().setTok("toy:index:look").setArgs(structOf({}));
      const answer = client.ask("invoke", request).then(
        () => true,
        () => false,
      );
      expect(await answer).toBe(isAllowed);
    },
    { config },
  );
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
        details: "unknown provider package 'nothing'",
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
      const refused = { details: "parse provider request: No Major.Minor.Patch elements found" };
      await expect(client.register(thing("a").setVersion("1.2"))).rejects.toMatchObject(refused);
      const provider = registerMessage("pulumi:providers:toy", "p").setVersion("v1.2.3");
      await expect(client.register(provider)).rejects.toMatchObject({
        details:
          "ResourceMonitor.RegisterResource(pulumi:providers:toy,p): passed invalid version: " +
          'Invalid character(s) found in major number "v1"',
      });
      const look = new resource.ResourceInvokeRequest().setTok("toy:index:look").setArgs(structOf({}));
      await expect(client.ask("invoke", look.setVersion("1.02.3"))).rejects.toMatchObject({
        details: 'Minor number must not contain leading zeroes "02"',
      });
      const described = new resource.RegisterPackageRequest().setName("toy").setVersion("1.2.3-");
      await expect(client.ask("registerPackage", described)).rejects.toMatchObject({
        details: "parse package version 1.2.3-: Prerelease is empty",
      });
      const parameterized = new resource.RegisterPackageRequest().setName("toy").setVersion("1.2.3-a.1+b");
      parameterized.setParameterization(new resource.Parameterization().setName("zoo"));
      await expect(client.ask("registerPackage", parameterized)).rejects.toMatchObject({
        details: "parse parameter version : Version string empty",
      });
    });
  });
});
