import { UserError } from "../errors.ts";
import type { GrpcListener } from "../grpc/server.ts";
import type {
  OperationContext,
  OperationKind,
  OperationOptions,
  OperationResult,
  RunNotes,
} from "../operation.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";
import { announceProgram } from "../program/evaluate-program.ts";
import type { UpdateRecord } from "../state/history.ts";
import { refuseAbsentTargets } from "./absent-targets.ts";
import { refuseDeleteHooks } from "./delete-hooks.ts";
import type { Ending } from "./ending.ts";
import { refuseImportTypes } from "./import-types.ts";
import { loadPolicies } from "./load-policies.ts";
import { Operation } from "./operation-run.ts";
import { interruptedAdvice } from "./settle-interrupted.ts";

/**
 * Runs one operation on one stack: takes the lock, plans and acts, tells listeners, records history, and gives
 * everything back, however it ends.
 * @throws UserError where the operation could not begin: the stack is locked, its state cannot be read, a policy pack
 * does not start, a target is not recorded, there are delete hooks that need the program, or a type to import is none.
 */
export async function runOperation(
  kind: OperationKind,
  options: OperationOptions,
  context: OperationContext,
): Promise<OperationResult> {
  refuseUnlessPreview(kind, options);
  const { store, clock } = context;
  const lock = options.preview ? undefined : await store.lock();
  let packs: readonly PolicyPack[] = [];
  let listener: GrpcListener | undefined;
  try {
    const started = clock.now();
    listener = await announceRun(kind, options, context);
    const policies = await loadPolicies(context, options);
    packs = policies.packs;
    const operation = await Operation.begin(kind, options, context, { packs, listener });
    const refusal = policies.error ?? refusedBeforeItBegins(operation);
    const ending = refusal === undefined ? await carryOut(operation, started) : NOT_BEGUN;
    const record = async (): Promise<void> => {
      if (options.preview) return;
      const ended = clock.now();
      const notes = (await context.record?.notes) ?? { environment: {}, message: options.message };
      await store.recordUpdate(historyEntry({ kind, options, operation, ending, notes, started, ended }));
    };
    await bothOf(record(), closePlugins(packs, context));
    context.listener({ kind: "cancel" });
    if (refusal !== undefined) throw refusal;
    const changes = operation.changes as { readonly [op: string]: number };
    const { result, outputs, untold: errors, plan } = ending;
    const isSettled = options.preview || options.clearPendingCreates;
    const advice = isSettled ? [] : interruptedAdvice(operation.pendingOperations);
    return { result, changes, outputs, errors, advice, ...(plan === undefined ? {} : { plan }) };
  } finally {
    listener?.close();
    await closePlugins(packs, context);
    await lock?.release();
  }
}

async function closePlugins(packs: readonly PolicyPack[], { providers }: OperationContext): Promise<void> {
  await Promise.all([...packs.map((pack) => pack.close()), providers.close()]);
}

/** Waits for both also where one fails. */
async function bothOf(...promises: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(promises)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
}

/** The program gets ready while state and policies are loaded, where it is to run at all. */
async function announceRun(
  kind: OperationKind,
  { preview, parallel, runProgram }: OperationOptions,
  context: OperationContext,
): Promise<GrpcListener | undefined> {
  if (context.program === undefined || !(kind === "update" || runProgram)) return undefined;
  return announceProgram(context.program, { context, preview, parallel });
}

function refuseUnlessPreview(kind: OperationKind, { offline, preview, refresh }: OperationOptions): void {
  if (offline !== true || (preview && !refresh && ["update", "destroy"].includes(kind))) return;
  throw new UserError(
    "offline",
    "PULUMI_ENGINE_OFFLINE is set: only previews without a refresh are possible",
    {
      help: "Take the variable out of the environment to work on what is live.",
    },
  );
}

const NOT_BEGUN: Ending = { result: "failed", outputs: {}, untold: [], plan: undefined };

/** Why an operation cannot even begin; people were told the particulars. */
function refusedBeforeItBegins({ kind, options, base, reporter }: Operation): UserError | undefined {
  if (kind === "import") return refuseImportTypes(options.imports);
  if (kind === "update") return undefined;
  const absent = refuseAbsentTargets(options, base.resources);
  if (absent !== undefined || kind === "refresh" || options.runProgram) return absent;
  return refuseDeleteHooks(base.resources, reporter);
}

async function carryOut(operation: Operation, started: Date): Promise<Ending> {
  const { context, options } = operation;
  context.listener({ kind: "prelude", config: visibleConfig(context) });
  const ending = await operation.run();
  const seconds = (context.clock.now().getTime() - started.getTime()) / 1000;
  tellSummary({ operation, options, context, ending, seconds });
  return ending;
}

/** The configuration as displays may show it. */
function visibleConfig({ config }: OperationContext): { readonly [key: string]: string } {
  const secret = new Set(config.secretKeys);
  const entries = Object.entries(config.values).map(
    ([key, value]) => [key, secret.has(key) ? "[secret]" : value] as const,
  );
  return Object.fromEntries(entries);
}

interface Finished {
  readonly operation: Operation;
  readonly options: OperationOptions;
  readonly ending: Ending;
}

function tellSummary(finished: Finished & { context: OperationContext; seconds: number }): void {
  const { operation, options, context, ending, seconds } = finished;
  context.listener({
    kind: "summary",
    isPreview: options.preview,
    maybeCorrupt: operation.maybeCorrupt,
    durationSeconds: Math.ceil(seconds),
    resourceChanges: operation.changes,
    policyPacks: operation.policyPacks,
    // A cancelled run counts as failed here, as with the official CLI.
    result: ending.result === "succeeded" ? "succeeded" : "failed",
  });
}

const HISTORY_KINDS = {
  update: "update",
  refresh: "refresh",
  destroy: "destroy",
  import: "resource-import",
} as const satisfies { [kind in OperationKind]: UpdateRecord["kind"] };

function historyEntry(
  finished: Finished & { kind: OperationKind; notes: RunNotes; started: Date; ended: Date },
): UpdateRecord {
  const { kind, operation, ending, notes, started, ended } = finished;
  return {
    kind: HISTORY_KINDS[kind],
    startTime: seconds(started),
    message: notes.message,
    environment: notes.environment,
    config: operation.context.record?.config ?? {},
    version: 0,
    result: ending.result === "succeeded" ? "succeeded" : "failed",
    endTime: seconds(ended),
    resourceChanges: operation.changes as { readonly [op: string]: number },
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
