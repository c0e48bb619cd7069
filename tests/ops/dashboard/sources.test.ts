import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Board } from "../../../ops/dashboard/board.ts";
import type { LogLine, Parts } from "../../../ops/dashboard/parts.ts";
import { startSources } from "../../../ops/dashboard/sources.ts";
import { type SmallCheckout, smallCheckout } from "../small-checkout.ts";
import { SmallCluster } from "./small-cluster.ts";

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
new pulumi.ComponentResource("test:index:Group", "group");
exports.gatewayUrl = "http://127.0.0.1:8080";
exports.pythonWeight = 10;
exports.services = { gateway: { name: "no-such-container", imageId: "sha256:1", ports: {} } };
`;

let small: SmallCheckout;
let board: Board;
let controller: AbortController;
beforeEach(() => {
  small = smallCheckout(PROGRAM);
  board = new Board();
  controller = new AbortController();
});
afterEach(() => {
  controller.abort();
  vi.unstubAllEnvs();
  small.remove();
});

function start() {
  const { checkout } = small;
  return startSources({ board, stacks: ["dev"], engine: "embedded", checkout, signal: controller.signal });
}

/** Waits until a part is posted that is as wanted. */
function posted<Name extends keyof Parts>(part: Name, isWanted: (value: Parts[Name]) => boolean) {
  const { promise, resolve } = Promise.withResolvers<Parts[Name]>();
  const look = () => {
    const value = board.find("dev", part);
    if (value !== undefined && isWanted(value)) resolve(value);
  };
  const end = board.watch(look);
  look();
  return promise.finally(end);
}

describe("the sources of the dashboard", () => {
  it("tell what is recorded of a stack, what an update would do, and no lines where no container is", async () => {
    const { stack } = await small.open();
    await stack.up();
    const sources = start();
    expect(await posted("releases", () => true)).toEqual({ releases: [], problems: [] });
    expect(board.find("dev", "environment")).toMatchObject({
      state: "up",
      pythonWeight: 10,
      services: [{ name: "gateway", workload: "no-such-container" }],
    });
    expect(board.find("dev", "graph")).toMatchObject({ nodes: [{ name: "group" }] });
    expect(await posted("metrics", () => true)).toMatchObject({ charts: [] });
    const linesOf = async (service: string, since?: string) => {
      const lines: LogLine[] = [];
      const query = { stack: "dev", service, signal: controller.signal, ...(since && { since }) };
      for await (const line of sources.logs(query)) lines.push(line);
      return lines;
    };
    expect(await linesOf("gateway", "2026-01-01T00:00:00Z")).toEqual([]);
    expect(await linesOf("gateway")).toEqual([]);
    expect(await linesOf("nobody")).toEqual([]);
    small.write(PROGRAM.replace('"group"', '"another"'));
    sources.preview("dev");
    const plan = await posted("plan", ({ state }) => state !== "none" && state !== "running");
    expect(plan).toMatchObject({
      state: "done",
      changes: expect.arrayContaining([expect.objectContaining({ op: "create" })]),
      summary: expect.stringContaining("1 to create"),
    });
  });

  it("watch the cluster of a cloud stack, and read its pods", async () => {
    const cluster = new SmallCluster((_, response) => response.end("2026-01-01T00:00:00Z from a pod\n"));
    await cluster.start();
    try {
      const kubernetes = JSON.stringify({ kubeconfig: cluster.kubeconfigText });
      small.configure({ "local:kubernetes": kubernetes });
      const cloud = {
        namespace: cluster.namespace,
        documents: { projectId: "64f", cluster: "trials" },
        graph: { instanceId: "" },
      };
      small.write(
        PROGRAM.replace("gateway: {", "api: {").replace("no-such-container", "api") +
          `exports.cloud = ${JSON.stringify(cloud)};`,
      );
      await (await small.open()).stack.up();
      cluster.put({
        metadata: { name: "api" },
        spec: { replicas: 1 },
        status: { readyReplicas: 1, updatedReplicas: 1 },
      });
      const sources = start();
      expect(await posted("health", ({ workloads }) => "api" in workloads)).toEqual({
        workloads: { api: { health: "healthy", detail: "1 of 1 pods are ready" } },
      });
      const texts: string[] = [];
      const query = { stack: "dev", service: "api", signal: controller.signal };
      for await (const { text } of sources.logs(query)) texts.push(text);
      expect(texts).toEqual(["from a pod", "from a pod"]);
      controller.abort();
    } finally {
      await cluster.stop();
    }
  });

  it("say why the records of releases cannot be shown, and that a stack without outputs is absent", async () => {
    writeFileSync(join(small.checkout.root, "records"), "no folder");
    vi.stubEnv("TRIALS_RELEASES", join(small.checkout.root, "records"));
    await small.open();
    start();
    expect(await posted("releases", () => true)).toMatchObject({
      releases: [],
      problems: [expect.stringContaining("ENOTDIR")],
    });
    expect(board.find("dev", "environment")).toMatchObject({ state: "absent", services: [] });
  });

  it("say what the engine said where a state cannot be read", async () => {
    await small.open();
    writeFileSync(join(small.checkout.local, "state", ".pulumi", "stacks", "local", "dev.json"), "{");
    start();
    const environment = await posted("environment", () => true);
    expect(environment).toMatchObject({ state: "unreadable", services: [], unfinished: [] });
    expect(environment.problem).toMatch(/dev\.json: the file is not valid JSON/);
  });

  it("ask for one preview at a time", async () => {
    const sources = start();
    const states: string[] = [];
    board.watch(({ key, value }) => {
      if (key === "dev/plan") states.push((value as Parts["plan"]).state);
    });
    sources.preview("dev");
    sources.preview("dev");
    expect(await posted("plan", ({ state }) => state === "failed")).toMatchObject({
      error: "dev was never brought up: ./infra preview dev",
    });
    expect(states).toEqual(["running", "failed"]);
  });
});
