import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HealthPart } from "../../../ops/dashboard/parts.ts";
import { watchWorkloads } from "../../../ops/dashboard/sources/workloads.ts";
import { SmallCluster } from "./small-cluster.ts";

let cluster: SmallCluster;
let controller: AbortController;
let watching: Promise<void>;
let told: HealthPart | undefined;
let heard = Promise.withResolvers<void>();

beforeEach(async () => {
  told = undefined;
  cluster = new SmallCluster();
  controller = new AbortController();
  await cluster.start();
  const post = (health: HealthPart) => {
    told = health;
    heard.resolve();
    heard = Promise.withResolvers();
  };
  watching = watchWorkloads(cluster.config, cluster.namespace, post, controller.signal);
});
afterEach(async () => {
  controller.abort();
  await watching;
  await cluster.stop();
});

async function until(isWanted: (health: HealthPart) => boolean): Promise<HealthPart> {
  while (told === undefined || !isWanted(told)) await heard.promise;
  return told;
}

const deployment = (wanted: number, status: object, generation = 1) => ({
  metadata: { name: "api", generation },
  spec: { replicas: wanted },
  status: { observedGeneration: 1, ...status },
});
const progressing = (status: string, reason: string) => ({
  conditions: [{ type: "Progressing", status, reason }],
});
const two = { readyReplicas: 2, updatedReplicas: 2 };
const one = { readyReplicas: 1, updatedReplicas: 2 };

describe("watchWorkloads", () => {
  it("tells of a namespace in which nothing is", async () => {
    expect(await until(() => true)).toEqual({ workloads: {} });
  });

  it.each([
    ["healthy", "2 of 2 pods are ready", deployment(2, two)],
    ["stopped", "0 of 0 pods are ready", deployment(0, {})],
    ["starting", "1 of 2 pods are ready", deployment(2, { ...one, updatedReplicas: 1 })],
    ["unhealthy", "1 of 2 pods are ready", deployment(2, one)],
    ["starting", "1 of 2 pods are ready", deployment(2, one, 2)],
    [
      "starting",
      "1 of 2 pods are ready",
      deployment(2, { ...one, ...progressing("True", "ReplicaSetUpdated") }),
    ],
    [
      "unhealthy",
      "1 of 2 pods are ready",
      deployment(2, { ...one, ...progressing("True", "NewReplicaSetAvailable") }),
    ],
    [
      "unhealthy",
      "1 of 2 pods are ready",
      deployment(2, { ...one, ...progressing("False", "ProgressDeadlineExceeded") }),
    ],
    ["starting", "0 of 1 pods are ready", { metadata: { name: "api" } }],
  ])("says %s where %s", async (health, detail, workload) => {
    await until(() => true);
    cluster.put(workload);
    expect(await until(({ workloads }) => "api" in workloads)).toEqual({
      workloads: { api: { health, detail } },
    });
  });

  it("follows what happens", async () => {
    cluster.put(deployment(2, one));
    await until(({ workloads }) => workloads["api"]?.health === "unhealthy");
    cluster.put(deployment(2, two));
    await until(({ workloads }) => workloads["api"]?.health === "healthy");
    cluster.remove("api");
    await until(({ workloads }) => !("api" in workloads));
  });

  it("says so while the cluster does not answer, and goes on when it does", async () => {
    cluster.put(deployment(2, two));
    await until(({ workloads }) => "api" in workloads);
    await cluster.stop();
    const { problem } = await until((health) => health.problem !== undefined);
    expect(problem).toMatch(/^the cluster does not answer: /);
    await cluster.start();
    await until(({ workloads }) => workloads["api"]?.health === "healthy");
  });
});
