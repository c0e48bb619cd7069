import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { StackOutputs } from "../../../contracts/stack-outputs.ts";
import { awaitHealth, checkHealth, judgeHealth } from "../../../ops/health/check-health.ts";
import { containerHealth, judgeContainer } from "../../../ops/health/docker-health.ts";
import { gatewayHealth } from "../../../ops/health/gateway-health.ts";
import { judgeWorkload, workloadsHealth } from "../../../ops/health/kubernetes-health.ts";
import { renderHealth } from "../../../ops/report/health.ts";

let server: Server;
let url: string;
let status = 200;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === "/health/ready" ? status : 404;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

describe("a container", () => {
  const running = { Running: true, Status: "running", ExitCode: 0 };

  it("is what its health check says, else whether it runs", () => {
    expect(judgeContainer({ ...running, Health: { Status: "healthy" } }).state).toBe("up");
    expect(judgeContainer({ ...running, Health: { Status: "unhealthy" } }).state).toBe("down");
    expect(judgeContainer({ ...running, Health: { Status: "starting" } }).state).toBe("unknown");
    expect(judgeContainer(running)).toEqual({
      state: "up",
      reason: "container runs; it has no health check",
    });
    expect(judgeContainer({ Running: false, Status: "exited", ExitCode: 137 })).toEqual({
      state: "down",
      reason: "container exited (exit code 137)",
    });
    const restarting = { Running: true, Restarting: true, Status: "restarting", ExitCode: 4 };
    expect(judgeContainer({ ...restarting, Health: { Status: "starting" } })).toEqual({
      state: "down",
      reason: "container keeps ending (exit code 4)",
    });
  });

  it("is down where there is none, and unknown where Docker does not answer", async () => {
    expect(await containerHealth("no-such-container-of-trials")).toEqual({
      state: "down",
      reason: "there is no container no-such-container-of-trials",
    });
    const away = new Docker({ socketPath: "/nowhere/docker.sock" });
    expect((await containerHealth("any", away)).state).toBe("unknown");
  });
});

describe("a gateway", () => {
  it("is up when it says that it is ready", async () => {
    status = 200;
    expect(await gatewayHealth(url)).toEqual({ state: "up", reason: `${url}/health/ready answers 200` });
    status = 503;
    expect(await gatewayHealth(`${url}/`)).toEqual({
      state: "down",
      reason: `${url}/health/ready answers 503`,
    });
    expect((await gatewayHealth("http://127.0.0.1:1")).reason).toContain("does not answer");
  });
});

describe("a workload", () => {
  const workload = (ready: number, updated = ready) => ({
    metadata: { name: "backend" },
    spec: { replicas: 2 },
    status: { readyReplicas: ready, updatedReplicas: updated },
  });

  it("is up when all its pods are ready and new", () => {
    expect(judgeWorkload("backend", workload(2))).toEqual({ state: "up", reason: "2 of 2 pods are ready" });
    expect(judgeWorkload("backend", workload(2, 1)).state).toBe("down");
    expect(judgeWorkload("backend", { metadata: {} }).reason).toBe("0 of 1 pods are ready");
    expect(judgeWorkload("backend", undefined).reason).toBe("there is no workload backend");
  });

  it("is found by its name; all are unknown where the cluster does not answer", async () => {
    const services = { python: { name: "backend" } };
    const cluster = { list: async (_: string, kind: string) => (kind === "Deployment" ? [workload(2)] : []) };
    expect(await workloadsHealth(services, async () => cluster, "trials")).toMatchObject({
      python: { state: "up" },
    });
    const away = async () => {
      throw new Error("no route");
    };
    expect(await workloadsHealth(services, away, "trials")).toEqual({
      python: { state: "unknown", reason: "the cluster does not answer: no route" },
    });
  });
});

describe("the verdict", () => {
  const service = (state: "up" | "down" | "unknown") => ({ state, reason: state });

  it("is unhealthy with one that is down, unknown with one that cannot be asked or none", () => {
    expect(judgeHealth({ a: service("up") }).verdict).toBe("healthy");
    expect(judgeHealth({ a: service("unknown"), b: service("down") }).verdict).toBe("unhealthy");
    expect(judgeHealth({ a: service("up"), b: service("unknown") }).verdict).toBe("unknown");
    expect(judgeHealth({}).verdict).toBe("unknown");
  });

  it("says which are not well, and why", () => {
    expect(renderHealth(judgeHealth({ a: service("up") }))).toBe("healthy (1 services)");
    expect(renderHealth(judgeHealth({ a: service("up"), b: service("down") }))).toBe(
      "unhealthy: b down (down)",
    );
    expect(renderHealth(judgeHealth({}))).toBe("unknown");
  });

  const outputsOf = (name: string): StackOutputs => ({
    environment: "dev",
    gatewayUrl: url,
    pythonWeight: 0,
    services: { cache: { name, imageId: "sha256:1", ports: {} } },
    administrator: { email: "a@b.c", password: "[secret]" },
  });

  it("is not waited for where a container ends again and again", async () => {
    const name = `health-test-${randomBytes(4).toString("hex")}`;
    const HostConfig = { NetworkMode: "none", RestartPolicy: { Name: "always" } };
    const docker = new Docker();
    const container = await docker.createContainer({
      name,
      Image: "debian:trixie-slim",
      Cmd: ["bash", "-c", "exit 7"],
      Healthcheck: { Test: ["CMD", "true"], Interval: 3600e9 },
      HostConfig,
    });
    onTestFinished(() => container.remove({ force: true }));
    await container.start();
    const begun = performance.now();
    const { services } = await awaitHealth({ outputs: outputsOf(name) }, { milliseconds: 45_000 });
    expect(services["cache"]?.state).toBe("down");
    expect(performance.now() - begun).toBeLessThan(40_000);
  });

  it("is waited for, but not for ever", async () => {
    const outputs = outputsOf("no-such-container-of-trials");
    expect((await awaitHealth({ outputs }, { milliseconds: 600 })).verdict).toBe("unhealthy");
    const cloud = {
      namespace: "trials",
      documents: { projectId: "p", cluster: "c" },
      graph: { instanceId: "" },
    };
    const cluster = { kubeconfig: "/nowhere" };
    expect((await checkHealth({ outputs: { ...outputs, cloud }, cluster })).verdict).toBe("unknown");
  });
});
