import { beforeEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { PartialFailure } from "../../../src/providers/provider.ts";
import { type Configured, createRequest, updateRequest } from "./configured.ts";
import type { Json } from "./fake-apply.ts";
import { connected, server, useFakeCluster, writeStatuses } from "./fake-cluster.ts";

useFakeCluster();

let cluster: Configured;

beforeEach(async () => {
  server.define("/apis/ray.io/v1", { RayJob: ["rayjobs", true], RayCluster: ["rayclusters", true] });
  cluster = await connected();
});

const WAIT_FOR = { "pulumi.com/waitFor": "jsonpath={.status.jobStatus}=SUCCEEDED" };

function ray(kind: "RayJob" | "RayCluster", annotations: PropertyMap = {}) {
  const metadata = { name: "thing", namespace: "work", annotations };
  const inputs: PropertyMap = { apiVersion: "ray.io/v1", kind, metadata, spec: { suspend: false } };
  return { type: `kubernetes:ray.io/v1:${kind}`, inputs };
}

async function failureOf({ type, inputs }: ReturnType<typeof ray>): Promise<PartialFailure> {
  const failure = await cluster.provider.create(createRequest(type, inputs)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PartialFailure);
  return failure as PartialFailure;
}

const shown = () => cluster.told.filter(({ ephemeral }) => ephemeral).map(({ message }) => message);

function brokenPod(): void {
  server.put("/api/v1/namespaces/work/pods/head", {
    metadata: { name: "head", namespace: "work", labels: { "ray.io/cluster": "thing-abc" } },
    status: {
      containerStatuses: [
        { name: "ray", state: { waiting: { reason: "ErrImagePull", message: "no image" } } },
      ],
    },
  });
}

const DONE = { jobDeploymentStatus: "Complete", jobStatus: "SUCCEEDED" };

describe("waiting for a RayJob", () => {
  it.each([
    ["of itself", {}],
    ["where waitFor says so", WAIT_FOR],
  ])("lasts until the operator has seen it succeed and says how far it is: %s", async (_, annotations) => {
    writeStatuses(
      { jobDeploymentStatus: "Initializing", rayClusterName: "thing-abc" },
      { jobDeploymentStatus: "Running", jobStatus: "RUNNING", rayClusterName: "thing-abc" },
      { jobDeploymentStatus: "Retrying", failed: 1 },
      DONE,
    );
    const { type, inputs } = ray("RayJob", annotations);
    const { outputs } = await cluster.provider.create(createRequest(type, inputs));
    expect(outputs["status"]).toEqual({ observedGeneration: 1, ...DONE });
    const waited = (rest: string) => `Waiting for RayJob "work/thing" to succeed${rest}`;
    expect(shown()).toEqual([
      waited(": the operator has not seen it yet"),
      waited(": it is Initializing"),
      waited(": the job is RUNNING"),
      waited(" (attempt 2): it is Retrying"),
      "",
    ]);
  });

  it("goes on while a job that has succeeded is not complete", async () => {
    writeStatuses({ jobDeploymentStatus: "Running", jobStatus: "SUCCEEDED" }, DONE);
    const { type, inputs } = ray("RayJob");
    await cluster.provider.create(createRequest(type, inputs));
    expect(shown()).toContain('Waiting for RayJob "work/thing" to succeed: the job is SUCCEEDED');
  });

  it("shows what keeps the pods of its cluster from running", async () => {
    brokenPod();
    writeStatuses({ jobDeploymentStatus: "Initializing", rayClusterName: "thing-abc" }, DONE);
    const { type, inputs } = ray("RayJob");
    await cluster.provider.create(createRequest(type, inputs));
    expect(shown()).toContain(
      'Waiting for RayJob "work/thing" to succeed: it is Initializing: [Pod work/head]: [ErrImagePull] no image',
    );
  });

  it.each([
    [
      "the program failed",
      { jobDeploymentStatus: "Failed", jobStatus: "FAILED", reason: "AppFailed", message: "exit code 1" },
      "[AppFailed] exit code 1",
    ],
    [
      "its deadline passed",
      {
        jobDeploymentStatus: "Failed",
        jobStatus: "RUNNING",
        reason: "DeadlineExceeded",
        message: "too long",
      },
      "[DeadlineExceeded] too long",
    ],
    [
      "the operator refuses it",
      { jobDeploymentStatus: "ValidationFailed", reason: "ValidationFailed", message: "no rayClusterSpec" },
      "[ValidationFailed] no rayClusterSpec",
    ],
    ["somebody stopped it", { jobDeploymentStatus: "Complete", jobStatus: "STOPPED" }, "[STOPPED]"],
  ])("ends at once where %s, with the reason", async (_, status, reason) => {
    writeStatuses(status);
    const { reasons, id } = await failureOf(ray("RayJob", WAIT_FOR));
    expect(id).toBe("work/thing");
    expect(reasons.at(-1)).toBe(reason);
  });

  it("makes one anew that did not succeed, where it is asked to, and leaves one alone that did", async () => {
    const { type, inputs } = ray("RayJob", { "pulumi.com/replaceUnready": "true" });
    const replaceKeysAfter = async (status: Json) => {
      server.put("/apis/ray.io/v1/namespaces/work/rayjobs/thing", { ...(inputs as Json), status });
      const old = { id: "work/thing", inputs, outputs: { ...inputs, __inputs: inputs } };
      return (await cluster.provider.diff(updateRequest(type, old, inputs))).replaceKeys;
    };
    expect(await replaceKeysAfter({ jobDeploymentStatus: "Failed", jobStatus: "FAILED" })).toEqual([
      '.metadata.annotations["pulumi.com/replaceUnready"]',
    ]);
    expect(await replaceKeysAfter(DONE)).toEqual([]);
    expect(cluster.messages()).toEqual([]);
  });

  it("goes on while it is suspended, until nobody waits any longer", async () => {
    writeStatuses({ jobDeploymentStatus: "Suspended" });
    const { message } = await failureOf(ray("RayJob", { "pulumi.com/timeoutSeconds": "2" }));
    expect(message).toContain("'thing' timed out waiting to be Ready");
    expect(shown()).toContain('RayJob "work/thing" is suspended');
  });
});

describe("waiting for a RayCluster", () => {
  it("lasts until head and workers are ready", async () => {
    writeStatuses(
      { desiredWorkerReplicas: 2, readyWorkerReplicas: 1 },
      { state: "ready", observedGeneration: 0 },
      { state: "ready", observedGeneration: 1 },
    );
    const { type, inputs } = ray("RayCluster");
    const { outputs } = await cluster.provider.create(createRequest(type, inputs));
    expect(outputs["status"]).toEqual({ state: "ready", observedGeneration: 1 });
    expect(shown()).toContain('Waiting for RayCluster "work/thing" to be ready (1/2 workers ready)');
  });

  it("tells in the end why it is not ready", async () => {
    const message = "pods are forbidden: exceeded quota";
    writeStatuses({
      state: "failed",
      reason: "no pods",
      conditions: [{ type: "ReplicaFailure", status: "True", reason: "FailedCreateHeadPod", message }],
    });
    const { reasons } = await failureOf(ray("RayCluster", { "pulumi.com/timeoutSeconds": "2" }));
    expect(reasons.slice(1)).toEqual(["[failed] no pods", `[FailedCreateHeadPod] ${message}`]);
  });
});
