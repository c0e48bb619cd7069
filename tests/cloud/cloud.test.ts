import { KubeConfig, KubernetesObjectApi, type V1EndpointSlice } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { stackOutputsSchema } from "../../contracts/stack-outputs.ts";
import { plain } from "../plain.ts";
import { type CloudRun, CloudStack } from "./cloud-stack.ts";
import { reviewCloud, rowsOf } from "./drift-review.ts";
import { meddle } from "./meddle.ts";
import { MovedTraffic } from "./moved-traffic.ts";
import { type Places, settingsFor, startPlaces } from "./places.ts";

const NAMESPACE = "trials-cloud-services";
const PATIENCE = 300_000;

describe("the cloud stack on simulated vendors and a real API server", { timeout: PATIENCE }, () => {
  let places: Places;
  let stack: CloudStack;
  let cluster: KubernetesObjectApi;
  let settings: ReturnType<typeof settingsFor>;

  beforeAll(async () => {
    const kubeconfig = inject("kubeconfig");
    places = await startPlaces();
    settings = settingsFor(places, kubeconfig);
    stack = new CloudStack(settings);
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    cluster = KubernetesObjectApi.makeApiClient(config);
  });
  afterAll(async () => {
    await stack?.run("destroy");
    await places?.close();
  });

  const liveNames = async (apiVersion: string, kind: string) =>
    (await cluster.list(apiVersion, kind, NAMESPACE)).items
      .map(({ metadata }) => metadata?.name ?? "")
      .sort();
  const moved = () => {
    const config = new KubeConfig();
    config.loadFromString(inject("kubeconfig"));
    return { stack, cluster: config, namespace: NAMESPACE };
  };
  const stepsOf = (run: CloudRun, op: string) =>
    run.events.flatMap((event) =>
      event.kind === "resource-pre" && event.step.op === op ? [event.step.urn.split("::").at(-1) ?? ""] : [],
    );

  it("comes up from nothing, as its preview said", async () => {
    const preview = await stack.run("preview");
    const up = await stack.run("up");
    expect(up.told).toEqual([]);
    expect(up.result).toBe("succeeded");
    expect(up.changed).toEqual(preview.changed);
    expect(await liveNames("apps/v1", "Deployment")).toEqual([
      "backend-node",
      "backend-node-cache",
      "backend-python",
      "backend-python-cache",
      "notebooks",
      "parity",
      "planet",
    ]);
    const outputs = stackOutputsSchema.parse(plain(up.outputs));
    expect(outputs).toMatchObject({
      environment: "cloud",
      gatewayUrl: "https://api.trials.example",
      cloud: { namespace: NAMESPACE, documents: { cluster: "trials-cloud-documents" } },
    });
  });

  it("has nothing to do afterwards, and finds no drift", async () => {
    expect((await stack.run("preview")).changed).toEqual({});
    expect((await stack.run("refresh")).changed).toEqual({});
    expect((await stack.run("preview")).changed).toEqual({});
  });

  it("shows no drift while nobody meddles, and then who did what and when", async () => {
    const now = () => new Date(places.atlas.clock.now()).toISOString();
    expect((await reviewCloud(stack, now())).findings).toEqual([]);
    const since = now();
    const meddler = await meddle({ stack, places, cluster, namespace: NAMESPACE });
    try {
      expect(rowsOf(await reviewCloud(stack, since))).toEqual(meddler.expected);
    } finally {
      await meddler.undo();
      await stack.run("refresh");
    }
    expect((await reviewCloud(stack, now())).findings).toEqual([]);
    expect((await stack.run("preview")).changed).toEqual({});
  });

  it("keeps no secret in clear", () => {
    expect(stack.stateText.length).toBeGreaterThan(100_000);
    expect(stack.stateText).not.toContain(settings.atlasClientSecret);
    expect(stack.stateText).not.toMatch(/mongodb\+srv:\/\/[^@"]+:[^@"]+@/);
  });

  it("shifts traffic by a change of the routes alone", async () => {
    stack.set("gateway", { ...settings.gateway, pythonWeight: 25 });
    const run = await stack.run("up");
    expect(run.changed).toEqual({ update: 1 });
    expect(stepsOf(run, "update")).toEqual(["gateway-routes"]);
    const route = (await cluster.read({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "services", namespace: NAMESPACE },
    })) as { spec?: { rules: { backendRefs: { name: string; weight: number }[] }[] } };
    const weights = route.spec?.rules
      .find(({ backendRefs }) => backendRefs.length > 1)
      ?.backendRefs.map(({ name, weight }) => [name, weight]);
    expect(weights).toEqual([
      ["backend-node", 75],
      ["backend-python", 25],
    ]);
  });

  it("shifts by what pods tell through the API server, and goes back when answers differ", async () => {
    const { gateway } = settings;
    const traffic = await MovedTraffic.start({ ...moved(), gateway: { ...gateway, pythonWeight: 25 } });
    try {
      expect(await traffic.shift(25, 75)).toMatchObject({ outcome: "done", weight: 75 });
      await traffic.worsen(true);
      const returned = await traffic.shift(75, 100);
      expect(returned).toMatchObject({ outcome: "returned", weight: 75 });
      expect(returned.reason).toMatch(/^parity: \d+ of \d+ reads are answered differently/);
      expect(traffic.updates).toEqual(Array.from({ length: 4 }, () => ["gateway-routes"]));
    } finally {
      await traffic.close();
    }
  });

  it("is cut over to Python, with writes stopped in between, and back", async () => {
    const { gateway } = settings;
    const traffic = await MovedTraffic.start({ ...moved(), gateway: { ...gateway, pythonWeight: 75 } });
    try {
      expect(await traffic.writeTarget()).toBe("backend-node");
      expect(await traffic.cutOver("catch-up")).toBe("reversible");
      expect(await traffic.writeTarget()).toBe("backend-python");
      const [copied = [], stopped, switched, opened] = traffic.updates;
      expect(copied).toContain("replication-service-workload");
      expect([stopped, opened]).toEqual([["gateway-routes"], ["gateway-routes"]]);
      expect(switched).toEqual(expect.arrayContaining(["gateway-routes", "replication-service-workload"]));
      expect(switched).toContain("node-backend-cache-service-workload");
      expect(switched).not.toContain("node-backend-service-workload");
      expect(await traffic.cutOver("back-freeze")).toBeUndefined();
      expect(await traffic.writeTarget()).toBe("backend-node");
      expect(await liveNames("apps/v1", "Deployment")).not.toContain("replication");
      const slices = (await cluster.list<V1EndpointSlice>("discovery.k8s.io/v1", "EndpointSlice", NAMESPACE))
        .items;
      const owners = slices.map(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"]);
      expect(owners).toContain("parity");
      expect(owners).not.toContain("nobody");
    } finally {
      await traffic.close();
    }
  });

  it("restarts pods for a new configuration, which is a new object beside the old one's end", async () => {
    const before = await liveNames("v1", "ConfigMap");
    stack.set("logLevel", "debug");
    const run = await stack.run("up");
    expect(run.told).toEqual([]);
    expect(stepsOf(run, "replace").sort()).toEqual([
      "node-backend-service-workload-config",
      "planet-service-workload-config",
      "python-backend-service-workload-config",
    ]);
    expect(stepsOf(run, "update")).toContain("node-backend-service-workload");
    const after = await liveNames("v1", "ConfigMap");
    expect(after).toHaveLength(before.length);
    expect(after).not.toEqual(before);
  });

  it("trains the model on Ray where a setting says so, rolls the pods after it, and goes back", async () => {
    const volume = { storageClass: "standard" };
    stack.set("planetTraining", { kind: "ray", volume });
    const run = await stack.run("up");
    expect(run.told).toEqual([]);
    const created = stepsOf(run, "create");
    expect(created).toContain("training-ray-job");
    expect(stepsOf(run, "update")).toEqual(["planet-service-workload"]);
    const job = (await cluster.list("ray.io/v1", "RayJob", NAMESPACE)).items[0] as {
      metadata?: { name?: string };
      status?: { jobStatus?: string };
    };
    expect(job.status?.jobStatus).toBe("SUCCEEDED");
    expect((await stack.run("refresh")).changed).toEqual({});
    expect((await stack.run("preview")).changed).toEqual({});

    stack.set("planetTraining", { kind: "ray", volume, memory: 3072 });
    const again = await stack.run("up");
    expect(again.told).toEqual([]);
    expect(stepsOf(again, "replace").sort()).toEqual(["planet-service-workload-config", "training-ray-job"]);
    const names = await liveNames("ray.io/v1", "RayJob");
    expect(names).toHaveLength(1);
    expect(names).not.toContain(job.metadata?.name);

    stack.set("planetTraining", { kind: "pod" });
    const back = await stack.run("up");
    expect(back.told).toEqual([]);
    expect(await liveNames("ray.io/v1", "RayJob")).toEqual([]);
    expect(await liveNames("v1", "PersistentVolumeClaim")).toEqual([]);
  });

  it("takes a data snapshot before the cluster is changed", async () => {
    const cluster = { ...settings.atlas.cluster, disk: 80 };
    stack.set("atlas", { ...settings.atlas, cluster });
    const run = await stack.run("up");
    expect(run.told).toEqual([]);
    expect(stepsOf(run, "update")).toEqual(["documents-cluster-servers"]);
    const taken = places.atlas.calls.filter(
      ({ method, path }) => method === "POST" && path.endsWith("/backup/snapshots"),
    );
    expect(taken).toHaveLength(1);
    stack.set("atlas", settings.atlas);
  });

  it("refuses to delete what is protected, at Pulumi and at Atlas", async () => {
    stack.set("atlas", { ...settings.atlas, protect: true });
    expect((await stack.run("up")).told).toEqual([]);
    const refused = await stack.run("destroy");
    expect(refused.result).toBe("failed");
    expect(refused.told.join("\n")).toMatch(/::documents-cluster-\w+" cannot be deleted/);
    const { resources } = await stack.snapshot();
    const servers = resources.find(({ urn }) => urn.endsWith("::documents-cluster-servers"));
    expect(servers).toMatchObject({ protect: true, outputs: { terminationProtectionEnabled: true } });
    stack.set("atlas", settings.atlas);
    expect((await stack.run("up")).told).toEqual([]);
  });

  it("goes without a trace", async () => {
    const run = await stack.run("destroy");
    expect(run.told).toEqual([]);
    expect(run.result).toBe("succeeded");
    expect((await stack.snapshot()).resources).toEqual([]);
    const namespaces = await cluster.list("v1", "Namespace");
    expect(namespaces.items.map(({ metadata }) => metadata?.name)).not.toContain(NAMESPACE);
  });
});
