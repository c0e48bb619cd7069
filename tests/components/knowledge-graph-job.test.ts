import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { knowledgeGraph } from "../../src/catalogue/knowledge-graph.ts";
import { KnowledgeGraphJob } from "../../src/components/knowledge-graph-job.ts";
import { kubernetesPlatform } from "../platforms/kubernetes/fixture.ts";
import { childrenOf, recordRegistrations, settled } from "../registrations.ts";

async function make(repeats?: { cron: string; timeZone: string }) {
  const recording = await recordRegistrations("cloud");
  const platform = kubernetesPlatform();
  new KnowledgeGraphJob("knowledge", {
    platform,
    definition: knowledgeGraph,
    graph: pulumi.secret({ url: "neo4j+s://graph", database: "neo4j", user: "neo4j", password: "graph" }),
    after: [],
    ...(repeats && { repeats }),
  });
  await settled(platform.namespace);
  return recording;
}

describe("KnowledgeGraphJob on Kubernetes", () => {
  it("runs once, with the connection in a secret", async () => {
    const recording = await make();
    expect(childrenOf(recording).filter((child) => child.includes(" knowledge-"))).toEqual([
      "Job knowledge-job",
      "Secret knowledge-job-secret",
      "ServiceAccount knowledge-job-account",
    ]);
  });

  it("runs again at fixed times, one run at a time, from the same template", async () => {
    const recording = await make({ cron: "15 2 * * *", timeZone: "Europe/London" });
    const once = recording.find("kubernetes:batch/v1:Job", "knowledge-job").inputs["spec"];
    const { metadata, spec } = recording.find("kubernetes:batch/v1:CronJob", "knowledge-job-schedule").inputs;
    expect(metadata).toMatchObject({ name: "knowledge-graph" });
    expect(spec).toMatchObject({
      schedule: "15 2 * * *",
      timeZone: "Europe/London",
      concurrencyPolicy: "Forbid",
      jobTemplate: { spec: once },
    });
  });
});
