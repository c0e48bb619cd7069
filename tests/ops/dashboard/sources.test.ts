import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Board } from "../../../ops/dashboard/board.ts";
import type { LogLine, Parts } from "../../../ops/dashboard/parts.ts";
import { startSources } from "../../../ops/dashboard/sources.ts";
import { openStack } from "../../../ops/stack.ts";

const outputs = {
  gatewayUrl: "http://127.0.0.1:8080",
  pythonWeight: 10,
  services: { gateway: { name: "no-such-container", imageId: "sha256:1", ports: {} } },
};
const urn = "urn:pulumi:cloud::trials::pulumi:pulumi:Stack::trials-cloud";
const thing = "urn:pulumi:cloud::trials::test:index:Group::group";
const deployment = {
  manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
  resources: [
    { urn, type: "pulumi:pulumi:Stack", custom: false, outputs },
    { urn: thing, type: "test:index:Group", custom: false, parent: urn },
  ],
};

// What was brought up from this checkout is none of the tests' business.
let state: string;
let board: Board;
let controller: AbortController;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "dashboard-state-"));
  vi.stubEnv("PULUMI_BACKEND_URL", pathToFileURL(state).href);
  board = new Board();
  controller = new AbortController();
});
afterEach(() => {
  controller.abort();
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true });
});

const start = () => startSources({ board, stacks: ["cloud"], engine: "embedded", signal: controller.signal });

/** Waits until a part is posted that is as wanted. */
function posted<Name extends keyof Parts>(part: Name, isWanted: (value: Parts[Name]) => boolean) {
  const { promise, resolve } = Promise.withResolvers<Parts[Name]>();
  const look = () => {
    const value = board.find("cloud", part);
    if (value !== undefined && isWanted(value)) resolve(value);
  };
  const end = board.watch(look);
  look();
  return promise.finally(end);
}

it("tell what is recorded of a stack: its services, its resources, its releases, and no log where no container is", async () => {
  const { stack } = await openStack(
    { positionals: ["cloud"], flags: { engine: "embedded" } },
    () => undefined,
  );
  await stack.importStack({ version: 3, deployment });
  const sources = start();
  expect(await posted("releases", () => true)).toEqual({ releases: [], problems: [] });
  expect(board.find("cloud", "environment")).toMatchObject({
    state: "up",
    pythonWeight: 10,
    services: [{ name: "gateway", workload: "no-such-container" }],
  });
  expect(board.find("cloud", "graph")).toMatchObject({ nodes: [{ urn: thing }] });
  const linesOf = async (service: string, since?: string) => {
    const lines: LogLine[] = [];
    const query = { stack: "cloud", service, signal: controller.signal, ...(since && { since }) };
    for await (const line of sources.logs(query)) lines.push(line);
    return lines;
  };
  expect(await linesOf("gateway", "2026-01-01T00:00:00Z")).toEqual([]);
  expect(await linesOf("nobody")).toEqual([]);
});

it("say why the records of releases cannot be shown where they are in no folder, and that a stack is absent", async () => {
  vi.stubEnv("TRIALS_RELEASES", join(state, "file"));
  writeFileSync(join(state, "file"), "no folder");
  const { stack } = await openStack(
    { positionals: ["cloud"], flags: { engine: "embedded" } },
    () => undefined,
  );
  await stack.importStack({ version: 3, deployment: { ...deployment, resources: [] } });
  start();
  expect(await posted("releases", () => true)).toMatchObject({
    releases: [],
    problems: [expect.stringContaining("ENOTDIR")],
  });
  expect(board.find("cloud", "environment")).toMatchObject({ state: "absent", services: [] });
});

it("say why a state cannot be read", async () => {
  await openStack({ positionals: ["cloud"], flags: { engine: "embedded" } }, () => undefined);
  writeFileSync(join(state, ".pulumi", "stacks", "trials", "cloud.json"), "{");
  start();
  const environment = await posted("environment", () => true);
  expect(environment).toMatchObject({ state: "unreadable", services: [], unfinished: [] });
  expect(environment.problem).toMatch(/cloud\.json: the file is not valid JSON/);
});

it("ask for one preview at a time", async () => {
  const sources = start();
  const running: string[] = [];
  board.watch(({ key, value }) => {
    if (key === "cloud/plan") running.push((value as Parts["plan"]).state);
  });
  sources.preview("cloud");
  sources.preview("cloud");
  await posted("plan", (plan) => plan.state === "failed");
  expect(running).toEqual(["running", "failed"]);
});
