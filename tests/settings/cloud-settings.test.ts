import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { readCloudSettings, readSecret } from "../../src/settings/read.ts";
import { cloudConfig } from "../cloud-config.ts";
import { recordRegistrations } from "../registrations.ts";

async function configure(changes: { readonly [key: string]: unknown }): Promise<void> {
  await recordRegistrations("cloud");
  const config = { ...cloudConfig, ...changes };
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      entries.map(([key, value]) => [
        `trials:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
}

async function problemsOf(changes: { readonly [key: string]: unknown }): Promise<string> {
  await configure(changes);
  try {
    readCloudSettings();
  } catch (error) {
    if (error instanceof pulumi.RunError) return error.message;
    throw error;
  }
  throw new Error("the settings were accepted");
}

describe("the settings of a cloud stack", () => {
  it("have careful defaults", async () => {
    await configure({});
    expect(readCloudSettings()).toMatchObject({
      gateway: { pythonWeight: 0, tls: { kind: "cert-manager" } },
      backendNode: { minReplicas: 2, maxReplicas: 6 },
      atlas: {
        protect: true,
        accessList: [],
        cluster: { kind: "dedicated", tier: "M30", nodes: 3, auditing: true, backup: { pointInTime: 7 } },
      },
    });
  });

  it("carry no secret: that one is there is all they say", async () => {
    await configure({ atlasClientSecret: "canary" });
    const settings = readCloudSettings();
    expect(settings.atlasClientSecret).toBe("given");
    expect(JSON.stringify(settings)).not.toContain("canary");
    expect(await pulumi.isSecret(readSecret("atlasClientSecret"))).toBe(true);
  });

  it.each(["0.0.0.0/0", "::/0", "128.0.0.0/1"])(
    "refuse %s in the access list, with the reason",
    async (range) => {
      const atlas = { ...cloudConfig.atlas, accessList: [{ range, comment: "all" }] };
      expect(await problemsOf({ atlas })).toMatch(
        /trials:atlas\.accessList\.0\.range {2}would let nearly everybody in; name the networks/,
      );
    },
  );

  it("refuse the whole internet as where the services may connect to", async () => {
    const kubernetes = { documentEgress: ["0.0.0.0/0"] };
    expect(await problemsOf({ kubernetes })).toContain("trials:kubernetes.documentEgress.0  would let");
  });

  it("refuse a tag in place of a digest, and a digest that is missing", async () => {
    const images = { kind: "pinned", registry: "registry.example/trials", digests: { cache: "8.0" } };
    const message = await problemsOf({ images });
    expect(message).toMatch(/trials:images\.digests\.cache {2}is not a digest .* a tag may move/);
    expect(message).toMatch(/trials:images\.digests\.backend-node {2}is missing/);
  });

  it("ask for the secret that the graph's mode needs", async () => {
    expect(await problemsOf({ graphCredentials: undefined })).toContain(
      "trials:graphCredentials  is missing",
    );
    const graph = {
      mode: "managed",
      egress: ["10.1.0.0/16"],
      clientId: "id",
      tenantId: "t",
      region: "eu-west-1",
    };
    expect(await problemsOf({ graph })).toContain("trials:auraClientSecret  is missing");
  });

  it("ask for the registry's password where there is a login", async () => {
    const images = { kind: "build", registry: "registry.example/trials", username: "ci" };
    expect(await problemsOf({ images })).toContain("trials:registryPassword  is missing");
  });

  it("refuse sizes that contradict each other", async () => {
    const cluster = { kind: "dedicated", region: "EU_WEST_1", tier: "M50", largestTier: "M30" };
    const message = await problemsOf({
      atlas: { ...cloudConfig.atlas, cluster },
      backendNode: { minReplicas: 4, maxReplicas: 2 },
    });
    expect(message).toContain("trials:atlas.cluster.largestTier  is smaller than tier");
    expect(message).toContain("trials:backendNode.maxReplicas  is less than minReplicas");
  });

  it("train the model in each pod, or on Ray with careful defaults", async () => {
    await configure({});
    expect(readCloudSettings().planetTraining).toEqual({ kind: "pod" });
    await configure({ planetTraining: { kind: "ray" } });
    expect(readCloudSettings().planetTraining).toEqual({
      kind: "ray",
      version: "2.60.0",
      operatorNamespace: "kuberay-operator",
      workers: { min: 1, max: 2 },
      cpu: 1000,
      memory: 2048,
      deadline: 1800,
      volume: { size: 1024 },
    });
  });

  it("refuse a training that cannot be: an image by tag, fewer workers at most than at least, keys of another kind", async () => {
    const ray = { kind: "ray", image: "registry.example/planet:latest", workers: { min: 3, max: 2 } };
    const message = await problemsOf({ planetTraining: ray });
    expect(message).toMatch(/planetTraining\.image {2}is not an image by digest .* a tag may move/);
    expect(message).toContain("trials:planetTraining.workers.max  is less than min");
    expect(await problemsOf({ planetTraining: { kind: "pod", memory: 1 } })).toContain(
      "trials:planetTraining.memory  is not a setting of this program",
    );
  });

  it("never quote a secret", async () => {
    const message = await problemsOf({ atlasClientSecret: { canary: "canary" } });
    expect(message).toContain("trials:atlasClientSecret");
    expect(message).not.toContain("canary");
  });
});
