import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isReproducible } from "../../contracts/reproducible.ts";
import { stackOutputsSchema } from "../../contracts/stack-outputs.ts";
import { dev } from "../../src/environments/dev.ts";
import { test } from "../../src/environments/test.ts";
import { CONTAINER, NETWORK, networksOf, ofType, type Run, run } from "./recorded-environment.ts";

describe("the dev environment", () => {
  let ran: Run;
  beforeAll(async () => {
    ran = await run("dev", dev);
  });

  it("runs both backends with a document store, a cache, a schema job and a seeding job each, a graph store and the gateway", () => {
    expect(
      ofType(ran.recording, CONTAINER)
        .map((container) => container.inputs["name"])
        .sort(),
    ).toEqual([
      "trials-dev-alertmanager",
      "trials-dev-backend-node",
      "trials-dev-backend-node-cache",
      "trials-dev-backend-node-cache-exporter",
      "trials-dev-backend-node-documents",
      "trials-dev-backend-node-schema",
      "trials-dev-backend-node-seed",
      "trials-dev-backend-python",
      "trials-dev-backend-python-cache",
      "trials-dev-backend-python-cache-exporter",
      "trials-dev-backend-python-documents",
      "trials-dev-backend-python-schema",
      "trials-dev-backend-python-seed",
      "trials-dev-gateway",
      "trials-dev-gateway-traffic",
      "trials-dev-graph-store",
      "trials-dev-knowledge-graph",
      "trials-dev-notebooks",
      "trials-dev-parity",
      "trials-dev-planet",
      "trials-dev-planet-training",
      "trials-dev-prometheus",
      "trials-dev-pushgateway",
      "trials-dev-store-exporter",
    ]);
  });

  it("hardens every container", () => {
    for (const { inputs } of ofType(ran.recording, CONTAINER)) {
      expect(inputs).toMatchObject({
        user: "10001:10001",
        readOnly: true,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        logDriver: "json-file",
      });
      expect(inputs["memory"]).toBeGreaterThan(0);
      expect(inputs["memorySwap"]).toBe(inputs["memory"]);
    }
  });

  it("gives every service a health check, a restart policy and waits until it is healthy", () => {
    const services = ofType(ran.recording, CONTAINER).filter(
      ({ name }) => !/-(job|preparation|instruction)$/.test(name),
    );
    expect(services).toHaveLength(17);
    for (const { inputs } of services) {
      expect(inputs).toMatchObject({ restart: "unless-stopped", wait: true });
      expect(inputs["healthcheck"]).toMatchObject({ interval: "5s" });
    }
  });

  it("publishes ports on loopback only", () => {
    const ports = ofType(ran.recording, CONTAINER).flatMap(
      ({ inputs }) => (inputs["ports"] ?? []) as object[],
    );
    expect(ports).toHaveLength(7);
    for (const port of ports) expect(port).toMatchObject({ ip: "127.0.0.1", protocol: "tcp" });
  });

  it("keeps the backends apart: no network has both, and no data network has the gateway", () => {
    const find = (role: string) => ran.recording.find(CONTAINER, role);
    expect(networksOf(find("node-backend-service-workload"))).toEqual([
      "trials-dev-backend-node-data",
      "trials-dev-backend-node-edge",
    ]);
    expect(networksOf(find("python-backend-service-workload"))).toEqual([
      "trials-dev-backend-python-data",
      "trials-dev-backend-python-edge",
    ]);
    expect(networksOf(find("gateway-service-workload"))).toEqual([
      "trials-dev-backend-node-edge",
      "trials-dev-backend-python-edge",
      "trials-dev-notebooks-edge",
      "trials-dev-planet-edge",
    ]);
    expect(networksOf(find("parity-service-workload"))).toEqual([
      "trials-dev-backend-node-edge",
      "trials-dev-backend-python-edge",
    ]);
    expect(networksOf(find("notebooks-service-workload"))).toEqual([
      "trials-dev-notebooks-data",
      "trials-dev-notebooks-edge",
    ]);
    expect(networksOf(find("graph-service-workload"))).toEqual([
      "trials-dev-backend-node-data",
      "trials-dev-backend-python-data",
      "trials-dev-knowledge-graph-data",
      "trials-dev-notebooks-data",
    ]);
    expect(networksOf(find("knowledge-job"))).toEqual([
      "trials-dev-knowledge-graph-data",
      "trials-dev-monitoring",
    ]);
    expect(networksOf(find("planet-service-workload"))).toEqual(["trials-dev-planet-edge"]);
    expect(networksOf(find("node-documents-service-workload"))).toEqual(["trials-dev-backend-node-data"]);
    expect(ofType(ran.recording, NETWORK)).toHaveLength(9);
  });

  it("keeps the monitoring away from the stores: it is where the gateway is, and on a network of its own", () => {
    const find = (role: string) => ran.recording.find(CONTAINER, role);
    expect(networksOf(find("monitoring-prometheus-workload"))).toEqual([
      "trials-dev-backend-node-edge",
      "trials-dev-backend-python-edge",
      "trials-dev-monitoring",
      "trials-dev-planet-edge",
    ]);
    for (const role of ["monitoring-alertmanager-workload", "outcomes-service-workload"]) {
      expect(networksOf(find(role))).toEqual(["trials-dev-monitoring"]);
    }
    expect(networksOf(find("node-backend-cache-exporter-service-workload"))).toEqual([
      "trials-dev-backend-node-data",
      "trials-dev-monitoring",
    ]);
    const onIt = ofType(ran.recording, CONTAINER)
      .filter((container) => networksOf(container).includes("trials-dev-monitoring"))
      .map(({ name }) => name);
    expect(onIt.filter((name) => /backend-service|documents|graph-service|cache-service/.test(name))).toEqual(
      [],
    );
  });

  it("scrapes every service that has metrics, under its name", () => {
    const { inputs } = ran.recording.find(CONTAINER, "monitoring-prometheus-workload");
    const line = (inputs["envs"] as string[]).find((text) => text.startsWith("TARGETS=")) ?? "";
    const targets = JSON.parse(line.slice("TARGETS=".length)) as {
      targets: string[];
      labels: { service: string };
    }[];
    expect(Object.fromEntries(targets.map(({ labels, targets: [host] }) => [labels.service, host]))).toEqual({
      alertmanager: "trials-dev-alertmanager:9093",
      "backend-node": "trials-dev-backend-node:8404",
      "backend-node-cache-exporter": "trials-dev-backend-node-cache-exporter:9121",
      "backend-python": "trials-dev-backend-python:8404",
      "backend-python-cache-exporter": "trials-dev-backend-python-cache-exporter:9121",
      gateway: "trials-dev-gateway:8404",
      parity: "trials-dev-parity:8080",
      planet: "trials-dev-planet:8404",
      pushgateway: "trials-dev-pushgateway:9091",
      "store-exporter": "trials-dev-store-exporter:9999",
      "graph-store": "trials-dev-store-exporter:9999",
      "backend-node-documents": "trials-dev-store-exporter:9999",
      "backend-python-documents": "trials-dev-store-exporter:9999",
    });
    expect(targets.find(({ labels }) => labels.service === "graph-store")?.labels).toEqual({
      service: "graph-store",
      __metrics_path__: "/proxy",
      __param_module: "graph-store",
    });
  });

  it("hands figures of the stores on from where the stores are", () => {
    const { inputs } = ran.recording.find(CONTAINER, "store-exporter-service-workload");
    expect(networksOf(ran.recording.find(CONTAINER, "store-exporter-service-workload"))).toEqual([
      "trials-dev-backend-node-data",
      "trials-dev-backend-python-data",
      "trials-dev-monitoring",
    ]);
    expect(inputs["envs"]).toEqual([
      "STORES=graph-store=trials-dev-graph-store:9404 backend-node-documents=trials-dev-backend-node-documents:9404 backend-python-documents=trials-dev-backend-python-documents:9404",
    ]);
  });

  it("says of the gateway alone that its data can be made again", () => {
    const reproducible = ofType(ran.recording, CONTAINER).filter(({ inputs }) => isReproducible(inputs));
    expect(reproducible.map(({ name }) => name)).toEqual(["gateway-service-workload"]);
  });

  it("has every job tell how it went", () => {
    for (const role of ["node-seed-job", "python-seed-job", "knowledge-job"]) {
      const { inputs } = ran.recording.find(CONTAINER, role);
      expect(inputs["envs"]).toContain("PUSHGATEWAY_URL=http://trials-dev-pushgateway:9091");
    }
  });

  it("gives each backend its own graph user and cache password, and shares what both must agree on", () => {
    const envs = (name: string) =>
      Object.fromEntries(
        (ran.recording.find(CONTAINER, name).inputs["envs"] as string[]).map((line) => [
          line.slice(0, line.indexOf("=")),
          line.slice(line.indexOf("=") + 1),
        ]),
      );
    const node = envs("node-backend-service-workload");
    const python = envs("python-backend-service-workload");
    for (const name of ["MONGODB_URL", "NEO4J_USER", "NEO4J_PASSWORD", "CACHE_URL", "SERVICE_NAME"]) {
      expect(node[name]).toBeTruthy();
      expect(node[name]).not.toBe(python[name]);
    }
    for (const name of ["JWT_KEY", "JWT_KEY_ID", "CURSOR_KEY", "ADMIN_EMAIL", "ADMIN_PASSWORD"]) {
      expect(node[name]).toBe(python[name]);
    }
  });

  it("trains the model before the service starts, which may only read it and check tokens", () => {
    const job = ran.recording.find(CONTAINER, "planet-service-workload-preparation").inputs;
    const service = ran.recording.find(CONTAINER, "planet-service-workload").inputs;
    const mount = { volumeName: "trials-dev-planet-prepared", containerPath: "/models" };
    expect(job).toMatchObject({
      command: ["train"],
      volumes: [mount],
      mustRun: false,
    });
    expect(service["volumes"]).toEqual([{ ...mount, readOnly: true }]);
    expect(service["ports"]).toEqual([]);
    expect((service["envs"] as string[]).map((line) => line.split("=")[0])).toEqual([
      "JWT_KEY",
      "JWT_KEY_ID",
      "LOG_LEVEL",
      "SERVICE_NAME",
    ]);
  });

  it("gives the notebooks a token and a graph user of their own, and nothing of the backends", () => {
    const { inputs } = ran.recording.find(CONTAINER, "notebooks-service-workload");
    const envs = inputs["envs"] as string[];
    expect(envs.map((line) => line.split("=")[0])).toEqual([
      "JUPYTER_TOKEN",
      "NEO4J_DATABASE",
      "NEO4J_PASSWORD",
      "NEO4J_URL",
      "NEO4J_USER",
    ]);
    expect(envs).toContain("NEO4J_USER=notebooks");
    expect(envs).toContain("NEO4J_PASSWORD=password-of-graph-notebooks-password");
    expect(inputs["command"]).toBeUndefined();
    expect(inputs["ports"]).toEqual([]);
  });

  it("deploys images by id from contexts named by their hash", () => {
    for (const { inputs } of ofType(ran.recording, CONTAINER)) expect(inputs["image"]).toMatch(/^sha256:/);
    for (const { inputs } of ofType(ran.recording, "docker:index/remoteImage:RemoteImage")) {
      const hash = (inputs["triggers"] as { context: string }).context;
      expect(hash).toMatch(/^[0-9a-f]{16}$/);
      expect(inputs["name"]).toMatch(new RegExp(`^trials/[a-z-]+:${hash}$`));
      expect(inputs["keepLocally"]).toBe(true);
      expect((inputs["build"] as { context: string }).context).toMatch(new RegExp(`^\\.images/.*/${hash}$`));
    }
  });

  it("answers the contract of the stack outputs", () => {
    const outputs = stackOutputsSchema.parse(ran.outputs);
    expect(outputs.gatewayUrl).toBe("http://127.0.0.1:8080");
    expect(outputs.pythonWeight).toBe(25);
    expect(outputs.notebooks).toEqual({
      url: "http://127.0.0.1:8080/notebooks/",
      token: "password-of-notebooks-token",
    });
    expect(outputs.services["backend-node"]?.url).toBe("http://127.0.0.1:8081");
  });
});

describe("dev and test side by side", () => {
  let names: Set<unknown>[];
  beforeAll(async () => {
    const runs = [await run("dev", dev), await run("test", test)];
    names = runs.map(
      ({ recording }) =>
        new Set(
          recording.resources
            .filter(({ type }) => type.startsWith("docker:"))
            .map(({ inputs }) => inputs["name"]),
        ),
    );
  });

  it("share no container, network or volume", () => {
    const [first, second] = names;
    const shared = [...(first ?? [])].filter(
      (name) => second?.has(name) && !String(name).startsWith("trials/"),
    );
    expect(shared).toEqual([]);
  });
});

afterAll(() => pulumi.runtime.setAllConfig({}));
