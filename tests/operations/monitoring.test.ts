import { readFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type StackOutputs, stackOutputsSchema } from "../../contracts/stack-outputs.ts";
import { Checkout } from "../checkout.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const docker = new Docker();
const PATIENCE = { timeout: 90_000, interval: 1000 };

let services: StackOutputs["services"];

async function ask<T>(service: "prometheus" | "alertmanager", path: string): Promise<T> {
  const response = await fetch(`${services[service]?.url}/api/${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

beforeAll(async () => {
  const { stdout } = await checkout.infra("outputs", "dev", "--json");
  services = stackOutputsSchema.parse(JSON.parse(stdout)).services;
});

describe("the monitoring of an environment", () => {
  it("reaches every target", async () => {
    await vi.waitFor(async () => {
      const { data } = await ask<{
        data: { activeTargets: { labels: { service: string }; health: string }[] };
      }>("prometheus", "v1/targets");
      const health = Object.fromEntries(
        data.activeTargets.map((target) => [target.labels.service, target.health]),
      );
      expect(health).toMatchObject({
        alertmanager: "up",
        "backend-node": "up",
        "backend-node-cache-exporter": "up",
        "backend-python": "up",
        "backend-python-cache-exporter": "up",
        gateway: "up",
        pushgateway: "up",
        "store-exporter": "up",
        "graph-store": "up",
        "backend-node-documents": "up",
        "backend-python-documents": "up",
      });
    }, PATIENCE);
  });

  it("has every metric that rules and dashboards stand on", async () => {
    const { data: names } = await ask<{ data: string[] }>("prometheus", "v1/label/__name__/values");
    const rules = ["recording.yml", "alerts.yml"]
      .map((file) => readFileSync(join(folder, "services/prometheus/rules", file), "utf8"))
      .join("\n");
    // Without the names under which figures are recorded: those are made here.
    const own = rules.replaceAll(/\b[a-z]+:[a-z_0-9:]+/g, "");
    const used =
      own.match(
        /\b(http|haproxy|redis|jvm|document|process|service|dependency|job|parity|data)_[a-z_]+\b/g,
      ) ?? [];
    const missing = [...new Set(used)].filter((name) => !names.includes(name));
    // The comparator and the data snapshots tell of themselves only once they have run.
    expect(missing.filter((name) => !/^(parity|data_snapshot)_/.test(name))).toEqual([]);
  });

  it("knows that the jobs succeeded", async () => {
    const query = encodeURIComponent("job_last_run_success");
    const { data } = await ask<{
      data: { result: { metric: { exported_job: string }; value: [number, string] }[] };
    }>("prometheus", `v1/query?query=${query}`);
    expect(
      Object.fromEntries(data.result.map(({ metric, value }) => [metric.exported_job, value[1]])),
    ).toEqual({
      "backend-node-seed": "1",
      "backend-python-seed": "1",
    });
  });

  it("tells of a store that does not answer, and that it answers again", async () => {
    const cache = docker.getContainer(services["backend-python-cache"]?.name ?? "");
    const firing = async () => {
      const alerts = await ask<
        { labels: { alertname: string; service: string }; status: { state: string } }[]
      >("alertmanager", "v2/alerts");
      return alerts.map(({ labels }) => `${labels.alertname} ${labels.service}`);
    };
    await cache.stop({ t: 0 });
    try {
      await vi.waitFor(
        async () => expect(await firing()).toContain("DependencyDown backend-python"),
        PATIENCE,
      );
    } finally {
      await cache.start();
    }
    await vi.waitFor(async () => {
      const { State } = await cache.inspect();
      expect(State.Health?.Status).toBe("healthy");
    }, PATIENCE);
  });
});

describe("./infra logs", () => {
  it("reads one service, several with a prefix, all as JSON", async () => {
    const one = await checkout.infra("logs", "gateway", "--tail", "5");
    expect(one.code).toBe(0);
    expect(one.stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(5);
    const two = await checkout.infra("logs", "dev", "backend-node-seed", "backend-python-seed");
    expect(two.stdout).toMatch(/^backend-node-seed {3}\| seed: /m);
    expect(two.stdout).toMatch(/^backend-python-seed \| seed: done/m);
    const all = await checkout.infra("logs", "dev", "--tail", "1", "--json");
    const lines = all.stdout.trimEnd().split("\n");
    const told = lines.map((line) => (JSON.parse(line) as { service: string }).service);
    expect(told).toEqual(expect.arrayContaining(["gateway", "prometheus", "graph-store"]));
  });

  it("names the services where one is asked for that is not there", async () => {
    const ran = await checkout.infra("logs", "dev", "nowhere");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("dev has no service called nowhere");
    expect(ran.stderr).toContain("gateway");
  });
});
