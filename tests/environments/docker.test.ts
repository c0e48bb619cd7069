import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stackOutputsSchema } from "../../contracts/stack-outputs.ts";
import { dev } from "../../src/environments/dev.ts";
import type { EnvironmentOutputs } from "../../src/environments/environment.ts";
import { test } from "../../src/environments/test.ts";
import { dockerSettingsSchema } from "../../src/settings/docker-settings.ts";
import { type Recording, type Registered, recordRegistrations, settled } from "../registrations.ts";

const CONTAINER = "docker:index/container:Container";
const NETWORK = "docker:index/network:Network";

const settings = dockerSettingsSchema.parse({
  gateway: { port: 8080, pythonWeight: 25 },
  backendNode: { port: 8081 },
  backendPython: { port: 8082 },
  documentStore: { nodePort: 27017, pythonPort: 27018 },
  graphStore: { boltPort: 7687, httpPort: 7474 },
});

interface Run {
  readonly recording: Recording;
  readonly outputs: unknown;
}

async function run(stack: string, make: (values: typeof settings) => EnvironmentOutputs): Promise<Run> {
  const recording = await recordRegistrations(stack);
  const outputs = await settled(pulumi.output(make(settings)));
  return { recording, outputs };
}

const ofType = (recording: Recording, type: string) =>
  recording.resources.filter((resource) => resource.type === type);
const networksOf = (container: Registered) =>
  (container.inputs["networksAdvanced"] as { name: string }[]).map((network) => network.name).sort();

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
    expect(services).toHaveLength(16);
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
    });
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

describe("the gateway's traffic", () => {
  it("is told by a run of its image, so that a change replaces this and not the gateway", async () => {
    const of = async (change: object) => {
      const changed = { ...settings, gateway: { ...settings.gateway, ...change } };
      const { recording, outputs } = await run("dev", () => dev(changed));
      const find = (name: string) => recording.find(CONTAINER, name).inputs;
      return {
        gateway: find("gateway-service-workload"),
        told: find("gateway-service-workload-instruction"),
        outputs,
      };
    };
    const before = await of({});
    const after = await of({ pythonWeight: 75, systemOfRecord: "python", writes: "frozen" });
    expect(after.gateway).toEqual(before.gateway);
    expect(before.told["command"]).toEqual(["set-traffic", "25", "node", "open"]);
    expect(after.told["command"]).toEqual(["set-traffic", "75", "python", "frozen"]);
    expect(after.told["volumes"]).toEqual(after.gateway["volumes"]);
    expect(stackOutputsSchema.parse(after.outputs)).toMatchObject({
      pythonWeight: 75,
      traffic: { systemOfRecord: "python", writes: "frozen", replication: "off" },
    });
  });

  it("has no copies where the comparator is off", async () => {
    const { recording } = await run("dev", () =>
      dev({ ...settings, parity: { ...settings.parity, enabled: false } }),
    );
    const { inputs } = recording.find(CONTAINER, "gateway-service-workload");
    expect((inputs["envs"] as string[]).filter((line) => line.startsWith("PARITY"))).toEqual([]);
  });
});

describe("replication", () => {
  it.each([
    ["node-to-python", "backend-node", "backend-python"],
    ["python-to-node", "backend-python", "backend-node"],
  ] as const)("copies the documents %s and reaches both stores", async (replication, source, target) => {
    const { recording } = await run("dev", () => dev({ ...settings, replication }));
    const { inputs } = recording.find(CONTAINER, "replication-service-workload");
    expect(inputs["networksAdvanced"]).toMatchObject([
      { name: "trials-dev-backend-node-data" },
      { name: "trials-dev-backend-python-data" },
    ]);
    expect(inputs["envs"]).toContain(`SOURCE_URL=mongodb://trials-dev-${source}-documents:27017/trials`);
    expect(inputs["envs"]).toContain(`TARGET_URL=mongodb://trials-dev-${target}-documents:27017/trials`);
    expect(inputs["envs"]).toContain("FOLLOW=true");
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

describe("the document store", () => {
  it("is the official MongoDB with a user for each backend when the setting says so", async () => {
    const recording = await recordRegistrations("dev");
    const mongodb = { ...settings, documentStore: { ...settings.documentStore, engine: "mongodb" as const } };
    await settled(pulumi.output(dev(mongodb)));
    const envs = recording.find(CONTAINER, "node-documents-service-workload").inputs["envs"] as string[];
    expect(envs).toContain("MONGO_INITDB_ROOT_USERNAME=trials");
    const url = (recording.find(CONTAINER, "node-backend-service-workload").inputs["envs"] as string[]).find(
      (line) => line.startsWith("MONGODB_URL="),
    );
    expect(url).toMatch(/^MONGODB_URL=mongodb:\/\/trials:.+@trials-dev-backend-node-documents:27017\/trials/);
  });
});

describe("an environment without analytics", () => {
  it("runs neither predictions, knowledge graph nor notebooks, and its gateway has no door to them", async () => {
    const light = { ...settings, analytics: { enabled: false } };
    const { recording, outputs } = await run("dev", () => dev(light));
    const names = ofType(recording, CONTAINER).map((container) => String(container.inputs["name"]));
    expect(names.filter((name) => /planet|knowledge|notebooks/.test(name))).toEqual([]);
    const doors = recording.find(CONTAINER, "gateway-service-workload");
    expect((doors.inputs["envs"] as string[]).filter((line) => /^(PLANET|NOTEBOOKS)_/.test(line))).toEqual(
      [],
    );
    expect(stackOutputsSchema.parse(outputs).notebooks).toBeUndefined();
  });
});

describe("an environment without monitoring", () => {
  it("runs nothing of it, and its jobs tell nobody", async () => {
    const light = { ...settings, monitoring: { ...settings.monitoring, enabled: false } };
    const { recording, outputs } = await run("dev", () => dev(light));
    const names = ofType(recording, CONTAINER).map((container) => String(container.inputs["name"]));
    expect(names.filter((name) => /prometheus|alertmanager|pushgateway|exporter/.test(name))).toEqual([]);
    expect(recording.find(CONTAINER, "node-seed-job").inputs["envs"]).not.toContainEqual(
      expect.stringContaining("PUSHGATEWAY_URL"),
    );
    expect(Object.keys(stackOutputsSchema.parse(outputs).services)).not.toContain("prometheus");
  });
});

describe("what alerts are sent through", () => {
  const envsWith = async (receiver: (typeof settings)["monitoring"]["receiver"]) => {
    const told = { ...settings, monitoring: { ...settings.monitoring, receiver } };
    const { recording } = await run("dev", () => dev(told));
    return recording.find(CONTAINER, "monitoring-alertmanager-workload").inputs["envs"];
  };
  beforeAll(() =>
    pulumi.runtime.setAllConfig({
      "trials:alertWebhookUrl": "https://hooks.example/1",
      "trials:alertMailPassword": "letter",
    }),
  );

  it("is a webhook, whose address is a secret", async () => {
    expect(await envsWith({ kind: "webhook" })).toEqual([
      "RECEIVER=webhook",
      "WEBHOOK_URL=https://hooks.example/1",
    ]);
  });

  it("is mail, with a password only for a server that wants a login", async () => {
    const mail = {
      kind: "email",
      to: "a@trials.example",
      from: "b@trials.example",
      server: "mail:25",
    } as const;
    const common = [
      "EMAIL_FROM=b@trials.example",
      "EMAIL_TO=a@trials.example",
      "RECEIVER=email",
      "SMTP_SERVER=mail:25",
    ];
    expect(await envsWith(mail)).toEqual(common);
    expect(await envsWith({ ...mail, user: "b" })).toEqual([
      ...common.slice(0, 3),
      "SMTP_PASSWORD=letter",
      "SMTP_SERVER=mail:25",
      "SMTP_USER=b",
    ]);
  });
});

afterAll(() => pulumi.runtime.setAllConfig({}));
