import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildImage, createVolume, type RunningContainer, removeAll, runContainer } from "./docker.ts";

const USERS = 'backend-node:node-password\nbackend-python:p"a\\s:word';

const ASK_METRICS =
  "exec 3<>/dev/tcp/127.0.0.1/9404 && printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3";

let image: string;
let volume: string;
const containers: RunningContainer[] = [];

async function startStore(environment: { [name: string]: string }): Promise<RunningContainer> {
  const store = await runContainer({ image, volume, environment, publish: 7474, memory: 700 });
  containers.push(store);
  await store.healthy();
  return store;
}

/** Status, rows and errors of a statement. */
async function run(store: RunningContainer, login: string, statement: string) {
  const response = await fetch(`http://127.0.0.1:${await store.port()}/db/neo4j/tx/commit`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Basic ${btoa(login)}` },
    body: JSON.stringify({ statements: [{ statement }] }),
  });
  const { results = [] } = (await response.json()) as { results?: { data: { row: unknown[] }[] }[] };
  return { status: response.status, rows: results.flatMap(({ data }) => data.map(({ row }) => row)) };
}

beforeAll(async () => {
  image = await buildImage("graph-store");
  volume = await createVolume();
});
afterAll(() => removeAll({ containers, volume }));

describe("the graph store", () => {
  it("lets the administrator and each named user in, and keeps data when the passwords change", async () => {
    const first = await startStore({ NEO4J_PASSWORD: "first-password", NEO4J_USERS: USERS });
    for (const login of [
      "neo4j:first-password",
      "backend-node:node-password",
      'backend-python:p"a\\s:word',
    ]) {
      const { status } = await run(first, login, "MERGE (t:Trial {nctId: 'NCT00000001'}) RETURN t.nctId");
      expect([login, status]).toEqual([login, 200]);
    }
    expect((await run(first, "backend-node:wrong-password", "RETURN 1")).status).toBe(401);
    expect((await first.execute("cat", "/proc/1/environ")).output).not.toContain("first-password");
    await first.container.stop();
    expect((await first.container.inspect()).State.ExitCode).toBe(0);

    const second = await startStore({
      NEO4J_PASSWORD: "second-password",
      NEO4J_USERS: "backend-node:other-password",
    });
    const count = "MATCH (t:Trial) RETURN count(t)";
    expect(await run(second, "neo4j:second-password", count)).toEqual({ status: 200, rows: [[1]] });
    expect(await run(second, "backend-node:other-password", count)).toEqual({ status: 200, rows: [[1]] });
    expect((await run(second, "neo4j:first-password", count)).status).toBe(401);
    const told = (await second.execute("bash", "-c", ASK_METRICS)).output;
    expect(told).toMatch(/^jvm_memory_pool_collection_max_bytes\{pool="Tenured Gen"\} [1-9]/m);
    const size = (await second.execute("du", "-sm", "/data")).output;
    expect(Number.parseInt(size, 10)).toBeLessThan(20);
  });

  it("does not start without a password", async () => {
    const store = await runContainer({ image, memory: 700 });
    containers.push(store);
    expect(await store.ended()).toBe(64);
    expect(await store.logs()).toContain("set NEO4J_PASSWORD");
  });
});
