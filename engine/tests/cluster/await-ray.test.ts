import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { at, type ClusterStack, createStack, deleteNamespace, must, objects } from "./cluster.ts";

let cluster: ClusterStack;

beforeAll(async () => {
  cluster = await createStack();
});

afterAll(() => deleteNamespace(cluster.namespace));

/** The simulator's stages leave a job with a fault alone: the test plays the operator. */
const byHand = { "simulator.trials/fault": "by-hand", "pulumi.com/replaceUnready": "true" };

const template = { spec: { containers: [{ name: "ray", image: "example.org/ray:1" }] } };
const rayClusterSpec = {
  rayVersion: "2.60.0",
  headGroupSpec: { rayStartParams: {}, template },
  workerGroupSpecs: [
    { groupName: "workers", replicas: 1, minReplicas: 1, maxReplicas: 2, rayStartParams: {}, template },
  ],
};

const job = (name: string, annotations: PropertyMap = {}): PropertyMap => ({
  apiVersion: "ray.io/v1",
  kind: "RayJob",
  metadata: { name, annotations },
  spec: { entrypoint: "python3 -m planet train", rayClusterSpec },
});

const pathOf = (name: string) => `/apis/ray.io/v1/namespaces/${cluster.namespace}/rayjobs/${name}`;

/** What the operator writes, each once the adapter has shown a text. */
async function operatorWrites(
  name: string,
  ...each: readonly { readonly after: string; readonly status: PropertyMap }[]
): Promise<void> {
  const before = cluster.entries.length;
  const isShown = (text: string) =>
    cluster.entries.slice(before).some(({ message }) => message.includes(text));
  for (const { after, status } of each) {
    while (!isShown(after)) await new Promise((done) => setTimeout(done, 50));
    await must("PATCH", `${pathOf(name)}/status`, { status });
  }
}

const UNSEEN = "the operator has not seen it yet";
const DONE = { jobDeploymentStatus: "Complete", jobStatus: "SUCCEEDED" };
const RUNNING = { jobDeploymentStatus: "Running", jobStatus: "RUNNING" };
const FAILED = {
  jobDeploymentStatus: "Failed",
  jobStatus: "FAILED",
  reason: "AppFailed",
  message: "exit code 1",
};

describe("a RayJob on a real API server", () => {
  it("is made when the operator says that it has succeeded, and then stays as it is", async () => {
    const program = objects([job("training")]);
    const up = await cluster.stack.up(program);
    expect(up.told).toEqual([]);
    const recorded = up.snapshot.resources.find(({ urn }) => urn.endsWith("::training"));
    expect(at(recorded?.outputs, "status", "jobDeploymentStatus")).toBe("Complete");
    expect((await cluster.stack.refresh()).told).toEqual([]);
    const again = await cluster.stack.up(program);
    expect(again.steps.filter((step) => !step.startsWith("same "))).toEqual([]);
  });

  it("shows how far it is, fails with the operator's reason, and is made anew by the next update", async () => {
    const program = objects([job("training"), job("broken", byHand)]);
    const playing = operatorWrites(
      "broken",
      { after: UNSEEN, status: RUNNING },
      { after: "the job is RUNNING", status: FAILED },
    );
    const up = await cluster.stack.up(program);
    await playing;
    expect(up.result).toBe("failed");
    expect(up.told.join("\n")).toContain("[AppFailed] exit code 1");

    const uid = at(await must("GET", pathOf("broken")), "metadata", "uid");
    const mending = operatorWrites("broken", { after: UNSEEN, status: DONE });
    const mended = await cluster.stack.up(program);
    await mending;
    expect(mended.told).toEqual([]);
    expect(mended.result).toBe("succeeded");
    expect(at(await must("GET", pathOf("broken")), "metadata", "uid")).not.toBe(uid);
  });

  it("has a cluster of its kind waited for, too, and is gone after the destroy", async () => {
    const standing: PropertyMap = {
      apiVersion: "ray.io/v1",
      kind: "RayCluster",
      metadata: { name: "standing" },
      spec: rayClusterSpec,
    };
    const up = await cluster.stack.up(objects([standing]));
    expect(up.told).toEqual([]);
    const recorded = up.snapshot.resources.find(({ urn }) => urn.endsWith("::standing"));
    expect(at(recorded?.outputs, "status", "state")).toBe("ready");
    expect(await cluster.stack.destroy()).toMatchObject({ result: "succeeded", told: [] });
    const left = await must("GET", `/apis/ray.io/v1/namespaces/${cluster.namespace}/rayjobs`);
    expect(left["items"]).toEqual([]);
  });
});
