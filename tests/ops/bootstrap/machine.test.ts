import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CommandError, runCommand } from "../../../ops/bootstrap/command.ts";
import { thisHost } from "../../../ops/bootstrap/host.ts";
import { canInstall, installPackages, isDebian, thisMachine } from "../../../ops/bootstrap/machine.ts";
import { fakeMachine } from "./fake-machine.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "machine-"));
});

describe("runCommand", () => {
  it("hands on each line of both streams, also the last one without its end", async () => {
    const lines: string[] = [];
    await runCommand("sh", ["-c", "echo one; printf 'two\\n\\nthree'"], {
      onLine: (line) => lines.push(line),
    });
    await runCommand("sh", ["-c", 'echo "$WORD" >&2'], {
      env: { WORD: "four" },
      onLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(["one", "two", "three", "four"]);
  });

  it("fails with the exit code and the last lines", async () => {
    const failure = runCommand("sh", ["-c", "seq 30; exit 3"]);
    await expect(failure).rejects.toThrow("sh ended with exit code 3");
    const error = await failure.catch((reason: CommandError) => reason);
    expect(error?.tail).toEqual(Array.from({ length: 15 }, (_, index) => String(index + 16)));
  });

  it("fails when the program is missing, and when it is interrupted", async () => {
    await expect(runCommand("no-such-program", [])).rejects.toBeInstanceOf(CommandError);
    const controller = new AbortController();
    const running = runCommand("sleep", ["60"], { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toBeInstanceOf(CommandError);
    await expect(runCommand("sh", ["-c", "kill -KILL $$"])).rejects.toThrow("SIGKILL");
  });
});

/** Milliseconds that a process may take to start, or to end, on a busy machine. */
const PATIENCE = 20_000;

describe("thisMachine", () => {
  it("finds programs, files and what is not there", () => {
    const machine = thisMachine();
    expect(machine.find("sh")).toMatch(/\/sh$/);
    expect(machine.find("no-such-program")).toBeUndefined();
    expect(machine.exists("/etc/os-release")).toBe(true);
    expect(machine.read("/etc/no-such-file")).toBeUndefined();
    expect(machine.isRoot).toBe(process.getuid?.() === 0);
  });

  it("starts a daemon whose log and end can be seen", async () => {
    const log = join(folder, "logs", "daemon.log");
    const daemon = thisMachine().startDaemon("sh", ["-c", "seq 9; exit 1"], log);
    await vi.waitFor(() => expect(daemon.hasEnded()).toBe(true), PATIENCE);
    expect(daemon.logTail()).toBe("5\n6\n7\n8\n9");
  });

  it("starts a daemon that outlives its parent's process group", async () => {
    const pidFile = join(folder, "pid");
    const daemon = thisMachine().startDaemon(
      "sh",
      ["-c", `echo $$ >${pidFile}; exec sleep 60`],
      join(folder, "log"),
    );
    await vi.waitFor(
      () => expect(existsSync(pidFile) && readFileSync(pidFile, "utf8")).toMatch(/\d/),
      PATIENCE,
    );
    const pid = Number(readFileSync(pidFile, "utf8"));
    expect(daemon.hasEnded()).toBe(false);
    expect(() => process.kill(-pid, 0)).not.toThrow();
    process.kill(pid);
    await vi.waitFor(() => expect(daemon.hasEnded()).toBe(true), PATIENCE);
  });

  it("sees a daemon that does not start as ended", async () => {
    const daemon = thisMachine().startDaemon("no-such-program", [], join(folder, "log"));
    await vi.waitFor(() => expect(daemon.hasEnded()).toBe(true), PATIENCE);
    expect(daemon.logTail()).toBe("");
  });
});

describe("thisHost", () => {
  it("asks apt for its options and sources where there is apt", () => {
    const host = thisHost({ HOME: folder });
    expect(host.home).toBe(folder);
    expect(host.aptOption("No::Such::Option")).toBeUndefined();
    expect(typeof host.aptSources()).toBe("string");
    expect(thisHost({}).home).not.toBe("");
  });
});

describe("isDebian and canInstall", () => {
  it("know Debian, Ubuntu and their descendants", () => {
    expect(isDebian(fakeMachine())).toBe(true);
    expect(isDebian(fakeMachine({ os: 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian' }))).toBe(true);
    expect(isDebian(fakeMachine({ os: 'ID=pop\nID_LIKE="ubuntu debian"' }))).toBe(true);
    expect(isDebian(fakeMachine({ os: "ID=fedora" }))).toBe(false);
    expect(isDebian({ read: () => undefined })).toBe(false);
  });

  it("install only as root", () => {
    expect(canInstall(fakeMachine())).toBe(true);
    expect(canInstall(fakeMachine({ isRoot: false }))).toBe(false);
  });
});

describe("installPackages", () => {
  it("first mends an interrupted installation, and asks nothing", async () => {
    const machine = fakeMachine();
    const environments: unknown[] = [];
    machine.onRun = (_line, { env }) => environments.push(env);
    await installPackages(machine, ["docker.io"]);
    expect(machine.ran.map((line) => line.replace(" -o DPkg::Lock::Timeout=120", ""))).toEqual([
      "dpkg --configure -a",
      "apt-get update -q",
      "apt-get install -y -q --no-install-recommends docker.io",
    ]);
    expect(new Set(environments.map((env) => JSON.stringify(env)))).toEqual(
      new Set(['{"DEBIAN_FRONTEND":"noninteractive"}']),
    );
  });
});
