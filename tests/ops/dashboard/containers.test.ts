import { randomBytes } from "node:crypto";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BASE_IMAGE } from "../../../ops/bootstrap/base-image.ts";
import type { HealthPart, LogLine } from "../../../ops/dashboard/parts.ts";
import { followLogs } from "../../../ops/dashboard/sources/container-logs.ts";
import { healthOf, watchContainers } from "../../../ops/dashboard/sources/containers.ts";

const docker = new Docker();
const name = { project: `dashboard-${randomBytes(4).toString("hex")}`, stack: "dev" };
const service = "talker";
const workload = `${name.project}-dev-talker`;
let container: Docker.Container;

beforeAll(async () => {
  container = await docker.createContainer({
    name: workload,
    Image: BASE_IMAGE,
    Labels: { "trials.project": name.project, "trials.stack": name.stack },
    Cmd: ["sh", "-c", "echo one; echo mongodb://node:letmein@store >&2; read line; echo $line; sleep 60"],
    OpenStdin: true,
    HostConfig: { NetworkMode: "none" },
  });
  await container.start();
});
afterAll(() => container.remove({ force: true }));

describe("watchContainers", () => {
  it("tells how containers do, and what happens to them as it happens", async () => {
    const controller = new AbortController();
    const told: HealthPart[] = [];
    let next = Promise.withResolvers<void>();
    const watching = watchContainers(
      docker,
      name,
      (health) => {
        told.push(health);
        next.resolve();
      },
      controller.signal,
    );
    const until = async (health: string) => {
      while (told.at(-1)?.workloads[workload]?.health !== health) {
        next = Promise.withResolvers();
        await next.promise;
      }
    };
    await until("running");
    await container.kill();
    const killed = performance.now();
    await until("stopped");
    expect(performance.now() - killed).toBeLessThan(1_000);
    await container.start();
    await until("running");
    controller.abort();
    await watching;
  });

  it("says so where Docker does not answer, and tries again", async () => {
    const controller = new AbortController();
    const told: HealthPart[] = [];
    const away = new Docker({ socketPath: "/nowhere/docker.sock" });
    const { promise, resolve } = Promise.withResolvers<void>();
    const post = (health: HealthPart) => {
      told.push(health);
      if (told.length === 2) resolve();
    };
    const watching = watchContainers(away, name, post, controller.signal);
    await promise;
    controller.abort();
    await watching;
    expect(told[0]?.problem).toMatch(/^Docker does not answer: .*ENOENT/);
  });
});

describe("healthOf", () => {
  it.each([
    ["exited", "Exited (0) 2 hours ago", "stopped"],
    ["running", "Up 2 hours", "running"],
    ["running", "Up 2 hours (healthy)", "healthy"],
    ["running", "Up 2 seconds (health: starting)", "starting"],
    ["running", "Up 2 hours (unhealthy)", "unhealthy"],
  ])("says of %s, %s: %s", (state, status, health) => {
    expect(healthOf(state, status)).toBe(health);
  });
});

describe("followLogs", () => {
  it("gives the lines of both outputs without logins, then new ones as they come", async () => {
    const controller = new AbortController();
    const lines: LogLine[] = [];
    for await (const line of followLogs(docker, name, { service, workload, signal: controller.signal })) {
      lines.push(line);
      if (lines.length === 4) break;
      if (lines.length === 3) await type("three");
    }
    controller.abort();
    const texts = lines.map(({ text }) => text);
    // It was started twice above.
    expect(texts.filter((text) => text === "one").length).toBeGreaterThanOrEqual(1);
    expect(texts).toContain("mongodb://[secret]@store");
    expect(texts.join()).not.toContain("letmein");
    expect(lines.every(({ at }) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at))).toBe(true);
  });

  it("goes on after the last line that is known", async () => {
    const controller = new AbortController();
    const [first] = await take(2, followLogs(docker, name, { service, workload, signal: controller.signal }));
    const since = first?.at ?? "";
    const request = { service, workload, since, signal: controller.signal };
    const [next] = await take(1, followLogs(docker, name, request));
    controller.abort();
    expect(next?.at.localeCompare(since)).toBe(1);
  });

  it("has nothing of a container that is not the stack's", async () => {
    const signal = new AbortController().signal;
    const other = { project: "another", stack: "dev" };
    expect(await take(1, followLogs(docker, other, { service, workload, signal }))).toEqual([]);
  });
});

async function take(count: number, lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const taken: LogLine[] = [];
  for await (const line of lines) {
    taken.push(line);
    if (taken.length === count) break;
  }
  return taken;
}

async function type(line: string): Promise<void> {
  const stream = await container.attach({ stream: true, stdin: true, hijack: true });
  stream.write(`${line}\n`);
  stream.end();
}
