import { UserError } from "../errors.ts";
import type { Severity } from "../events.ts";
import { PluginProvider } from "./plugin.ts";
import { type PluginCommand, type PluginProcess, spawnPlugin } from "./plugin-process.ts";
import { PluginSession } from "./plugin-session.ts";

/** Something that a plugin, or the engine about a plugin, has to tell. `message` ends in a newline. */
export interface PluginOutput {
  readonly severity: Severity;
  readonly message: string;
  /** The same for all that comes from one stream of one plugin. */
  readonly streamId: number;
}

/** How long the stages of a plugin's life may take, in milliseconds. */
export interface PluginDeadlines {
  /** From its start to the line with its port. */
  readonly port: number;
  /** From there to the first answer. */
  readonly ready: number;
  readonly configure: number;
  /** For `Cancel`, and again for the end of the process after SIGINT. */
  readonly shutdown: number;
}

export const DEFAULT_DEADLINES: PluginDeadlines = {
  port: 60_000,
  ready: 10_000,
  configure: 120_000,
  shutdown: 5_000,
};

export interface PluginLaunch extends PluginCommand {
  readonly engineAddress: string;
  /** True: what it prints is for the user, as with dynamic providers. */
  readonly showOutput: boolean;
  readonly deadlines: PluginDeadlines;
  readonly onOutput: (output: PluginOutput) => void;
}

let nextStreamId = 1;

/**
 * Starts a plugin process and shakes hands with it.
 * @throws UserError `plugin-failed`
 */
export async function startPlugin(launch: PluginLaunch): Promise<PluginProvider> {
  const { deadlines, onOutput, showOutput } = launch;
  const streams = { stdout: nextStreamId++, stderr: nextStreamId++ };
  const shown = { stdout: "info", stderr: "info#err" } as const;
  const process = await spawnPlugin(launch, deadlines, (stream, message) => {
    onOutput({ severity: showOutput ? shown[stream] : "debug", message, streamId: streams[stream] });
  });
  const reportCrash = () =>
    onOutput({ severity: "error", message: crashReport(launch, process), streamId: nextStreamId++ });
  const session = new PluginSession({
    ...launch,
    process,
    reportCrash: showOutput ? () => undefined : reportCrash,
  });
  await connect(launch, process, () => session.handshake(launch));
  return new PluginProvider(session);
}

/**
 * Uses a plugin that somebody else has started, in a debugger for example.
 * @throws UserError `plugin-failed`
 */
export async function attachPlugin(
  launch: Pick<PluginLaunch, "pkg" | "engineAddress" | "deadlines">,
  port: number,
): Promise<PluginProvider> {
  const process: PluginProcess = {
    port,
    output: () => "",
    exitsWithin: async () => false,
    stop: async () => undefined,
  };
  const session = new PluginSession({ ...launch, process, reportCrash: () => undefined });
  await connect({ ...launch, path: `127.0.0.1:${port}` }, process, async () => {
    await session.handshake({ engineAddress: launch.engineAddress });
    await session.attach(launch.engineAddress);
  });
  return new PluginProvider(session);
}

async function connect(
  { pkg, path }: { pkg: string; path: string },
  process: PluginProcess,
  greet: () => Promise<void>,
): Promise<void> {
  try {
    await greet();
  } catch (cause) {
    await process.stop();
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${pkg} (resource) plugin [${path}] did not begin responding to RPC connections: ${reason}`;
    throw new UserError("plugin-failed", message, { cause });
  }
}

/** The official CLI's words. */
function crashReport({ path }: PluginLaunch, process: PluginProcess): string {
  return [
    `Detected that ${path} exited prematurely. \n`,
    "       This is *always* a bug in the provider. Please report the issue to the provider author as appropriate.\n",
    "       To assist with debugging we have dumped the STDOUT and STDERR streams of the plugin:",
    `${process.output()}\n`,
  ].join("");
}
