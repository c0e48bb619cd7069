import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bootstrap, ensureDocker, findDockerProblem } from "../../../ops/bootstrap/docker.ts";
import type { Progress } from "../../../ops/bootstrap/progress.ts";
import { type FakeDocker, fakeDocker } from "./fake-docker.ts";
import { commandFailure, type FakeMachine, type FakeMachineOptions, fakeMachine } from "./fake-machine.ts";

let fake: FakeDocker;
let progress: Progress[];
beforeEach(() => {
  fake = fakeDocker();
  progress = [];
});
afterEach(() => fake.stop());

function bootstrapOn(options: FakeMachineOptions = {}): Bootstrap & { machine: FakeMachine } {
  return {
    machine: fakeMachine(options),
    docker: fake.docker,
    local: "/checkout/.infra",
    report: (message) => progress.push(message),
  };
}

describe("ensureDocker", () => {
  it("uses an engine that answers and touches nothing", async () => {
    await fake.start();
    const bootstrap = bootstrapOn();
    const ensured = await ensureDocker(bootstrap);
    expect(ensured).toMatchObject({ phase: "docker", unchanged: true, detail: "Docker Engine 27.0" });
    expect(bootstrap.machine.ran).toEqual([]);
    expect(progress).toEqual([]);
  });

  it("installs and starts an engine on a bare Debian machine", async () => {
    const bootstrap = bootstrapOn();
    bootstrap.machine.onRun = (line, { onLine }) => {
      if (line.startsWith("apt-get install")) onLine?.("Unpacking docker.io");
    };
    bootstrap.machine.onDaemon = () => {
      void fake.start();
      return { ended: false, log: "" };
    };
    const ensured = await ensureDocker(bootstrap);
    expect(ensured).toMatchObject({ unchanged: false, detail: "Docker Engine 27.0 is running" });
    expect(bootstrap.machine.ran.at(-1)).toMatch(/docker\.io iptables$/);
    expect(bootstrap.machine.daemons).toEqual(["dockerd"]);
    expect(progress.filter(({ kind }) => kind === "headline").map(({ message }) => message)).toEqual([
      "installing docker.io, iptables from the distribution's packages",
      "starting Docker Engine",
      "Docker Engine 27.0 is running",
    ]);
    expect(progress.map(({ message }) => message)).toContain("Unpacking docker.io");
  });

  it("starts an engine that is installed, by systemd where there is systemd", async () => {
    const bootstrap = bootstrapOn({ files: { "/run/systemd/system": "" } });
    bootstrap.machine.programs.add("dockerd");
    bootstrap.machine.onRun = (line) => {
      if (line === "systemctl enable --now docker") void fake.start();
    };
    await ensureDocker(bootstrap);
    expect(bootstrap.machine.ran).toEqual(["systemctl enable --now docker"]);
    expect(bootstrap.machine.daemons).toEqual([]);
  });

  it("waits for an engine that the package's own script has started", async () => {
    const bootstrap = bootstrapOn({ files: { "/var/run/docker.pid": "812\n", "/proc/812": "" } });
    bootstrap.machine.programs.add("dockerd");
    void Promise.resolve().then(() => fake.start());
    await ensureDocker(bootstrap);
    expect(bootstrap.machine.daemons).toEqual([]);
  });

  it("says what the log says when the engine does not start", async () => {
    const bootstrap = bootstrapOn({ files: { "/var/run/docker.pid": "812\n" } });
    bootstrap.machine.programs.add("dockerd");
    bootstrap.machine.onDaemon = () => ({ ended: true, log: "failed to mount overlay" });
    await expect(ensureDocker(bootstrap)).rejects.toMatchObject({
      code: "docker-not-started",
      message: expect.stringContaining("failed to mount overlay"),
    });
  });

  it("stops waiting when it is interrupted", async () => {
    const bootstrap = { ...bootstrapOn(), signal: AbortSignal.abort(new Error("interrupted")) };
    bootstrap.machine.programs.add("dockerd");
    await expect(ensureDocker(bootstrap)).rejects.toThrow("interrupted");
  });

  it("names the packages and apt's last lines when they cannot be installed", async () => {
    const bootstrap = { ...bootstrapOn(), signal: new AbortController().signal };
    bootstrap.machine.onRun = (line) => {
      if (line.startsWith("apt-get")) throw commandFailure("E: Unable to locate package docker.io");
    };
    await expect(ensureDocker(bootstrap)).rejects.toMatchObject({
      code: "packages",
      message: expect.stringContaining("Unable to locate package docker.io"),
      help: "apt-get update && apt-get install docker.io iptables",
    });
    bootstrap.machine.onRun = () => {
      throw new Error("no dpkg");
    };
    await expect(ensureDocker(bootstrap)).rejects.toThrow("no dpkg");
  });

  it.each([
    [
      "an engine that DOCKER_HOST names",
      { env: { DOCKER_HOST: "tcp://elsewhere:2375" } },
      "docker-unreachable",
    ],
    ["a machine where it is not root", { isRoot: false }, "docker-missing"],
    ["another distribution", { os: "ID=fedora" }, "docker-missing"],
  ])("leaves %s alone and says what to do", async (_name, options, code) => {
    const bootstrap = bootstrapOn(options);
    await expect(ensureDocker(bootstrap)).rejects.toMatchObject({ code, help: expect.any(String) });
    expect(bootstrap.machine.ran).toEqual([]);
  });

  it("tells a user who may not use the socket how to be allowed", async () => {
    const bootstrap = bootstrapOn();
    const forbidden = Object.assign(new Error("connect EACCES"), { code: "EACCES" });
    const docker = { ping: () => Promise.reject(forbidden) } as unknown as Bootstrap["docker"];
    await expect(ensureDocker({ ...bootstrap, docker })).rejects.toMatchObject({ code: "docker-forbidden" });
  });
});

describe("findDockerProblem", () => {
  it("gives what stands in the way, whatever was thrown", async () => {
    const thrown = { ping: () => Promise.reject("odd") } as unknown as Bootstrap["docker"];
    expect(await findDockerProblem(thrown)).toEqual(new Error("odd"));
  });

  it("takes an engine that says nothing for one that does not answer", async () => {
    const silent = { ping: () => new Promise(() => undefined) } as unknown as Bootstrap["docker"];
    expect((await findDockerProblem(silent, 20))?.message).toBe("no answer within 0.02 s");
  });
});
