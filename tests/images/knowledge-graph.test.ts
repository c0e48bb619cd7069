import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildImage, createNetwork, type RunningContainer, removeAll, runContainer } from "./docker.ts";

const PASSWORD = "graph-password";
const connection = { NEO4J_URL: "bolt://graph:7687", NEO4J_USER: "neo4j", NEO4J_PASSWORD: PASSWORD };

let image: string;
let network: string;
let store: RunningContainer;
const containers: RunningContainer[] = [];

async function startJob(): Promise<RunningContainer> {
  const job = await runContainer({ image, network, environment: connection, memory: 384 });
  containers.push(job);
  return job;
}

async function count(statement: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${await store.port()}/db/neo4j/tx/commit`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Basic ${btoa(`neo4j:${PASSWORD}`)}` },
    body: JSON.stringify({ statements: [{ statement }] }),
  });
  const { results } = (await response.json()) as { results: { data: { row: unknown[] }[] }[] };
  return results[0]?.data[0]?.row[0];
}

beforeAll(async () => {
  image = await buildImage("knowledge-graph");
  network = await createNetwork();
  const environment = { NEO4J_PASSWORD: PASSWORD };
  store = await runContainer({
    image: await buildImage("graph-store"),
    network,
    alias: "graph",
    environment,
    publish: 7474,
    memory: 900,
  });
  containers.push(store);
  await store.healthy();
});
afterAll(() => removeAll({ containers, network }));

describe("the job that loads the knowledge graph", () => {
  it("goes on where it was killed, and leaves the whole sample", async () => {
    const killed = await startJob();
    while (!(await killed.logs()).includes("relation REPORTED_AE: 3000/")) await delay(50);
    await killed.container.kill();

    const job = await startJob();
    expect(await job.ended()).toBe(0);
    const log = await job.logs();
    expect(log).not.toContain("relation REPORTED_AE: 1000/");
    expect(log).not.toContain("node Drug: ");
    expect(log).toContain("relation REPORTED_AE 84961/84961");
    expect(log).not.toContain(PASSWORD);
    expect(await count("MATCH (:EventGroup)-[r:REPORTED_AE]->(:AdverseEvent) RETURN count(r)")).toBe(84_961);
    expect(await count("MATCH (r:IngestRun) RETURN r.state")).toBe("done");
  });

  it("leaves what the exploration notebook reads, run to its end with nobody watching", async () => {
    const run = await runContainer({
      image: await buildImage("notebooks"),
      network,
      environment: connection,
      command: ["python3", "-m", "notebooks", "run", "work/exploration.ipynb"],
      memory: 512,
    });
    containers.push(run);
    const code = await run.ended();
    const log = await run.logs();
    expect(code, log).toBe(0);
    expect(log).toContain("692 trials");
    expect(log).toMatch(/Placebo|Sacubitril/i);
    expect(log).not.toContain(PASSWORD);
  });
});
