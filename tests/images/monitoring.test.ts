import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildImage, createNetwork, type RunningContainer, removeAll, runContainer } from "./docker.ts";

const services = join(import.meta.dirname, "..", "..", "services");
const images: { [service: string]: string } = {};
const containers: RunningContainer[] = [];
let network: string;

type Options = Omit<Parameters<typeof runContainer>[0], "image">;

async function start(service: string, options: Options): Promise<RunningContainer> {
  const container = await runContainer({ image: images[service] ?? "", network, ...options });
  containers.push(container);
  return container;
}

beforeAll(async () => {
  for (const service of [
    "prometheus",
    "alertmanager",
    "pushgateway",
    "cache-exporter",
    "cache",
    "store-exporter",
    "document-store",
  ]) {
    images[service] = await buildImage(service);
  }
  network = await createNetwork();
});
afterAll(() => removeAll({ containers, network }));

describe("the rules", () => {
  it.each([
    ["fire when they should, and not before", ["test", "rules", "/work/tests/alerts.yml"]],
    [
      "are written as Prometheus wants them",
      ["check", "rules", "/work/rules/alerts.yml", "/work/rules/kubernetes.yml"],
    ],
  ])("%s", async (_, words) => {
    const volume = join(services, "prometheus");
    const command = ["promtool", ...words];
    const promtool = await start("prometheus", { command, volume, volumePath: "/work" });
    const code = await promtool.ended();
    expect(await promtool.logs()).toContain("SUCCESS");
    expect(code).toBe(0);
  });
});

describe("prometheus", () => {
  const targets = [{ targets: ["127.0.0.1:9090"], labels: { service: "itself" } }];

  it("scrapes what it is told to, and judges it", async () => {
    const environment = { TARGETS: JSON.stringify(targets), ALERTMANAGER: "alertmanager:9093" };
    const prometheus = await start("prometheus", { environment, publish: 9090 });
    await prometheus.healthy();
    const url = `http://127.0.0.1:${await prometheus.port()}`;
    const rules = (await (await fetch(`${url}/api/v1/rules`)).json()) as { data: { groups: object[] } };
    expect(rules.data.groups.length).toBe(4);
    await vi.waitFor(async () => {
      const found = (await (await fetch(`${url}/api/v1/targets`)).json()) as {
        data: { activeTargets: { labels: object }[] };
      };
      expect(found.data.activeTargets).toMatchObject([{ labels: { service: "itself" } }]);
    }, 20_000);
  });

  it.each([
    [{}, "set TARGETS"],
    [{ TARGETS: "nothing" }, "FAILED"],
    [{ TARGETS: "[]", RETENTION: "long;" }, "set RETENTION to a time such as 7d"],
    [{ TARGETS: "[]", ALERTMANAGER: "x" }, "set ALERTMANAGER to host:port or leave it out"],
  ])("refuses %j", async (environment, message) => {
    const prometheus = await start("prometheus", { environment });
    expect(await prometheus.ended()).toBe(64);
    expect(await prometheus.logs()).toContain(message);
  });
});

describe("alertmanager", () => {
  it.each([
    {},
    { RECEIVER: "webhook", WEBHOOK_URL: "https://hooks.example/secret-path" },
    {
      RECEIVER: "email",
      EMAIL_TO: "a@trials.example",
      EMAIL_FROM: "b@trials.example",
      SMTP_SERVER: "mail.example:25",
      SMTP_USER: "b",
      SMTP_PASSWORD_FILE: "/etc/hostname",
    },
  ])("starts with the receiver of %j, whose secret is not in its configuration", async (environment) => {
    const alertmanager = await start("alertmanager", { environment, publish: 9093 });
    await alertmanager.healthy();
    const status = await fetch(`http://127.0.0.1:${await alertmanager.port()}/api/v2/status`);
    expect(await status.text()).not.toContain("secret-path");
  });

  it.each([
    [{ RECEIVER: "pigeon" }, "set RECEIVER to none, webhook or email"],
    [{ RECEIVER: "webhook" }, "set WEBHOOK_URL, or WEBHOOK_URL_FILE"],
    [{ RECEIVER: "email", EMAIL_TO: "a b" }, "set EMAIL_TO"],
  ])("refuses %j", async (environment, message) => {
    const alertmanager = await start("alertmanager", { environment });
    expect(await alertmanager.ended()).toBe(64);
    expect(await alertmanager.logs()).toContain(message);
  });
});

describe("the push gateway", () => {
  it("keeps what it is given", async () => {
    const gateway = await start("pushgateway", { publish: 9091 });
    await gateway.healthy();
    const url = `http://127.0.0.1:${await gateway.port()}/metrics`;
    const body = "job_last_run_success 0\n";
    expect((await fetch(`${url}/job/a-job`, { method: "POST", body })).status).toBe(200);
    expect(await (await fetch(url)).text()).toMatch(/^job_last_run_success\{[^}]*job="a-job"\} 0$/m);
  });
});

describe("the cache exporter", () => {
  it("tells of the cache whose password it has", async () => {
    await (await start("cache", { environment: { CACHE_PASSWORD: "word" }, alias: "cache" })).healthy();
    const environment = { CACHE_ADDRESS: "cache:6379", CACHE_PASSWORD: "word" };
    const exporter = await start("cache-exporter", { environment, publish: 9121 });
    await exporter.healthy();
    const told = await (await fetch(`http://127.0.0.1:${await exporter.port()}/metrics`)).text();
    expect(told).toMatch(/^redis_up 1$/m);
    expect(told).toMatch(/^redis_memory_max_bytes \d/m);
    expect(told).not.toContain('word"');
  });

  it.each([
    [{ CACHE_PASSWORD: "word" }, "set CACHE_ADDRESS to host:port"],
    [{ CACHE_ADDRESS: "cache:6379" }, "set CACHE_PASSWORD"],
  ])("refuses %j", async (environment, message) => {
    const exporter = await start("cache-exporter", { environment });
    expect(await exporter.ended()).toBe(64);
    expect(await exporter.logs()).toContain(message);
  });
});

describe("the store exporter", () => {
  it("hands on what each store tells, and says so of one that does not answer", async () => {
    await (await start("document-store", { alias: "a-store", memory: 384 })).healthy();
    const STORES = "a-store=a-store:9404 away=nowhere:9404";
    const exporter = await start("store-exporter", { environment: { STORES }, publish: 9999 });
    await exporter.healthy();
    const url = `http://127.0.0.1:${await exporter.port()}`;
    // As Prometheus asks.
    const headers = { accept: "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5" };
    const ask = (module: string) => fetch(`${url}/proxy?module=${module}`, { headers });
    const told = await ask("a-store");
    expect(told.headers.get("content-type")).toContain("openmetrics");
    expect(await told.text()).toMatch(/^document_store_file_bytes [1-9]/m);
    expect((await ask("away")).ok).toBe(false);
    expect((await ask("unknown")).ok).toBe(false);
  });

  it.each([
    [{}, "set STORES"],
    [{ STORES: "a-store" }, "'a-store' is not name=host:port"],
  ])("refuses %j", async (environment, message) => {
    const exporter = await start("store-exporter", { environment });
    expect(await exporter.ended()).toBe(64);
    expect(await exporter.logs()).toContain(message);
  });
});
