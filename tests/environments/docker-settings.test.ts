import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stackOutputsSchema } from "../../contracts/stack-outputs.ts";
import { dev } from "../../src/environments/dev.ts";
import { recordRegistrations, settled } from "../registrations.ts";
import { CONTAINER, NETWORK, ofType, run, settings } from "./recorded-environment.ts";

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

describe("the range of the networks", () => {
  const ranges = async (stack: string, networkRange?: string) => {
    const { recording } = await run(stack, () => dev({ ...settings, networkRange }));
    return ofType(recording, NETWORK).map(({ inputs }) => inputs["ipamConfigs"]);
  };

  it("is left to Docker where none is set", async () => {
    expect(new Set(await ranges("dev"))).toEqual(new Set([undefined]));
  });

  it("gives each network a part of its own, with the bridge at its first address", async () => {
    const parts = (await ranges("dev", "10.90.16.0/20")).flat() as { subnet: string; gateway: string }[];
    const places = parts.map(({ subnet }) => subnet).sort();
    expect(places).toEqual(Array.from({ length: 9 }, (_, place) => `10.90.${16 + place}.0/24`));
    for (const { subnet, gateway } of parts) expect(gateway).toBe(subnet.replace(".0/24", ".1"));
    expect(await ranges("dev", "172.16.0.0/23")).toContainEqual([
      { subnet: "172.16.1.0/27", gateway: "172.16.1.1" },
    ]);
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
