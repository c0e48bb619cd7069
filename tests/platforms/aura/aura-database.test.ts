import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AuraDatabase } from "../../../src/platforms/aura/aura-database.ts";
import { externalAura } from "../../../src/platforms/aura/external-connection.ts";
import { managedAura } from "../../../src/platforms/aura/managed-instance.ts";

const made: pulumi.runtime.MockResourceArgs[] = [];

beforeAll(() =>
  pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        made.push(args);
        const told = {
          connectionUrl: "neo4j+s://0a1b2c3d.databases.neo4j.io",
          username: "neo4j",
          password: "told-once",
        };
        return { id: "0a1b2c3d", state: { ...told, ...args.inputs } };
      },
      call: () => ({}),
    },
    "trials",
    "cloud",
  ),
);

beforeEach(() => {
  made.length = 0;
});

const awaitValue = <Value>(output: pulumi.Output<Value>) =>
  new Promise<Value>((settle) => {
    pulumi.unsecret(output).apply(settle);
  });

async function valuesOf(database: AuraDatabase) {
  const { uri, username, password, database: name, instanceId, binding } = database;
  const parts = [uri, username, password, name, instanceId];
  return {
    values: await Promise.all(parts.map(awaitValue)),
    secrets: await Promise.all(
      [...parts, binding].map((part: pulumi.Output<unknown>) => pulumi.isSecret(part)),
    ),
    binding: await awaitValue(binding),
  };
}

const ONLY_PASSWORD_AND_BINDING = [false, false, true, false, false, true];

describe("managedAura", () => {
  const args = {
    name: "trials-graph",
    type: "professional-db",
    cloudProvider: "gcp",
    region: "europe-west1",
    memory: "2GB",
  };

  it("makes one instance and hands its connection on, the password as a secret", async () => {
    const database = managedAura("graph", args, {});
    expect(await valuesOf(database)).toEqual({
      values: ["neo4j+s://0a1b2c3d.databases.neo4j.io", "neo4j", "told-once", "neo4j", "0a1b2c3d"],
      secrets: ONLY_PASSWORD_AND_BINDING,
      binding: {
        url: "neo4j+s://0a1b2c3d.databases.neo4j.io",
        database: "neo4j",
        user: "neo4j",
        password: "told-once",
      },
    });
    expect(made).toMatchObject([{ type: "aura:index:Instance", name: "graph", inputs: args }]);
    expect(database.resources).toHaveLength(1);
  });
});

describe("externalAura", () => {
  const file =
    "NEO4J_URI=neo4j+s://0a1b2c3d.databases.neo4j.io\nNEO4J_USERNAME=neo4j\nNEO4J_PASSWORD=from-file\n";

  it("hands the connection of a credentials file on and makes nothing", async () => {
    const database = externalAura({ credentials: pulumi.secret(file) });
    const { values, secrets } = await valuesOf(database);
    expect(values).toEqual([
      "neo4j+s://0a1b2c3d.databases.neo4j.io",
      "neo4j",
      "from-file",
      "neo4j",
      "0a1b2c3d",
    ]);
    expect(secrets).toEqual(ONLY_PASSWORD_AND_BINDING);
    expect(database.resources).toEqual([]);
    expect(made).toEqual([]);
  });

  it("hands a connection in parts on", async () => {
    const uri = "neo4j+s://0a1b2c3d.databases.neo4j.io";
    const database = externalAura({ uri, username: "app", password: "p", database: "trials" });
    expect((await valuesOf(database)).values).toEqual([uri, "app", "p", "trials", "0a1b2c3d"]);
  });

  it("accepts a plain connection only where it is told to", async () => {
    const parts = { uri: "bolt://127.0.0.1:7687", username: "neo4j", password: "p" };
    const { values } = await valuesOf(externalAura({ ...parts, plain: true }));
    expect(values).toEqual(["bolt://127.0.0.1:7687", "neo4j", "p", "neo4j", ""]);
  });
});
