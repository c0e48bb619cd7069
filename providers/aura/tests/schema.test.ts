import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { Instance, Provider, Snapshot } from "../sdk/index.ts";
import { auraProvider } from "../src/aura-provider.ts";
import { CONFIGURATION_KEYS, SECRET_CONFIGURATION } from "../src/configuration.ts";
import { instanceSchema } from "../src/instance/inputs.ts";
import { CREATE_ONLY } from "../src/instance/live.ts";

interface Property {
  readonly description?: string;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
}

interface Properties {
  readonly [name: string]: Property;
}

interface PackageSchema {
  readonly name: string;
  readonly version: string;
  readonly config: { readonly variables: Properties };
  readonly provider: { readonly inputProperties: Properties };
  readonly resources: {
    readonly [type: string]: { readonly inputProperties: Properties; readonly properties: Properties };
  };
}

const provider = auraProvider({});
const schema = JSON.parse(provider.schema()) as PackageSchema;
const instance = schema.resources["aura:index:Instance"];
const named = (properties: Properties, test: (property: Property) => boolean | undefined) =>
  Object.keys(properties).filter((name) => test(properties[name] ?? {}) === true);

const made: pulumi.runtime.MockResourceArgs[] = [];

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: (args) => {
      made.push(args);
      return { id: args.id || `${args.name}-id`, state: { connectionUrl: "neo4j+s://x", ...args.inputs } };
    },
    call: () => ({}),
  }),
);

const awaitValue = <Value>(output: pulumi.Output<Value>) =>
  new Promise<Value>((settle) => {
    pulumi.unsecret(output).apply(settle);
  });

describe("the package's schema", () => {
  it("has the package's name and version, which the provider tells too", () => {
    const file = join(import.meta.dirname, "../package.json");
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
    expect(schema).toMatchObject({ name: "aura", version });
    expect(provider.version).toBe(version);
  });

  it("has just the inputs that the provider checks, and says which replace", () => {
    const { inputProperties = {}, properties = {} } = instance ?? {};
    expect(Object.keys(inputProperties).sort()).toEqual(Object.keys(instanceSchema.shape).sort());
    expect(named(inputProperties, ({ willReplaceOnChanges }) => willReplaceOnChanges).sort()).toEqual(
      [...CREATE_ONLY].sort(),
    );
    expect(named(inputProperties, ({ secret }) => secret)).toEqual(["password"]);
    expect(named(properties, ({ secret }) => secret)).toEqual(["password"]);
  });

  it("has just the settings that the provider reads", () => {
    expect(Object.keys(schema.config.variables)).toEqual(CONFIGURATION_KEYS);
    expect(schema.provider.inputProperties).toEqual(schema.config.variables);
    expect(named(schema.config.variables, ({ secret }) => secret)).toEqual(SECRET_CONFIGURATION);
  });

  it("describes every property", () => {
    const all = Object.values(schema.resources).flatMap((resource) => [
      resource.inputProperties,
      resource.properties,
    ]);
    const without = all.flatMap((properties) =>
      named(properties, ({ description }) => description === undefined),
    );
    expect(without).toEqual([]);
  });
});

describe("the SDK", () => {
  it("fills every output of an instance that the schema names", async () => {
    const graph = new Instance("graph", { type: "free-db", password: "hush" });
    await awaitValue(graph.id);
    const outputs = Object.keys(instance?.properties ?? {}).filter(
      (name) => !["restoreFrom", "snapshotBeforeChange"].includes(name),
    );
    expect(outputs.filter((name) => !(name in graph))).toEqual([]);
    expect(await awaitValue(graph.connectionUrl)).toBe("neo4j+s://x");
    expect(await pulumi.isSecret(graph.password)).toBe(true);
  });

  it("looks an instance up", async () => {
    expect(await awaitValue(Instance.get("there", "0a1b2c3d").id)).toBe("0a1b2c3d");
  });

  it("keeps the client secret of a provider secret, and numbers as text", async () => {
    const account = new Provider("account", { clientId: "id", clientSecret: "hush", pollSeconds: 2 });
    const bare = new Provider("bare");
    await Promise.all([account.urn, bare.urn].map(awaitValue));
    const [inputs] = made.filter(({ name }) => name === "account").map((args) => args.inputs as object);
    expect(inputs).toMatchObject({ clientId: "id", pollSeconds: "2" });
    expect(JSON.stringify(inputs)).toContain(
      '{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270"',
    );
    expect(made.find(({ name }) => name === "bare")?.inputs).toEqual({});
  });

  it("makes data snapshots", async () => {
    const before = new Snapshot("before", { instanceId: "0a1b2c3d", triggers: { release: "1" } });
    await awaitValue(before.id);
    expect(made.find(({ name }) => name === "before")).toMatchObject({
      type: "aura:index:Snapshot",
      inputs: { instanceId: "0a1b2c3d", triggers: { release: "1" } },
    });
  });
});
