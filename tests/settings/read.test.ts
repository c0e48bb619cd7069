import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { readDockerSettings } from "../../src/settings/read.ts";
import { recordRegistrations } from "../registrations.ts";

const complete = {
  gateway: { port: 8080, pythonWeight: 10 },
  backendNode: { port: 8081 },
  backendPython: { port: 8082 },
  documentStore: { nodePort: 27017, pythonPort: 27018 },
  graphStore: { boltPort: 7687, httpPort: 7474 },
};

async function configure(settings: { [key: string]: unknown }): Promise<void> {
  await recordRegistrations("dev");
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [
        key.includes(":") ? key : `trials:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
}

async function problemsOf(settings: { [key: string]: unknown }): Promise<string> {
  await configure(settings);
  try {
    readDockerSettings();
  } catch (error) {
    if (error instanceof pulumi.RunError) return error.message;
    throw error;
  }
  throw new Error("the settings were accepted");
}

describe("readDockerSettings", () => {
  it("fills in every default", async () => {
    await configure(complete);
    expect(readDockerSettings()).toMatchObject({
      bindAddress: "127.0.0.1",
      logLevel: "info",
      gateway: { port: 8080, pythonWeight: 10 },
      documentStore: { engine: "embedded" },
      images: { base: "debian:trixie-slim" },
    });
  });

  it("leaves the configuration of other namespaces alone", async () => {
    await configure({ ...complete, "docker:host": "unix:///var/run/docker.sock" });
    expect(readDockerSettings().gateway.port).toBe(8080);
  });

  it("names every problem with its file and key in one error", async () => {
    const message = await problemsOf({
      ...complete,
      gateway: { port: 70_000, pythonWeight: "many" },
      backendNode: {},
      colour: "blue",
      logLevel: "loud",
    });
    expect(message).toContain("5 problems in the settings:");
    expect(message).toMatch(/Pulumi\.dev\.yaml {2}trials:gateway\.port .*70000/);
    expect(message).toMatch(/trials:gateway\.pythonWeight .*"many"/);
    expect(message).toMatch(/trials:backendNode\.port {2}is missing/);
    expect(message).toMatch(/trials:colour {2}is not a setting/);
    expect(message).toMatch(/trials:logLevel .*"loud"/);
  });

  it("says so when a structured setting is missing as a whole", async () => {
    const { gateway: _, ...rest } = complete;
    expect(await problemsOf(rest)).toContain(
      "1 problem in the settings:\n  Pulumi.dev.yaml  trials:gateway  is missing",
    );
  });

  it("takes text that only looks like JSON as text", async () => {
    expect(await problemsOf({ ...complete, gateway: "{port: 8080" })).toContain("trials:gateway");
  });

  it.each([
    ["10.90.0.0/20", undefined],
    ["172.31.254.0/23", undefined],
    ["somewhere", /is not an IPv4 range/],
    ["fd00::/20", /is not an IPv4 range/],
    ["172.32.0.0/20", /is not private/],
    ["10.90.0.0/24", /prefix of 8 to 23/],
    ["10.0.0.0/7", /prefix of 8 to 23/],
    ["10.90.8.0/20", /10\.90\.8\.0 has bits beyond the first 20/],
  ])("checks the range of the networks: %s", async (networkRange, problem) => {
    if (problem !== undefined) {
      expect(await problemsOf({ ...complete, networkRange })).toMatch(problem);
      return;
    }
    await configure({ ...complete, networkRange });
    expect(readDockerSettings().networkRange).toBe(networkRange);
  });

  it("refuses one port for two services before anything starts", async () => {
    const message = await problemsOf({ ...complete, backendNode: { port: 8080 } });
    expect(message).toContain("trials:backendNode.port  is 8080, which gateway.port uses already");
  });
});
