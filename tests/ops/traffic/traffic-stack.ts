import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import type Docker from "dockerode";
import { testWorkspace } from "../../../engine/tests/automation/test-workspace.ts";
import type { TrafficSite } from "../../../ops/traffic/apply.ts";
import { prepareWorkspace } from "../../../ops/workspace.ts";
import { type CapturedOutput, captureOutput } from "../output.ts";
import { startCounters } from "./counters-container.ts";

/** A program with the outputs of an environment and one resource that depends on what traffic is told. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { RandomPet } = require("@pulumi/random");
const config = new pulumi.Config();
const gateway = config.requireObject("gateway");
const replication = config.get("replication") ?? "off";
const place = config.requireObject("place");
const traffic = { systemOfRecord: gateway.systemOfRecord ?? "node", writes: gateway.writes ?? "open", replication };
new RandomPet("traffic", { keepers: { told: JSON.stringify([gateway, traffic]) } });
const service = { name: place.container, imageId: "sha256:1", ports: {} };
module.exports = {
  environment: place.environment,
  gatewayUrl: place.url,
  pythonWeight: gateway.pythonWeight,
  traffic,
  ...(place.environment === "cloud" && { cloud: { namespace: "trials", documents: { projectId: "1", cluster: "c" }, graph: { instanceId: "" } } }),
  services: Object.fromEntries(
    [place.environment === "cloud" ? "backend-python" : "gateway", "replication", "backend-node-cache", "backend-python-cache", ...(place.compared ? ["parity"] : [])]
      .map((role) => [role, service])),
  administrator: { email: "admin@trials.example", password: pulumi.secret("pa55word-of-admin") },
};`;

/** A stack on the engine whose gateway, comparator, copying and caches are one small container and a server of this process. */
export interface TrafficStack {
  readonly site: TrafficSite;
  readonly output: CapturedOutput;
  readonly container: Docker.Container;
  /** Paths that were asked of the gateway. */
  readonly asked: string[];
  settings(): string;
  /** Rewrites the settings and brings the stack to them. */
  set(change: (text: string) => string): Promise<void>;
  remove(): Promise<void>;
}

export async function trafficStack(): Promise<TrafficStack> {
  const workspace = await testWorkspace();
  const container = await startCounters("none");
  const asked: string[] = [];
  const root = workspace.program(PROGRAM).workDir;
  const local = join(workspace.folder, "local");
  mkdirSync(local);
  const file = join(root, "Pulumi.dev.yaml");
  const settings = () => readFileSync(file, "utf8");
  const server = await startGateway(asked, () => settings().includes("writes: frozen"));
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    file,
    `config:
  local:place:
    container: ${container.id}
    url: http://127.0.0.1:${port}
    environment: dev
    compared: true
  local:gateway:
    pythonWeight: 10
`,
  );
  const prepare = () => prepareWorkspace({ root, local, stack: "dev", env: process.env }).directory;
  const stack = await LocalWorkspace.createStack({ stackName: "dev", workDir: prepare() }, workspace.inline);
  await stack.up();
  const command = stack.workspace.pulumiCommand;
  const engine = { kind: "embedded", command, version: "v3.260.0", description: "" } as const;
  const output = captureOutput();
  const opened = { name: "dev", project: "local", stack, engine, checkout: { root, local } };
  return {
    site: { opened, output },
    output,
    container,
    asked,
    settings,
    async set(change) {
      writeFileSync(file, change(settings()));
      prepare();
      await stack.up();
    },
    async remove() {
      server.close();
      await container.remove({ force: true });
      workspace.remove();
    },
  };
}

/** Ready, and logs everybody in; refuses writes while they are stopped. */
async function startGateway(asked: string[], isFrozen: () => boolean): Promise<Server> {
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const writes = request.method === "POST" && request.url !== "/v1/auth/login";
    if (writes && isFrozen()) response.statusCode = 503;
    response.end(JSON.stringify({ accessToken: "token" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
