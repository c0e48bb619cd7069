import { beforeEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { PartialFailure } from "../../../src/providers/provider.ts";
import { type Configured, createRequest, updateRequest } from "./configured.ts";
import type { Json } from "./fake-apply.ts";
import { connected, server, useFakeCluster, writeStatuses } from "./fake-cluster.ts";

useFakeCluster();

let cluster: Configured;

beforeEach(async () => {
  cluster = await connected();
});

interface Awaited {
  readonly type: string;
  readonly inputs: PropertyMap;
}

const metadata = (annotations: PropertyMap = {}): PropertyMap => ({
  name: "thing",
  namespace: "work",
  annotations,
});

const workload = (
  kind: string,
  apiVersion: string,
  spec: PropertyMap,
  annotations?: PropertyMap,
): Awaited => ({
  type: `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`,
  inputs: { apiVersion, kind, metadata: metadata(annotations), spec },
});

const SELECTED = { selector: { matchLabels: { app: "a" } } };

const conditions = (...each: readonly (readonly [string, string, string?, string?])[]) => ({
  conditions: each.map(([type, status, reason = "", message = ""]) => ({ type, status, reason, message })),
});

const ROLLED_OUT = {
  replicas: 2,
  updatedReplicas: 2,
  availableReplicas: 2,
  ...conditions(["Progressing", "True", "NewReplicaSetAvailable"], ["Available", "True"]),
};

const CASES: readonly (readonly [string, Awaited, readonly Json[]])[] = [
  [
    "a Deployment until it is rolled out",
    workload("Deployment", "apps/v1", { replicas: 2, ...SELECTED }),
    [
      { replicas: 1, ...conditions(["Progressing", "True", "ReplicaSetUpdated"]) },
      { ...ROLLED_OUT, replicas: 3 },
      { ...ROLLED_OUT, observedGeneration: 0 },
      ROLLED_OUT,
    ],
  ],
  [
    "a StatefulSet until all pods are of its revision",
    workload("StatefulSet", "apps/v1", { replicas: 1, ...SELECTED }),
    [
      { replicas: 1, readyReplicas: 0 },
      { replicas: 1, readyReplicas: 1, currentReplicas: 0, currentRevision: "a", updateRevision: "b" },
      { replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: "b", updateRevision: "b" },
    ],
  ],
  [
    "a StatefulSet that is updated by hand until its pods are ready",
    workload("StatefulSet", "apps/v1", { updateStrategy: { type: "OnDelete" }, ...SELECTED }),
    [{ replicas: 1, readyReplicas: 1, currentRevision: "a", updateRevision: "b" }],
  ],
  [
    "a DaemonSet until each node has its pod",
    workload("DaemonSet", "apps/v1", SELECTED),
    [
      {},
      { desiredNumberScheduled: 1, currentNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 0 },
      {
        desiredNumberScheduled: 1,
        currentNumberScheduled: 1,
        updatedNumberScheduled: 1,
        numberAvailable: 1,
        numberReady: 1,
      },
    ],
  ],
  [
    "a Job until it is complete",
    workload("Job", "batch/v1", {}),
    [{}, { startTime: "2026-01-01T00:00:00Z", active: 1 }, conditions(["Complete", "True"])],
  ],
  [
    "a Pod until it is ready",
    workload("Pod", "v1", {}),
    [{ phase: "Pending" }, conditions(["Ready", "True"])],
  ],
  ["a Pod until it has succeeded", workload("Pod", "v1", {}), [{ phase: "Succeeded" }]],
  [
    "a ReplicationController until all replicas are available",
    workload("ReplicationController", "v1", { replicas: 2 }),
    [{ availableReplicas: 1 }, { availableReplicas: 2 }],
  ],
  [
    "a PersistentVolumeClaim until it is bound",
    workload("PersistentVolumeClaim", "v1", {}),
    [{ phase: "Pending" }, { phase: "Bound" }],
  ],
  [
    "a ResourceQuota until it is in force",
    workload("ResourceQuota", "v1", { hard: { pods: "3" } }),
    [{}, { hard: { pods: "3" } }],
  ],
  [
    "a load balancer until it has an address",
    workload("Service", "v1", { type: "LoadBalancer" }),
    [{}, { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } }],
  ],
  [
    "any kind for a condition",
    workload("ResourceQuota", "v1", {}, { "pulumi.com/waitFor": "condition=Settled=Yes" }),
    [{}, conditions(["Settled", "No"]), conditions(["Settled", "Yes"])],
  ],
  [
    "any kind for all of several values",
    workload(
      "ResourceQuota",
      "v1",
      {},
      {
        "pulumi.com/waitFor": JSON.stringify([
          "jsonpath={.status.parents[0].conditions[?(@.type=='Accepted')].status}=True",
          "jsonpath={$.status['phase']}",
          "jsonpath={.status.list[*]}=1",
        ]),
      },
    ),
    [
      { parents: [conditions(["Accepted", "False"])] },
      { parents: [conditions(["Accepted", "True"])] },
      { parents: [conditions(["Accepted", "True"])], phase: "Done", list: [1] },
    ],
  ],
];

describe("waiting for objects", () => {
  it.each(CASES)("waits for %s", async (_, { type, inputs }, each) => {
    writeStatuses(...each);
    const { outputs } = await cluster.provider.create(createRequest(type, inputs));
    expect(outputs["status"]).toMatchObject(each.at(-1) ?? {});
    expect(cluster.told.at(-1)).toMatchObject({ message: "", ephemeral: true });
  });

  it("waits for a Service until it leads to a pod that is ready", async () => {
    const slice = "/apis/discovery.k8s.io/v1/namespaces/work/endpointslices/thing-1";
    const labels = { "kubernetes.io/service-name": "thing" };
    const endpoints = (ready: boolean) => ({
      metadata: { name: "thing-1", namespace: "work", labels },
      endpoints: [{ conditions: { ready } }],
    });
    server.put(slice, endpoints(false));
    let looks = 0;
    server.refuse = ({ path }) => {
      if (path.endsWith("/endpointslices") && ++looks === 2) server.put(slice, endpoints(true));
      return undefined;
    };
    const { type, inputs } = workload("Service", "v1", { selector: { app: "a" } });
    await cluster.provider.create(createRequest(type, inputs));
    expect(looks).toBe(2);
  });

  it("does not wait for services without pods, nor where nobody shall", async () => {
    for (const spec of [{}, { selector: { app: "a" }, clusterIP: "None" }, { type: "ExternalName" }]) {
      const { type, inputs } = workload("Service", "v1", spec);
      await cluster.provider.create(createRequest(type, { ...inputs, metadata: metadata() }));
      await cluster.provider.delete({
        ...createRequest(type, inputs),
        id: "work/thing",
        oldInputs: inputs,
        oldOutputs: inputs,
      });
    }
    const { type, inputs } = workload("Deployment", "apps/v1", SELECTED, { "pulumi.com/skipAwait": "true" });
    await cluster.provider.create(createRequest(type, inputs));
    server.lingers = 1000;
    const request = {
      ...createRequest(type, inputs),
      id: "work/thing",
      oldInputs: inputs,
      oldOutputs: { ...inputs, __inputs: inputs },
    };
    await cluster.provider.delete(request);
  });

  it("waits for an Ingress until its services and its address are there", async () => {
    const http = { paths: [{ backend: { service: { name: "web" } } }, { backend: { serviceName: "web" } }] };
    const { type, inputs } = workload("Ingress", "networking.k8s.io/v1", { rules: [{ http }] });
    const service = "/api/v1/namespaces/work/services/web";
    let looks = 0;
    server.refuse = ({ method, path }) => {
      if (method === "GET" && path === service && ++looks === 2) {
        server.put(service, { metadata: { name: "web", namespace: "work" } });
        server.change("/apis/networking.k8s.io/v1/namespaces/work/ingresses/thing", (object) => {
          object["status"] = { loadBalancer: { ingress: [{ hostname: "h" }] } };
        });
      }
      return undefined;
    };
    await cluster.provider.create(createRequest(type, inputs));
    expect(looks).toBeGreaterThan(2);
    server.refuse = ({ path }) =>
      path === service ? { code: 403, reason: "Forbidden", message: "no" } : undefined;
    const old = { id: "work/thing", inputs, outputs: inputs };
    await cluster.provider.update(updateRequest(type, old, inputs));
  });

  it("takes a claim that waits for its first pod, and volumes that are available", async () => {
    server.put("/apis/storage.k8s.io/v1/storageclasses/late", {
      metadata: { name: "late" },
      volumeBindingMode: "WaitForFirstConsumer",
    });
    writeStatuses({ phase: "Pending" });
    const claim = workload("PersistentVolumeClaim", "v1", { storageClassName: "late" });
    await cluster.provider.create(createRequest(claim.type, claim.inputs));
    const volume = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "thing" }, spec: {} };
    writeStatuses({ phase: "Failed" }, { phase: "Available" });
    await cluster.provider.create(createRequest("kubernetes:core/v1:PersistentVolume", volume));
  });

  it("waits for the token of a service account's secret", async () => {
    const inputs = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(),
      type: "kubernetes.io/service-account-token",
    };
    server.refuse = ({ path, query }) => {
      if (query.has("watch")) {
        server.change(`${path}/thing`, (object) => {
          object["data"] = { token: "dA==" };
        });
      }
      return undefined;
    };
    const { outputs } = await cluster.provider.create(createRequest("kubernetes:core/v1:Secret", inputs));
    expect(outputs["data"]).toBeDefined();
  });

  it("tells in the end what kept the pods of a Deployment from running, and records the object", async () => {
    const { type, inputs } = workload(
      "Deployment",
      "apps/v1",
      { replicas: 1, ...SELECTED },
      {
        "pulumi.com/timeoutSeconds": "2",
      },
    );
    writeStatuses({
      replicas: 1,
      ...conditions(
        ["Progressing", "False", "ProgressDeadlineExceeded", "it took too long"],
        ["Available", "False", "MinimumReplicasUnavailable", "too few"],
      ),
    });
    server.put("/api/v1/namespaces/work/pods/thing-1", {
      metadata: { name: "thing-1", namespace: "work", labels: { app: "a" } },
      status: {
        phase: "Pending",
        ...conditions(["PodScheduled", "False", "Unschedulable", "no node"]),
        initContainerStatuses: [{ name: "init", ready: true }],
        containerStatuses: [
          { name: "c", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } },
          {
            name: "d",
            state: { waiting: { reason: "ContainerCreating" } },
            lastState: { terminated: { exitCode: 0 } },
          },
          {
            name: "e",
            state: {},
            lastState: { terminated: { reason: "Error", exitCode: 3, message: "boom" } },
          },
        ],
      },
    });
    const failure = await cluster.provider
      .create(createRequest(type, inputs))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    const { reasons, id, message, outputs } = failure as PartialFailure;
    expect(id).toBe("work/thing");
    expect(outputs).toMatchObject({ kind: "Deployment", __inputs: inputs });
    expect(message).toContain(
      "was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live: 'thing' timed out waiting to be Ready",
    );
    expect(reasons.slice(1)).toEqual([
      "[ProgressDeadlineExceeded] it took too long",
      "[MinimumReplicasUnavailable] too few",
      '[Pod work/thing-1]: [Unschedulable] no node -- [ImagePullBackOff] no such image -- [Error] container "e" exited with code 3: boom',
    ]);
    // The next refresh finds it as it is.
    const state = outputs as PropertyMap;
    const read = { ...createRequest(type, inputs), id, inputs, state };
    await expect(cluster.provider.read(read)).rejects.toThrow(
      "Resource 'thing' was created but failed to initialize",
    );
  });

  it("fails at once where a Job has failed, in an update too", async () => {
    const { type, inputs } = workload("Job", "batch/v1", {});
    writeStatuses(conditions(["Failed", "True", "BackoffLimitExceeded", "too many"]));
    await expect(cluster.provider.create(createRequest(type, inputs))).rejects.toThrow(
      "failed to initialize",
    );
    const old = { id: "work/thing", inputs, outputs: inputs };
    const failure = await cluster.provider
      .update(updateRequest(type, old, inputs))
      .catch((error: unknown) => error);
    expect((failure as PartialFailure).reasons.at(-1)).toBe("[BackoffLimitExceeded] too many");
    expect((failure as PartialFailure).message).toContain(
      'the Kubernetes API server reported that "work/thing" failed',
    );
    // It would be made anew by the annotation.
    const wanted = { ...inputs, metadata: metadata({ "pulumi.com/replaceUnready": "true" }) };
    const recorded = { ...old, outputs: { ...wanted, __inputs: wanted } };
    const again = await cluster.provider.diff(updateRequest(type, recorded, wanted));
    expect(again.replaceKeys).toEqual(['.metadata.annotations["pulumi.com/replaceUnready"]']);
  });

  it("stops waiting when the operation is cancelled", async () => {
    const { type, inputs } = workload("Pod", "v1", {});
    server.controller = () => void cluster.provider.cancel();
    const failed = cluster.provider.create(createRequest(type, inputs));
    await expect(failed).rejects.toThrow(/cancelled|aborted/);
  });

  it("goes on where watching, pods or endpoints may not be looked at", async () => {
    writeStatuses({ replicas: 0 }, { ...ROLLED_OUT, replicas: 1, updatedReplicas: 1, availableReplicas: 1 });
    const { refuse } = server;
    server.refuse = (request) => {
      refuse(request);
      const isHidden = request.query.has("watch") || request.path.endsWith("/pods");
      return isHidden ? { code: 403, reason: "Forbidden", message: "no" } : undefined;
    };
    const { type, inputs } = workload("Deployment", "apps/v1", { replicas: 1, ...SELECTED });
    await cluster.provider.create(createRequest(type, inputs));
  });

  it.each([
    ["[]", "at least one condition must be specified"],
    ["[broken", 'expected a "jsonpath=" or "condition=" prefix, got "[broken"'],
    ["Ready", 'expected a "jsonpath=" or "condition=" prefix, got "Ready"'],
    ["jsonpath=.status", ".status should be wrapped in brackets { ... }"],
    ["jsonpath={.status}=", "{.status}= requires a value"],
    ["jsonpath={.status[}", "cannot read the JSONPath {.status[}"],
    ["jsonpath={.a[?(@.b>1)]}", "cannot read the filter ?(@.b>1)"],
  ])("refuses to wait for %s", async (text, message) => {
    const { type, inputs } = workload("ResourceQuota", "v1", {}, { "pulumi.com/waitFor": text });
    await expect(cluster.provider.create(createRequest(type, inputs))).rejects.toThrow(message);
  });
});
