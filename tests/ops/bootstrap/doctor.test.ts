import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Check, DoctorContext } from "../../../ops/bootstrap/doctor/check.ts";
import { failed, ok, warning } from "../../../ops/bootstrap/doctor/check.ts";
import { allChecks } from "../../../ops/bootstrap/doctor/checks.ts";
import {
  baseImageCheck,
  buildkitCheck,
  buildSettingsCheck,
  dockerCheck,
} from "../../../ops/bootstrap/doctor/docker.ts";
import { engineCheck, passphraseCheck } from "../../../ops/bootstrap/doctor/engine.ts";
import { portMend, portsCheck } from "../../../ops/bootstrap/doctor/ports.ts";
import { diskCheck, memoryCheck } from "../../../ops/bootstrap/doctor/room.ts";
import { goCheck, nodeCheck, packagesCheck, pythonCheck } from "../../../ops/bootstrap/doctor/toolchain.ts";
import { doctorVerb, examine, renderDiagnoses } from "../../../ops/doctor.ts";
import { thisCheckout } from "../../../ops/paths.ts";
import { captureOutput } from "../output.ts";
import { type FakeDocker, fakeDocker } from "./fake-docker.ts";
import { commandFailure, type FakeMachine, type FakeMachineOptions, fakeMachine } from "./fake-machine.ts";

let fake: FakeDocker;
let local: string;
beforeEach(() => {
  fake = fakeDocker();
  local = mkdtempSync(join(tmpdir(), "doctor-"));
});
afterEach(() => fake.stop());

function contextOn(options: FakeMachineOptions = {}): DoctorContext & { machine: FakeMachine } {
  return {
    machine: fakeMachine(options),
    docker: fake.docker,
    local,
    root: "/checkout",
    nodeVersion: "24.21.0",
    report: () => undefined,
  };
}

describe("the checks of the toolchain", () => {
  it("want Node of the pinned major version", async () => {
    const context = contextOn({ files: { "/checkout/.node-version": "24.21.0\n" } });
    expect((await nodeCheck.run(context)).state).toBe("ok");
    expect((await nodeCheck.run({ ...context, nodeVersion: "20.20.0" })).state).toBe("failed");
  });

  it("want the packages of the lock file", async () => {
    const installed = join(local, "installed-package-lock.json");
    const files = { "/checkout/package-lock.json": "one", "/checkout/node_modules": "", [installed]: "one" };
    expect((await packagesCheck.run(contextOn({ files }))).state).toBe("ok");
    const changed = await packagesCheck.run(contextOn({ files: { ...files, [installed]: "other" } }));
    expect(changed).toMatchObject({ state: "failed", mend: `rm -f ${installed} && ./infra doctor` });
  });

  it("want Python with venv for the tests, and only warn", async () => {
    const context = contextOn();
    expect((await pythonCheck.run(context)).state).toBe("ok");
    context.machine.onRun = () => {
      throw commandFailure();
    };
    expect(await pythonCheck.run(context)).toMatchObject({
      state: "warning",
      detail: expect.stringContaining("installs it"),
    });
    const other = contextOn({ isRoot: false });
    other.machine.onRun = context.machine.onRun;
    expect(await pythonCheck.run(other)).toMatchObject({ mend: "apt-get install python3 python3-venv" });
    context.machine.files.set(join(local, "python", "requirements.sha256"), "");
    expect((await pythonCheck.run(context)).detail).toBe("with the packages of the tests");
  });

  it("want a Go that can build the control plane", async () => {
    const context = contextOn();
    const says = (version: string) => {
      context.machine.onRun = (_, { onLine }) => onLine?.(`go version ${version} linux/amd64`);
    };
    says("go1.26.8");
    expect(await goCheck.run(context)).toMatchObject({ state: "ok" });
    says("go1.19.8");
    expect(await goCheck.run(context)).toMatchObject({ state: "ok" });
    says("go1.18.1");
    expect(await goCheck.run(context)).toMatchObject({
      state: "warning",
      detail: expect.stringContaining("too old"),
    });
    context.machine.onRun = () => {
      throw commandFailure();
    };
    expect(await goCheck.run(context)).toMatchObject({ detail: expect.stringContaining("Go is missing") });
  });

  it("do not hide a bug behind a finding", async () => {
    const context = contextOn();
    context.machine.onRun = () => {
      throw new TypeError("bug");
    };
    await expect(pythonCheck.run(context)).rejects.toThrow("bug");
  });
});

describe("the checks of Docker", () => {
  it("are content with an engine that has everything", async () => {
    await fake.start();
    const context = contextOn();
    fake.images.set("debian:trixie-slim", {});
    expect(await dockerCheck.run(context)).toEqual(ok("Docker Engine 27.0 (linux/amd64)"));
    expect((await buildkitCheck.run(context)).state).toBe("ok");
    expect((await baseImageCheck.run(context)).state).toBe("ok");
  });

  it("name what brings what is missing", async () => {
    await fake.start();
    fake.apiVersion = "1.38";
    const context = contextOn();
    expect(await buildkitCheck.run(context)).toMatchObject({
      state: "failed",
      mend: "apt-get install docker.io",
    });
    expect(await baseImageCheck.run(context)).toMatchObject({ mend: "./infra doctor --mend" });
    expect(await buildSettingsCheck.run(context)).toMatchObject({ mend: "./infra doctor --mend" });
    fake.apiVersion = "2.0";
    expect((await buildkitCheck.run(context)).state).toBe("ok");
  });

  it.each([
    ["./infra doctor --mend", {}],
    ["unset DOCKER_HOST", { env: { DOCKER_HOST: "tcp://elsewhere:2375" } }],
    ["sudo apt-get install docker.io", { isRoot: false }],
  ])("say `%s` where no engine answers", async (mend, options) => {
    const context = contextOn(options);
    expect(await dockerCheck.run(context)).toMatchObject({ state: "failed", mend });
    expect((await baseImageCheck.run(context)).state).toBe("warning");
  });

  it("say how to be allowed to use the engine", async () => {
    const forbidden = Object.assign(new Error("connect EACCES"), { code: "EACCES" });
    const docker = { ping: () => Promise.reject(forbidden) } as unknown as DoctorContext["docker"];
    expect(await dockerCheck.run({ ...contextOn(), docker })).toMatchObject({
      mend: 'sudo usermod -aG docker "$USER"',
    });
  });
});

describe("the checks of room", () => {
  const room = (disk: number, memory: number) => ({
    freeDisk: async () => disk * 2 ** 30,
    memory: () => memory * 2 ** 30,
  });
  const context = () => contextOn({ files: { "/checkout": "" } });

  it.each([
    [20, "ok"],
    [6, "warning"],
    [1, "failed"],
  ])("judge %d GiB of free disk as %s", async (disk, state) => {
    expect((await diskCheck(room(disk, 8)).run(context())).state).toBe(state);
  });

  it.each([
    [8, "ok"],
    [3, "warning"],
    [1, "warning"],
  ])("judge %d GiB of memory as %s", async (memory, state) => {
    expect((await memoryCheck(room(20, memory)).run(context())).state).toBe(state);
  });
});

describe("the check of ports", () => {
  it("names who holds a port, and the command that ends it", async () => {
    await fake.start();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as AddressInfo;
    const settings = `config:\n  trials:gateway:\n    port: ${port}\n`;
    const context = contextOn({ files: { "/checkout/Pulumi.dev.yaml": settings } });
    expect(await portsCheck("dev").run(context)).toMatchObject({
      state: "failed",
      detail: expect.stringContaining(`${port} is in use by`),
      mend: `kill ${process.pid}`,
    });
    await new Promise((resolve) => server.close(resolve));
    expect((await portsCheck("dev").run(context)).state).toBe("ok");
    expect(await portsCheck("other").run(context)).toEqual(ok("none is published"));
  });

  it.each([
    ["container trials-dev-gateway", "docker stop trials-dev-gateway"],
    ["process nginx (pid 812)", "kill 812"],
    ["another process", "sudo ss -ltnp 'sport = :8080'"],
  ])("mends a port held by %s with `%s`", (description, command) => {
    expect(portMend({ port: 8080, description })).toBe(command);
  });
});

describe("the checks of engine and passphrase", () => {
  it("say which engine runs, and what to do about a broken one", async () => {
    const bin = join(local, "bin");
    mkdirSync(bin);
    const examine = (script: string) => {
      writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return engineCheck.run(contextOn({ env: { PATH: bin } }));
    };
    expect(await examine("echo v3.260.0")).toMatchObject({
      state: "ok",
      detail: expect.stringContaining("official pulumi v3.260.0"),
    });
    expect(await examine("echo v3.1.0")).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("your current CLI version is v3.1.0"),
    });
    expect((await examine("exit 1")).state).toBe("failed");
  });

  it("want the passphrase where there are stacks, for nobody else to read", async () => {
    const file = join(local, "passphrase");
    expect((await passphraseCheck.run(contextOn())).detail).toBe("made by the first ./infra up");
    mkdirSync(join(local, "state", ".pulumi", "stacks", "trials"), { recursive: true });
    writeFileSync(join(local, "state", ".pulumi", "stacks", "trials", "dev.json"), "{}");
    expect((await passphraseCheck.run(contextOn())).state).toBe("failed");
    writeFileSync(file, "secret", { mode: 0o600 });
    const files = { [file]: "secret" };
    expect((await passphraseCheck.run(contextOn({ files }))).state).toBe("ok");
    chmodSync(file, 0o644);
    expect(await passphraseCheck.run(contextOn({ files }))).toMatchObject({ mend: `chmod 600 ${file}` });
  });

  it("take the passphrase of the environment", async () => {
    const run = (env: { [name: string]: string }) =>
      passphraseCheck.run(contextOn({ env, files: { "/pass": "" } }));
    expect((await run({ PULUMI_CONFIG_PASSPHRASE: "" })).state).toBe("ok");
    expect((await run({ PULUMI_CONFIG_PASSPHRASE_FILE: "/pass" })).state).toBe("ok");
    expect((await run({ PULUMI_CONFIG_PASSPHRASE_FILE: "/gone" })).state).toBe("failed");
  });
});

describe("doctor", () => {
  const check = (name: string, finding: Awaited<ReturnType<Check["run"]>>): Check => ({
    name,
    run: async () => finding,
  });

  it("shows a line a check, and under what did not pass the command that mends it", async () => {
    const checks = [
      check("node", ok("24")),
      check("docker", failed("no engine", "./infra doctor --mend")),
      check("memory", warning("tight")),
    ];
    const diagnoses = await examine(checks, contextOn());
    expect(renderDiagnoses(diagnoses, false)).toBe(
      [
        "ok      node    24",
        "failed  docker  no engine",
        "          → ./infra doctor --mend",
        "warning memory  tight",
      ].join("\n"),
    );
  });

  it("marks in colour on a terminal, unless NO_COLOR says not to", async () => {
    const diagnoses = await examine([check("node", ok("24"))], contextOn());
    vi.stubEnv("NO_COLOR", "");
    expect(renderDiagnoses(diagnoses, true)).toBe("\u001b[32m✓\u001b[39m node  24");
    vi.stubEnv("NO_COLOR", "1");
    expect(renderDiagnoses(diagnoses, true)).toBe("✓ node  24");
    vi.unstubAllEnvs();
  });

  it("examines this machine and says so for machines too", async () => {
    const output = captureOutput();
    const code = await doctorVerb.run(
      { positionals: [], flags: { json: true }, checkout: thisCheckout },
      output,
    );
    const { healthy, checks } = JSON.parse(output.out()) as {
      healthy: boolean;
      checks: { name: string; state: string; mend?: string }[];
    };
    expect(checks.map(({ name }) => name)).toEqual(allChecks(process.cwd()).map(({ name }) => name));
    expect(checks.filter(({ state, mend }) => state === "failed" && mend === undefined)).toEqual([]);
    expect(code).toBe(healthy ? 0 : 1);
    const text = captureOutput();
    expect(await doctorVerb.run({ positionals: [], flags: {}, checkout: thisCheckout }, text)).toBe(code);
    expect(text.out()).toMatch(/^(ok|warning|failed) +node /);
  });
});
