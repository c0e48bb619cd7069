import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { testEnvironment, withDatabase } from "./stores.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

function start(environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [main], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
}

async function lineWith(child: ChildProcess, text: string): Promise<string> {
  let seen = "";
  for await (const chunk of child.stdout ?? []) {
    seen += String(chunk);
    const found = seen.split("\n").find((line) => line.includes(text));
    if (found !== undefined) return found;
  }
  throw new Error(`${JSON.stringify(text)} never came: ${seen}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function measured(port: number, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

describe("the process", () => {
  it("listens, answers, and stops in good order when told to", async () => {
    const metricsPort = await freePort();
    const environment = { ...testEnvironment(), METRICS_PORT: String(metricsPort) };
    const child = start(environment);
    const port = /:(\d+)/.exec((await lineWith(child, "Server listening")).split("http://")[1] ?? "")?.[1];
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(await measured(metricsPort, "/other")).toBe("");
    const told = await measured(metricsPort, "/metrics");
    expect(told).toContain(
      'http_request_duration_seconds_count{method="GET",route="/health/ready",status="200"} 1',
    );
    expect(told).toContain('dependency_up{dependency="mongo"} 1');
    expect(told).toMatch(/^http_requests_in_flight 0$/m);
    expect(told).toMatch(/^service_memory_limit_bytes (\d|\+Inf)/m);
    expect(told).toMatch(/^process_resident_memory_bytes \d+$/m);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    await withDatabase(readConfig(environment), (database) => database.dropDatabase());
  });

  it("tells everything that is wrong with its configuration and exits with 2", async () => {
    const child = start({ PORT: "x" });
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += String(chunk);
    });
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(2);
    expect(said).toContain("PORT is not a port number");
    expect(said).toContain("ADMIN_PASSWORD is not set");
    expect(said).not.toContain("at ");
  });
});
