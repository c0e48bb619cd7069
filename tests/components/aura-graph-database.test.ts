import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { AuraGraphDatabase } from "../../src/components/aura-graph-database.ts";
import { AuraPlatform, type AuraPlatformArgs } from "../../src/platforms/aura/aura-platform.ts";
import { cloudConfig } from "../cloud-config.ts";
import { childrenOf, recordRegistrations, settled } from "../registrations.ts";

const managed: AuraPlatformArgs = {
  mode: "managed",
  scope: { project: "trials", stack: "cloud" },
  baseUrl: "https://api.neo4j.io",
  clientId: "client",
  clientSecret: pulumi.secret("aura-secret"),
  settleSeconds: 60,
  instance: {
    type: "business-critical",
    cloudProvider: "aws",
    region: "eu-west-1",
    tenantId: "tenant",
    memory: "8GB",
  },
  protect: true,
};

async function make(args: AuraPlatformArgs) {
  const recording = await recordRegistrations("cloud");
  const graph = new AuraGraphDatabase("graph", { platform: new AuraPlatform("aura", args) });
  expect(await pulumi.isSecret(graph.binding)).toBe(true);
  return { recording, graph, binding: await settled(graph.binding) };
}

describe("AuraGraphDatabase", () => {
  it("connects to an instance that is there, and makes nothing", async () => {
    const credentials = pulumi.secret(cloudConfig.graphCredentials);
    const { recording, binding } = await make({ mode: "external", credentials, plain: false });
    expect(childrenOf(recording)).toEqual([]);
    expect(binding).toEqual({
      url: "neo4j+s://0a1b2c3d.databases.neo4j.io",
      database: "neo4j",
      user: "neo4j",
      password: "canary-graph-password",
    });
  });

  it("makes an instance of the size that the settings say", async () => {
    const { recording, binding } = await make(managed);
    expect(childrenOf(recording)).toEqual(["Instance graph-instance", "aura aura-provider"]);
    expect(recording.find("aura:index:Instance", "graph-instance").inputs).toMatchObject({
      name: "trials-cloud-graph",
      type: "business-critical",
      memory: "8GB",
      region: "eu-west-1",
    });
    expect(binding).toMatchObject({ user: "neo4j", password: "password-of-the-graph" });
  });
});
