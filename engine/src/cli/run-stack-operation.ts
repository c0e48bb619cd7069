import { resolve } from "node:path";
import type { DisplayKind } from "../display/display.ts";
import { type EventSink, openEventLog } from "../display/event-log.ts";
import { choosePaint } from "../display/paint.ts";
import { createDisplay } from "../display/print.ts";
import type { DebuggerPlace, Diagnostic, EventListener } from "../events.ts";
import { runOperation } from "../execute/run-operation.ts";
import { startGrpcServer } from "../grpc/server.ts";
import { isTruthy } from "../is-truthy.ts";
import type {
  OperationContext,
  OperationKind,
  OperationOptions,
  OperationResult,
  RunNotes,
} from "../operation.ts";
import { createPolicyHost } from "../policy/policy-host.ts";
import type { EarlyProcess } from "../program/early-process.ts";
import { inlineProgram } from "../program/inline-program.ts";
import { nodeProgram } from "../program/node-program.ts";
import type { ProgramSource } from "../program/program-source.ts";
import { pulumiHome } from "../project/workspace.ts";
import { engineService } from "../protocol/engine-service.ts";
import { createProviderHost } from "../providers/host.ts";
import { resourceStatusService, ViewTokens } from "../providers/resource-status.ts";
import type { PluginOutput } from "../providers/start-plugin.ts";
import { createSystemRandom } from "../system-random.ts";
import { PULUMI_VERSION } from "../version.ts";
import { acquirePlugins } from "./acquire-plugin.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { isInteractive } from "./confirm.ts";
import { debugsProgram, readsDebugMessages, switchFlag, textFlag, wantsJson } from "./operation-options.ts";
import type { OperationSession } from "./operation-session.ts";
import { policyPackSources } from "./policy-flags.ts";
import { openImportFile } from "./preview-import-file.ts";
import { withoutConfigSecrets } from "./redact-events.ts";
import { refuseRuntime } from "./refuse-runtime.ts";
import { repositoryNotes } from "./repository-notes.ts";
import { runtimeNotes } from "./runtime-notes.ts";
import { updateEnvironment } from "./update-environment.ts";

/** Everything about one run of one operation. */
export interface StackOperation {
  readonly kind: OperationKind;
  readonly options: OperationOptions;
  readonly session: OperationSession;
  readonly args: CommandArguments;
  readonly process: CommandProcess;
  /** Hears what is shown. */
  readonly listener?: EventListener | undefined;
  /** Another run of the program follows if this succeeds. */
  readonly isFollowed?: boolean;
}

const cancelNotice =
  "^C received; cancelling. If you would like to terminate immediately, press ^C again.\n" +
  "Note that terminating immediately may lead to orphaned resources and other inconsistencies.\n";

const clock = { now: () => new Date() };

/** Runs an operation: shows it, logs its events, serves its plugins, and cleans up. */
export async function runStackOperation(operation: StackOperation): Promise<OperationResult> {
  const { kind, options, process } = operation;
  const sinks = await openSinks(operation);
  const listener = withoutConfigSecrets((event) => {
    for (const sink of sinks) sink.listener(event);
  }, operation.session.config);
  const notice = () => listener({ kind: "stdout", message: cancelNotice });
  const viewTokens = new ViewTokens();
  const server = await startGrpcServer([
    engineService({
      version: PULUMI_VERSION.replace(/^v/, ""),
      log: (entry) => listener({ kind: "diagnostic", diagnostic: withPrefix(entry) }),
    }),
    resourceStatusService(viewTokens),
  ]);
  const early = operation.session.spare?.take();
  process.signal.addEventListener("abort", notice);
  try {
    return await runOperation(
      kind,
      options,
      operationContext(operation, listener, { engineAddress: server.address, viewTokens, early }),
    );
  } finally {
    process.signal.removeEventListener("abort", notice);
    server.close();
    early?.discard();
    for (const sink of sinks) await sink.close();
  }
}

async function openSinks(operation: StackOperation): Promise<EventSink[]> {
  const { args } = operation;
  const display = await openDisplay(operation);
  const sinks: EventSink[] = [{ listener: display.listener, close: async () => display.close() }];
  if (operation.listener !== undefined) {
    sinks.push({ listener: operation.listener, close: async () => undefined });
  }
  const importFile = textFlag(args, "import-file");
  if (importFile !== undefined) {
    const path = resolve(operation.process.cwd, importFile);
    const warn = (text: string) => operation.process.stderr.write(`warning: ${text}\n`);
    sinks.push(openImportFile({ path, secrets: operation.session.secrets, warn }));
  }
  const target = textFlag(args, "event-log");
  if (target !== undefined) {
    const color = textFlag(args, "color") ?? "raw";
    sinks.push(await openEventLog({ target, color, now: clock.now }));
  }
  return sinks;
}

function displayKind({ args, options, process }: StackOperation): DisplayKind {
  if (switchFlag(args, "json")) {
    const isStream = !options.preview || isTruthy(process.env["PULUMI_ENABLE_STREAMING_JSON_PREVIEW"]);
    return isStream ? "json" : "preview-json";
  }
  if (wantsJson(args)) return "summary-json";
  return switchFlag(args, "diff") ? "diff" : "progress";
}

async function openDisplay(operation: StackOperation) {
  const { kind, options, session, args, process } = operation;
  const nonInteractive = switchFlag(args, "non-interactive");
  const isTerminal = isInteractive(process, nonInteractive);
  const isWatched = isTerminal && !options.preview;
  const color = textFlag(args, "color");
  return createDisplay({
    kind: displayKind(operation),
    operation: kind,
    preview: options.preview,
    project: session.store.reference.project,
    stack: session.store.reference.stack,
    paint: choosePaint({
      color,
      env: process.env,
      isTerminal: process.stdout.isTTY === true && !nonInteractive,
    }),
    color: color ?? "raw",
    isTerminal,
    showSames: switchFlag(args, "show-sames"),
    showConfig: switchFlag(args, "show-config"),
    showReads: switchFlag(args, "show-reads"),
    showReplacementSteps: switchFlag(args, "show-replacement-steps"),
    showDebug: switchFlag(args, "debug"),
    expectedSeconds: isWatched ? await session.expectedSeconds(kind) : undefined,
    showUrns: switchFlag(args, "urns"),
    showPolicyRemediations: switchFlag(args, "show-policy-remediations"),
    suppressOutputs: switchFlag(args, "suppress-outputs"),
    suppressProgress: switchFlag(args, "suppress-progress"),
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    now: clock.now,
    terminalSize() {
      const { columns = 0, rows = 0 } = process.stdout;
      return columns > 0 && rows > 0 ? { columns, rows } : undefined;
    },
  });
}

function withPrefix(entry: Omit<Diagnostic, "prefix">): Diagnostic {
  const prefix = entry.severity.startsWith("info") ? "" : `${entry.severity}: `;
  return { ...entry, prefix, message: entry.message.endsWith("\n") ? entry.message : `${entry.message}\n` };
}

interface RunParts {
  readonly engineAddress: string;
  readonly viewTokens: ViewTokens;
  readonly early: EarlyProcess | undefined;
}

function operationContext(
  operation: StackOperation,
  listener: EventListener,
  { engineAddress, viewTokens, early }: RunParts,
): OperationContext {
  const { session, args, process, options, kind } = operation;
  const { project, config } = session;
  const packs = policyPackSources(args);
  const onOutput = (output: PluginOutput): void =>
    listener({ kind: "diagnostic", diagnostic: withPrefix({ ...output, urn: "", ephemeral: false }) });
  const runsProgram = kind === "update" || options.runProgram;
  return {
    project,
    store: session.store,
    secrets: session.secrets,
    config,
    providers: createProviderHost({
      projectRoot: project.root,
      programDirectory: project.directory,
      projectName: project.name,
      config,
      engineAddress: () => engineAddress,
      viewTokens,
      env: process.env,
      pulumiHome: pulumiHome(process.env),
      localPlugins: session.localPlugins,
      install: acquirePlugins(process, onOutput),
      onPluginOutput: onOutput,
      onAdapterLog: (entry) =>
        listener({ kind: "diagnostic", diagnostic: withPrefix({ ...entry, streamId: 0 }) }),
      runtimeOptions: project.runtimeOptions,
    }),
    ...(packs.length === 0
      ? {}
      : {
          policies: createPolicyHost({ packs, engineAddress, env: process.env, cwd: process.cwd, onOutput }),
        }),
    program: runsProgram ? programSource(operation, listener, early) : undefined,
    listener,
    debugMessages: readsDebugMessages(args),
    signal: process.signal,
    clock,
    random: createSystemRandom(),
    readStack: (name, elided) => session.readStack(name, elided),
    record: {
      config: session.recordedConfig,
      ...(options.preview ? {} : { notes: runNotes(operation) }),
    },
  };
}

async function runNotes({ kind, session, args, process, options }: StackOperation): Promise<RunNotes> {
  const { project, runtime } = session;
  const { environment: repository, title, insists } = await repositoryNotes(project.root, process.env);
  const tellsRuntime = kind === "update" && runtime === "nodejs";
  const language = tellsRuntime ? runtimeNotes({ ...project, env: process.env }) : {};
  const message = insists ? (title ?? options.message) : options.message || (title ?? "");
  return { environment: updateEnvironment(args, process.env, { ...repository, ...language }), message };
}

function programSource(
  { session, args, process, isFollowed }: StackOperation,
  listener: EventListener,
  early: EarlyProcess | undefined,
): ProgramSource {
  const { root, directory } = session.project;
  const address = textFlag(args, "client");
  if (address !== undefined) return inlineProgram({ address, root, directory });
  const onDebugger = debugsProgram(args)
    ? (at: DebuggerPlace) => listener({ kind: "start-debugging", at })
    : undefined;
  const program = nodeProgram({ ...session.project, env: process.env }, { early, onDebugger });
  return {
    ...program,
    run: async (run) => {
      refuseRuntime(session.runtime);
      const outcome = await program.run(run);
      // It loads the SDK while this run is concluded, and while a person reads what it says.
      if (isFollowed === true && outcome.kind === "succeeded") session.spare?.renew();
      return outcome;
    },
  };
}
