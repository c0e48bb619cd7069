import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import {
  at,
  type ClusterStack,
  changesOf,
  createStack,
  deleteNamespace,
  job,
  must,
  objects,
  workload,
} from "./cluster.ts";

let cluster: ClusterStack;

beforeAll(async () => {
  cluster = await createStack();
});

afterAll(() => deleteNamespace(cluster.namespace));

const gateway: PropertyMap = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name: "edge", annotations: { "pulumi.com/waitFor": "condition=Programmed" } },
  spec: { gatewayClassName: "simulated", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
};

const route: PropertyMap = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: {
    name: "edge",
    annotations: { "pulumi.com/waitFor": "jsonpath={.status.parents[0].conditions[0].status}=True" },
  },
  spec: { parentRefs: [{ name: "edge" }], rules: [{ backendRefs: [{ name: "web", port: 80 }] }] },
};

const well: readonly PropertyMap[] = [
  workload("Deployment", "web", { spec: { replicas: 2 } }),
  workload("StatefulSet", "store"),
  workload("DaemonSet", "agent"),
  job("task"),
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "single" },
    spec: { containers: [{ name: "app", image: "example.org/app:1" }] },
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "public" },
    spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web" },
    spec: {
      rules: [
        {
          http: {
            paths: [
              { path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  },
  gateway,
  route,
  {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: "edge", annotations: { "pulumi.com/waitFor": "condition=Ready" } },
    spec: { secretName: "edge", dnsNames: ["trials.example"], issuerRef: { name: "issuer" } },
  },
];

describe("what is created on a real API server", () => {
  it("is waited for until it works: workloads, jobs, volumes, services and custom kinds", async () => {
    const program = objects(well);
    const up = await cluster.stack.up(program);
    expect(up.told).toEqual([]);
    expect(up.result).toBe("succeeded");
    const states = new Map(
      up.snapshot.resources.map(({ urn, outputs }) => [urn.split("::")[3] ?? urn, outputs]),
    );
    expect(at(states.get("single"), "status", "phase")).toBe("Running");
    expect(at(states.get("data"), "status", "phase")).toBe("Bound");
    expect(at(states.get("public"), "status", "loadBalancer", "ingress", 0, "ip")).toBe("203.0.113.10");
    expect(at(states.get("task"), "status", "succeeded")).toBe(1);
    expect(cluster.shown().join("\n")).toContain("Pods available)");

    expect(changesOf(await cluster.stack.preview(program))).toEqual([]);
    const refreshed = await cluster.stack.refresh();
    expect(refreshed.told).toEqual([]);
    expect(changesOf(await cluster.stack.up(program))).toEqual([]);
  });

  it("rolls a new image out, and is gone after the destroy", async () => {
    const pod = { containers: [{ name: "app", image: "example.org/app:2" }] };
    const changed = well.map((object) =>
      object["kind"] === "Deployment"
        ? workload("Deployment", "web", { pod, spec: { replicas: 2 } })
        : object,
    );
    const up = await cluster.stack.up(objects(changed));
    expect(changesOf(up)).toEqual(["update web"]);
    const pods = await must("GET", `/api/v1/namespaces/${cluster.namespace}/pods?labelSelector=app%3Dweb`);
    const running = (pods["items"] as unknown[]).filter(
      (pod) => at(pod, "metadata", "deletionTimestamp") === undefined,
    );
    expect(running.map((pod) => at(pod, "spec", "containers", 0, "image"))).toEqual([
      "example.org/app:2",
      "example.org/app:2",
    ]);

    expect(await cluster.stack.destroy()).toMatchObject({ result: "succeeded", told: [] });
    const left = await must("GET", `/apis/apps/v1/namespaces/${cluster.namespace}/deployments`);
    expect(left["items"]).toEqual([]);
  });
});

const short = { "pulumi.com/timeoutSeconds": "4" };

describe("what does not work", () => {
  const fault = (name: string) => ({
    annotations: short,
    podAnnotations: { "simulator.trials/fault": name },
  });
  const reasonsOf = async (object: PropertyMap) => {
    const { stack, namespace } = await createStack();
    const up = await stack.up(objects([object]));
    expect(up.result).toBe("failed");
    const recorded = up.snapshot.resources.find(({ urn }) =>
      urn.endsWith(`::${String(at(object, "metadata", "name"))}`),
    );
    expect(recorded?.initErrors?.length).toBeGreaterThan(0);
    expect((await stack.destroy()).result).toBe("succeeded");
    await deleteNamespace(namespace);
    return up.told.join("\n");
  };

  it("is told with the pod's own reason: an image that is not found", async () => {
    const pod = { containers: [{ name: "app", image: "registry.invalid/app:1" }] };
    expect(await reasonsOf(workload("Deployment", "web", { annotations: short, pod }))).toContain(
      '[ImagePullBackOff] Back-off pulling image "registry.invalid/app:1"',
    );
  });

  it("is told with the pod's own reason: a crash", async () => {
    const told = await reasonsOf(workload("StatefulSet", "store", fault("crash")));
    expect(told).toContain("[CrashLoopBackOff]");
    expect(told).toContain('container "app" exited with code 1');
  });

  it("is told with the events of its pods: a probe that fails", async () => {
    expect(await reasonsOf(workload("Deployment", "web", fault("never-ready")))).toContain(
      "[Unhealthy] Readiness probe failed: HTTP probe failed with statuscode: 503",
    );
  });

  it("is told with the events of its pods: no machine has room", async () => {
    const resources = { requests: { cpu: "1000" } };
    const pod = { containers: [{ name: "app", image: "example.org/app:1", resources }] };
    expect(await reasonsOf(workload("Deployment", "web", { annotations: short, pod }))).toContain(
      "Insufficient cpu",
    );
  });

  it("is told at once of a Job that fails", async () => {
    expect(await reasonsOf(job("task", { podAnnotations: { "simulator.trials/fault": "fail" } }))).toContain(
      "[BackoffLimitExceeded] Job has reached the specified backoff limit",
    );
  });

  it("is told of a claim that nobody provides a volume for", async () => {
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", annotations: short },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "",
        resources: { requests: { storage: "1Gi" } },
      },
    };
    expect(await reasonsOf(claim)).toContain("no persistent volumes available for this claim");
  });
});
