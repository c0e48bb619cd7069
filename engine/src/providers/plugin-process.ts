import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors.ts";
import { deadlineVariable } from "./plugin-deadlines.ts";
import { parsePort, portText } from "./plugin-port.ts";

/** How to start a plugin and how to call it in messages. */
export interface PluginCommand {
  /** The package, for messages. */
  readonly pkg: string;
  /** The file that people know the plugin by. */
  readonly path: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** Aborted where the plugin is not needed any more: it is ended, however far it has come. @default never */
  readonly signal?: AbortSignal | undefined;
}

export interface PluginProcess {
  readonly port: number;
  /** Everything it wrote after the port. */
  readonly output: () => string;
  /** True where the process has ended, or ends within the time. */
  exitsWithin(milliseconds: number): Promise<boolean>;
  /** Asks it to end, and ends it with all its children when it does not. Never throws. */
  stop(): Promise<void>;
}

export type OutputListener = (stream: "stdout" | "stderr", text: string) => void;

/** How long a plugin may take to say its port, and to end when asked; milliseconds. */
export interface ProcessDeadlines {
  readonly port: number;
  readonly shutdown: number;
}

/** What is kept of a plugin's output to explain a crash. */
const MAX_OUTPUT = 256 * 1024;
/** Longer than any port: what has no line end by then is not a plugin. */
const MAX_PORT_LINE = 4096;
/** A line without an end is told in parts of about this length. */
const MAX_LINE = 64 * 1024;
/** How long output may trail behind the end of the process. */
const DRAIN_MS = 500;

/**
 * Starts a plugin and waits for its port.
 * @throws UserError `plugin-failed`
 */
export async function spawnPlugin(
  command: PluginCommand,
  deadlines: ProcessDeadlines,
  listener: OutputListener,
): Promise<PluginProcess> {
  const child = await start(command);
  endWithEngine(child);
  const exited = once(child, "exit");
  const closed = once(child, "close");
  const output = new OutputLog(listener);
  output.follow("stderr", child.stderr);
  const stop = () => stopProcess(child, { exited, closed, deadline: deadlines.shutdown });
  const { signal } = command;
  if (signal?.aborted) void stop();
  else signal?.addEventListener("abort", () => void stop(), { once: true });
  try {
    const { line, rest } = await firstLine(command, child, deadlines.port);
    const port = readPort(command, line);
    output.follow("stdout", child.stdout, rest);
    const exitsWithin = async (milliseconds: number) => {
      if (!hasExited(child) && milliseconds > 0) await within(milliseconds, exited);
      return hasExited(child);
    };
    return { port, output: () => output.text, exitsWithin, stop };
  } catch (error) {
    await stop();
    throw withOutput(error, output.text);
  }
}

async function start({
  path,
  command,
  args,
  cwd,
  env,
}: PluginCommand): Promise<ChildProcessWithoutNullStreams> {
  try {
    // A group of its own: Ctrl-C goes to the engine, which tells its plugins in good order.
    const child = spawn(command, args, { cwd, env: { ...env }, detached: true, stdio: "pipe" });
    await once(child, "spawn");
    return child;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const help = code === "EACCES" ? `Make it executable: chmod +x ${path}` : "Reinstall the plugin.";
    throw new UserError("plugin-failed", `failed to load plugin ${path}: ${REASONS[code] ?? code}`, {
      cause,
      help,
    });
  }
}

const REASONS: { readonly [code: string]: string } = {
  EACCES: "permission denied",
  ENOENT: "no such file or directory",
  ENOEXEC: "exec format error",
};

async function firstLine(
  { path }: PluginCommand,
  child: ChildProcessWithoutNullStreams,
  deadline: number,
): Promise<{ line: string; rest: string }> {
  const timeout = AbortSignal.timeout(deadline);
  const ended = once(child, "close", { signal: timeout }).then(() => {
    const how = child.exitCode === 0 ? "EOF" : describeExit(child);
    throw new UserError("plugin-failed", `could not read plugin [${path}]: ${how}`);
  });
  const line = new Promise<{ line: string; rest: string }>((resolve) => {
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf("\n");
      if (end < 0 && text.length < MAX_PORT_LINE) return;
      child.stdout.off("data", take);
      resolve(end < 0 ? { line: text, rest: "" } : { line: text.slice(0, end), rest: text.slice(end + 1) });
    };
    child.stdout.on("data", take);
  });
  return Promise.race([line, ended]).catch((error: unknown) => {
    if (!timeout.aborted) throw error;
    throw new UserError(
      "plugin-failed",
      `plugin [${path}] did not print its port within ${deadline / 1000} s`,
      { help: `${deadlineVariable("port")} gives it more time.` },
    );
  });
}

function describeExit(child: ChildProcessWithoutNullStreams): string {
  return child.exitCode === null ? `signal ${child.signalCode}` : `exit status ${child.exitCode}`;
}

function readPort({ pkg, path }: PluginCommand, line: string): number {
  const port = parsePort(line);
  if (port !== undefined) return port;
  const shown = JSON.stringify(portText(line).slice(0, 200));
  throw new UserError(
    "plugin-failed",
    `${pkg} (resource) plugin [${path}] wrote an invalid port to stdout: could not parse port: ${shown}`,
  );
}

/** Shows what the plugin had to say for itself: its last lines. */
function withOutput(error: unknown, output: string): unknown {
  const tail = output.trim().split("\n").slice(-10).join("\n");
  if (!(error instanceof UserError) || tail === "") return error;
  const help = `${error.help === undefined ? "" : `${error.help}\n`}The plugin wrote:\n${tail}`;
  return new UserError(error.code, error.message, { help, cause: error });
}

class OutputLog {
  text = "";
  private readonly listener: OutputListener;
  constructor(listener: OutputListener) {
    this.listener = listener;
  }

  follow(stream: "stdout" | "stderr", source: Readable, first = ""): void {
    let pending = "";
    const take = (chunk: string) => {
      this.text = (this.text + chunk).slice(-MAX_OUTPUT);
      const lines = (pending + chunk).split("\n");
      pending = lines.pop() ?? "";
      if (pending.length > MAX_LINE) {
        lines.push(pending);
        pending = "";
      }
      for (const line of lines) this.tell(stream, `${line}\n`);
    };
    take(first);
    source.setEncoding("utf8");
    source.on("data", take);
    source.on("end", () => this.tell(stream, pending));
  }

  private tell(stream: "stdout" | "stderr", line: string): void {
    if (line.trim() !== "") this.listener(stream, line);
  }
}

function hasExited(child: ChildProcessWithoutNullStreams): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

interface Ending {
  readonly exited: Promise<unknown>;
  readonly closed: Promise<unknown>;
  readonly deadline: number;
}

async function stopProcess(child: ChildProcessWithoutNullStreams, ending: Ending): Promise<void> {
  if (!hasExited(child)) {
    signalGroup(child, "SIGINT");
    await within(ending.deadline, ending.exited);
  }
  // Also where the plugin has ended: what it started must not outlive it.
  signalGroup(child, "SIGKILL");
  await ending.exited;
  await within(DRAIN_MS, ending.closed);
  for (const stream of child.stdio) stream?.destroy();
}

async function within(milliseconds: number, event: Promise<unknown>): Promise<void> {
  const abort = new AbortController();
  const late = delay(milliseconds, undefined, { signal: abort.signal }).catch(() => undefined);
  await Promise.race([event, late]);
  abort.abort();
}

function signalGroup({ pid }: { pid?: number | undefined }, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const running = new Set<ChildProcessWithoutNullStreams>();

/** The last resort against orphans: an engine that ends without closing its plugins takes them along. */
function endWithEngine(child: ChildProcessWithoutNullStreams): void {
  if (running.size === 0) process.once("exit", killRunning);
  running.add(child);
  child.once("close", () => {
    running.delete(child);
    if (running.size === 0) process.off("exit", killRunning);
  });
}

function killRunning(): void {
  for (const child of running) signalGroup(child, "SIGKILL");
}
