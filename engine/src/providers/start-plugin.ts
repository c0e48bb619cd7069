import { UserError } from "../errors.ts";
import type { Severity } from "../events.ts";
import { PluginProvider } from "./plugin.ts";
import { deadlineVariable, type PluginDeadlines } from "./plugin-deadlines.ts";
import { type PluginCommand, type PluginProcess, spawnPlugin } from "./plugin-process.ts";
import { PluginSession } from "./plugin-session.ts";
import type { ViewService, ViewTokens } from "./resource-status.ts";

/** Something that a plugin, or the engine about a plugin, has to tell. `message` ends in a newline. */
export interface PluginOutput {
  readonly severity: Severity;
  readonly message: string;
  /** The same for all that comes from one stream of one plugin. */
  readonly streamId: number;
}

export interface PluginLaunch extends PluginCommand {
  readonly engineAddress: string;
  /** Set where the engine's address serves views, too. */
  readonly viewTokens?: ViewTokens | undefined;
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
  const report = (severity: Severity, message: string) =>
    onOutput({ severity, message, streamId: nextStreamId++ });
  const session = new PluginSession({
    ...launch,
    process,
    reportCrash: () => (showOutput ? undefined : report("error", crashReport(launch, process))),
    reportHang: () => report("warning", hangReport(launch)),
  });
  await connect(launch, process, () => session.handshake(launch));
  return new PluginProvider(session, viewService(launch));
}

/**
 * Uses a plugin that somebody else has started, in a debugger for example.
 * @throws UserError `plugin-failed`
 */
export async function attachPlugin(
  launch: Pick<PluginLaunch, "pkg" | "engineAddress" | "viewTokens" | "deadlines" | "env">,
  port: number,
): Promise<PluginProvider> {
  const process: PluginProcess = {
    port,
    output: () => "",
    exitsWithin: async () => false,
    stop: async () => undefined,
  };
  const silent = { reportCrash: () => undefined, reportHang: () => undefined };
  const session = new PluginSession({ ...launch, ...silent, process });
  await connect({ ...launch, path: `127.0.0.1:${port}` }, process, async () => {
    const { engineAddress, viewTokens } = launch;
    await session.handshake({ engineAddress, viewTokens });
    await session.attach(engineAddress);
  });
  return new PluginProvider(session, viewService(launch));
}

function viewService({
  engineAddress: address,
  viewTokens: tokens,
}: Pick<PluginLaunch, "engineAddress" | "viewTokens">): ViewService | undefined {
  return tokens && { address, tokens };
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

function hangReport({ pkg, path, deadlines }: PluginLaunch): string {
  const seconds = deadlines.shutdown / 1000;
  return (
    `${pkg} (resource) plugin [${path}] did not answer within ${seconds} s and was ended; ` +
    `${deadlineVariable("shutdown")} gives it more time\n`
  );
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
