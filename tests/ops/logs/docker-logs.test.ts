import Docker from "dockerode";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { dockerLogs } from "../../../ops/logs/docker-logs.ts";
import type { LogLine } from "../../../ops/logs/line.ts";

const docker = new Docker();
const owner = { project: `logs-test-${process.pid}`, stack: "dev" };
const source = dockerLogs(docker, owner);
const containers: Docker.Container[] = [];

async function write(role: string, script: string): Promise<void> {
  const container = await docker.createContainer({
    Image: "debian:trixie-slim",
    Cmd: ["sh", "-c", script],
    Labels: { "trials.project": owner.project, "trials.stack": owner.stack, "trials.role": role },
    HostConfig: { NetworkMode: "none" },
  });
  containers.push(container);
  await container.start();
}

async function read(service: string, tail?: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const signal = new AbortController().signal;
  await source.read(service, { follow: false, since: 3600, tail, signal }, (line) => lines.push(line));
  return lines;
}

beforeAll(async () => {
  await write("job", "echo one; echo two >&2; echo three");
  await write("service", "echo up; exec sleep 60");
  await Promise.all([containers[0]?.wait()]);
});
afterAll(() => Promise.all(containers.map((container) => container.remove({ force: true }))));

it("finds the services and jobs of a stack", async () => {
  expect(await source.services()).toEqual(["job", "service"]);
  expect(await dockerLogs(docker, { ...owner, stack: "test" }).services()).toEqual([]);
});

it("reads both outputs of a container that has ended, whole or the last lines", async () => {
  const lines = await read("job");
  expect(lines.map(({ text }) => text).sort()).toEqual(["one", "three", "two"]);
  expect(lines[0]).toMatchObject({ service: "job", time: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect(await read("job", 1)).toHaveLength(1);
  expect(await read("nowhere")).toEqual([]);
});

it("follows until it is told to stop", async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const reading = source.read("service", { follow: true, signal: stop.signal }, ({ text }) =>
    lines.push(text),
  );
  await vi.waitFor(() => expect(lines).toEqual(["up"]), 10_000);
  stop.abort();
  await reading;
});

it("ends where it is told to stop before the log is open", async () => {
  const stop = new AbortController();
  const reading = source.read("service", { follow: true, signal: stop.signal }, () => undefined);
  stop.abort();
  await reading;
});
