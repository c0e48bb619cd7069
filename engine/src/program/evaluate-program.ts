import { UserError } from "../errors.ts";
import type { Deployment, ProviderRegistry } from "../execute/goal.ts";
import { type GrpcListener, listenForCalls } from "../grpc/server.ts";
import type { OperationContext } from "../operation.ts";
import { CallbackClients } from "../protocol/callback-clients.ts";
import { engineService } from "../protocol/engine-service.ts";
import { monitorService } from "../protocol/monitor-service.ts";
import { createRemoteCallbacks } from "../protocol/remote-callbacks.ts";
import type { RunInfo } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import { PULUMI_VERSION } from "../version.ts";
import { CallerTraces } from "./caller-traces.ts";
import { createDefaultProviders } from "./default-providers.ts";
import type { Evaluation } from "./evaluation.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { findDefaultPackages } from "./package-set.ts";
import { createPackages, type Packages } from "./packages.ts";
import { createProgramDiagnostics, type ProgramDiagnostics } from "./program-diagnostics.ts";
import { createProgramMonitor } from "./program-monitor.ts";
import type { ProgramOutcome, ProgramSource, RunDescription } from "./program-source.ts";
import { createRegisteredResources } from "./registered-resources.ts";
import { SettledResources } from "./settled-resources.ts";
import { createSourceGate, guardMonitor, type SourceGate } from "./source-gate.ts";
import { TransformChain } from "./transform-chain.ts";

/** How long a program that said it is done may take to end. */
const FAREWELL_MS = 30_000;

/** In this time what a program asks first is answered. */
const ANSWERED_MS = 20;

const FAILED_SILENTLY: ProgramOutcome = { kind: "failed-silently" };

export interface EvaluateArgs {
  readonly program: ProgramSource;
  readonly deployment: Deployment;
  readonly registry: ProviderRegistry;
  readonly context: OperationContext;
  /** Where the program was told that the engine is. @default an address of its own */
  readonly listener?: GrpcListener | undefined;
  /** The stack's resources before this run. */
  readonly recorded: readonly ResourceState[];
  readonly preview: boolean;
  readonly parallel: number;
  /** Ids of what the program is told that it cannot rely on. */
  readonly withheldFeatures: readonly string[];
}

/** Starts the program, serves it, and turns what it asks for into goals of the deployment. */
export function evaluateProgram(args: EvaluateArgs): Evaluation {
  const { context } = args;
  const gate = createSourceGate(context.signal);
  const diagnostics = createProgramDiagnostics(context.listener, context.config);
  const refused = Promise.withResolvers<ProgramOutcome>();
  const fail = (urn: string, message: string) => {
    diagnostics.error(urn, message);
    gate.close();
    refused.resolve(FAILED_SILENTLY);
  };
  const signalled = Promise.withResolvers<ProgramOutcome>();
  const released = Promise.withResolvers<void>();
  const stop = new AbortController();
  let mayEnd = false;
  const waitForShutdown = () => {
    if (mayEnd) throw new UserError("already-waiting", "Already waiting for shutdown");
    mayEnd = true;
    signalled.resolve(judgeEnd({ kind: "succeeded" }, gate));
    return released.promise;
  };
  const ended = runProgram(args, { diagnostics, gate, signal: stop.signal, fail, waitForShutdown }).finally(
    () => {
      mayEnd = true;
    },
  );
  /** A program that was turned away says that it succeeded although resources are missing. */
  const judge = (outcome: ProgramOutcome) => (gate.closed || stop.signal.aborted ? FAILED_SILENTLY : outcome);
  return {
    mayFailLate: true,
    finished: Promise.race([refused.promise, signalled.promise, ended]).then(judge),
    async release() {
      released.resolve();
      if (!mayEnd) stop.abort();
      const late = setTimeout(() => stop.abort(), FAREWELL_MS);
      const outcome = await ended;
      clearTimeout(late);
      return judge(outcome);
    },
  };
}

/** Who ends while resources are asked for cannot have done what depends on them. */
function judgeEnd(outcome: ProgramOutcome, { unanswered }: SourceGate): ProgramOutcome {
  if (outcome.kind !== "succeeded" || unanswered === 0) return outcome;
  const message = `the program ended while ${unanswered} of the resources it asked for had no answer yet: more may be missing`;
  return { kind: "failed", message };
}

interface RunHooks {
  readonly diagnostics: ProgramDiagnostics;
  readonly gate: SourceGate;
  readonly signal: AbortSignal;
  readonly fail: (urn: string, message: string) => void;
  readonly waitForShutdown: () => Promise<void>;
}

async function runProgram(args: EvaluateArgs, hooks: RunHooks): Promise<ProgramOutcome> {
  const { diagnostics, gate, signal } = hooks;
  let listener: GrpcListener | undefined;
  const callbacks = new CallbackClients();
  try {
    listener = args.listener ?? (await listenForCalls());
    const { address } = listener;
    const info = () => runInfo(args, address);
    const monitor = guardMonitor(createProgramMonitor(monitorContext(args, hooks, info)), gate);
    const version = PULUMI_VERSION.replace(/^v/, "");
    listener.serve([
      monitorService(monitor, info, createRemoteCallbacks(callbacks), args.withheldFeatures),
      engineService({ log: diagnostics.log, version }),
    ]);
    if (signal.aborted) return FAILED_SILENTLY;
    const outcome = await args.program.run({
      ...describeRun(args, address),
      stdout: diagnostics.stdout,
      stderr: (text) => (gate.turnedAway ? undefined : diagnostics.stderr(text)),
      signal,
    });
    return judgeEnd(outcome, gate);
  } catch (error) {
    return { kind: "failed", message: describeFailure(error) };
  } finally {
    diagnostics.flush();
    callbacks.close();
    listener?.close();
  }
}

type DescribedRun = Pick<EvaluateArgs, "context" | "preview" | "parallel">;

/** Tells the program what it will run, where it can get ready. Gives where it will look for the engine. */
export async function announceProgram(
  program: ProgramSource,
  run: DescribedRun,
): Promise<GrpcListener | undefined> {
  if (program.announce === undefined) return undefined;
  const listener = await listenForCalls();
  try {
    program.announce(describeRun(run, listener.address));
  } catch {
    // Whatever is wrong the run tells.
  }
  return listener;
}

function describeRun(run: DescribedRun, address: string): RunDescription {
  const { monitorEndpoint, ...told } = runInfo(run, address);
  return {
    ...told,
    ...{ monitorAddress: monitorEndpoint, engineAddress: address },
    debugMessages: run.context.debugMessages ?? true,
  };
}

function describeFailure(error: unknown): string {
  if (!(error instanceof UserError)) return error instanceof Error ? error.message : String(error);
  return error.help === undefined ? error.message : `${error.message}\n${error.help}`;
}

function runInfo(args: DescribedRun, monitorEndpoint: string): RunInfo {
  const { store, config } = args.context;
  const { project, stack, organization } = store.reference;
  return {
    project,
    stack,
    organization,
    config: config.values,
    configSecretKeys: config.secretKeys,
    dryRun: args.preview,
    parallel: args.parallel,
    monitorEndpoint,
  };
}

function preparePackages(packages: Packages, fail: RunHooks["fail"]): void {
  try {
    packages.prepare();
  } catch (error) {
    fail("", describeFailure(error));
  }
}

function monitorContext(args: EvaluateArgs, hooks: RunHooks, info: () => RunInfo): MonitorContext {
  const { config, project, random } = args.context;
  const { root, directory } = project;
  const { deployment, registry } = args;
  const { fail, waitForShutdown } = hooks;
  const installed = () => findDefaultPackages(directory, args.recorded);
  const packages = createPackages({ installed, uuid: () => random.uuid() });
  // Once the program has its stack it is busy with itself for a while: that is when there is time to look.
  setTimeout(() => preparePackages(packages, fail), ANSWERED_MS).unref();
  return {
    deployment,
    registry,
    transforms: new TransformChain(),
    invokeTransforms: [],
    resources: createRegisteredResources(),
    settled: new SettledResources(),
    traces: new CallerTraces(),
    packages,
    defaultProviders: createDefaultProviders({ deployment, config }),
    info,
    root,
    directory,
    fail,
    waitForShutdown,
  };
}
