import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { seedOf } from "../../src/catalogue/seed.ts";
import { SeedJob } from "../../src/components/seed-job.ts";
import { kubernetesPlatform } from "../platforms/kubernetes/fixture.ts";
import { childrenOf, recordRegistrations, settled } from "../registrations.ts";

async function make() {
  const recording = await recordRegistrations("cloud");
  const platform = kubernetesPlatform();
  new SeedJob("seed", {
    platform,
    definition: seedOf("backend-node"),
    databases: [
      { kind: "outside", name: "graph", ranges: ["10.61.0.0/24"], ports: [{ first: 7687, last: 7687 }] },
    ],
    documents: pulumi.secret({ url: "mongodb+srv://documents", database: "trials_node" }),
    graph: pulumi.secret({ url: "neo4j+s://graph", database: "neo4j", user: "neo4j", password: "graph" }),
    after: [],
  });
  await settled(platform.namespace);
  return recording;
}

describe("SeedJob on Kubernetes", () => {
  it("is a Job with an identity, a secret and the connections that it needs", async () => {
    expect(childrenOf(await make()).filter((child) => child.includes(" seed-"))).toEqual([
      "Job seed-job",
      "NetworkPolicy seed-job-to-graph",
      "Secret seed-job-secret",
      "ServiceAccount seed-job-account",
    ]);
  });

  it("gets its own name, so that a new image is a new job, and one that failed is replaced", async () => {
    const { metadata, spec } = (await make()).find("kubernetes:batch/v1:Job", "seed-job").inputs;
    expect(metadata).toMatchObject({ annotations: { "pulumi.com/replaceUnready": "true" } });
    expect(metadata).not.toHaveProperty("name");
    expect(spec).toMatchObject({
      backoffLimit: 3,
      activeDeadlineSeconds: 1200,
      template: {
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          containers: [
            { name: "backend-node-seed", envFrom: [{ secretRef: { name: "seed-job-secret-0a1b2c3d" } }] },
          ],
        },
      },
    });
    expect(spec).not.toHaveProperty("ttlSecondsAfterFinished");
  });

  it("is told the databases in a secret", async () => {
    const { stringData } = (await make()).find("kubernetes:core/v1:Secret", "seed-job-secret").inputs;
    expect(stringData).toEqual({
      MONGODB_URL: "mongodb+srv://documents",
      MONGODB_DATABASE: "trials_node",
      NEO4J_URL: "neo4j+s://graph",
      NEO4J_USER: "neo4j",
      NEO4J_PASSWORD: "graph",
      NEO4J_DATABASE: "neo4j",
    });
  });
});
