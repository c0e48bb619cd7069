import type { Readiness } from "./schemas.ts";

const DEADLINE_MS = 2000;

/** Whether a dependency answers: resolves or rejects. */
export type Probe = () => Promise<unknown>;

/** Asks every dependency at once. Without the cache the service is slower but ready. */
export async function checkReadiness(probes: {
  mongo: Probe;
  neo4j: Probe;
  cache: Probe;
}): Promise<Readiness> {
  const [mongo, neo4j, cache] = await Promise.all([
    check(probes.mongo),
    check(probes.neo4j),
    check(probes.cache),
  ]);
  const required = mongo.status === "up" && neo4j.status === "up";
  const status = !required ? "down" : cache.status === "up" ? "up" : "degraded";
  return { status, checks: { mongo, neo4j, cache } };
}

async function check(probe: Probe): Promise<Readiness["checks"]["mongo"]> {
  const started = performance.now();
  const status = await Promise.race([answers(probe), deadline()]);
  return { status, latencyMs: Math.round(performance.now() - started) };
}

async function answers(probe: Probe): Promise<"up" | "down"> {
  try {
    await probe();
    return "up";
  } catch {
    return "down";
  }
}

function deadline(): Promise<"down"> {
  return new Promise((resolve) => {
    setTimeout(() => resolve("down"), DEADLINE_MS).unref();
  });
}
