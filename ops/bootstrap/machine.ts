import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { type CommandOptions, runCommand } from "./command.ts";
import { type Host, thisHost } from "./host.ts";

/** A machine that the bootstrap may change; tests pass their own. */
export interface Machine extends Host {
  readonly isRoot: boolean;
  exists(path: string): boolean;
  /** Path of a program on PATH, or undefined. */
  find(program: string): string | undefined;
  /** @throws CommandError */
  run(command: string, args: readonly string[], options?: CommandOptions): Promise<void>;
  /** Starts a process that outlives this one, its output in a file. */
  startDaemon(command: string, args: readonly string[], log: string): Daemon;
}

export interface Daemon {
  /** True once it has ended. */
  hasEnded(): boolean;
  /** Last lines of its log. */
  logTail(): string;
}

/** This machine. */
export function thisMachine(): Machine {
  return {
    ...thisHost(),
    isRoot: process.getuid?.() === 0,
    exists: existsSync,
    find: (program) => findOnPath(program, process.env["PATH"] ?? ""),
    run: runCommand,
    startDaemon,
  };
}

/** True on Debian and what descends from it, Ubuntu for one: where apt-get installs what is missing. */
export function isDebian(machine: Pick<Machine, "read">): boolean {
  return /^ID(_LIKE)?="?[^"\n]*\b(debian|ubuntu)\b/m.test(machine.read("/etc/os-release") ?? "");
}

/** True where the bootstrap may install packages by itself. */
export function canInstall(machine: Machine): boolean {
  return machine.isRoot && isDebian(machine);
}

/** Installs packages of the distribution; mends an installation that was interrupted before. @throws CommandError */
export async function installPackages(
  machine: Machine,
  packages: readonly string[],
  options: CommandOptions = {},
): Promise<void> {
  const quiet = { ...options, env: { DEBIAN_FRONTEND: "noninteractive" } };
  const lock = ["-o", "DPkg::Lock::Timeout=120"];
  await machine.run("dpkg", ["--configure", "-a"], quiet);
  await machine.run("apt-get", ["update", "-q", ...lock], quiet);
  await machine.run(
    "apt-get",
    ["install", "-y", "-q", "--no-install-recommends", ...lock, ...packages],
    quiet,
  );
}

function findOnPath(program: string, path: string): string | undefined {
  return [...path.split(delimiter), "/usr/sbin", "/sbin"]
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function startDaemon(command: string, args: readonly string[], log: string): Daemon {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "w");
  let ended = false;
  const child = spawn(command, [...args], { detached: true, stdio: ["ignore", output, output] });
  const end = () => {
    ended = true;
  };
  child.on("exit", end);
  child.on("error", end);
  child.unref();
  return {
    hasEnded: () => ended,
    logTail: () => readFileSync(log, "utf8").trimEnd().split("\n").slice(-5).join("\n"),
  };
}
