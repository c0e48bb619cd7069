import { setImmediate } from "node:timers/promises";
import { isProviderType } from "../plan/urn.ts";
import { evaluateProgram } from "../program/evaluate-program.ts";
import type { Evaluation } from "../program/evaluation.ts";
import type { ProgramOutcome } from "../program/program-source.ts";
import type { ResourceState } from "../state/resource.ts";
import { deletesNeedProgram } from "./delete-hooks.ts";
import { carryOutDeletes } from "./deletes.ts";
import { carryOutImports } from "./import-specs.ts";
import { isInProcess } from "./in-process-program.ts";
import type { Operation } from "./operation-run.ts";
import { pendingOperationsWarning } from "./pending-operations.ts";
import { refreshState } from "./refresh.ts";
import { Bail } from "./run.ts";
import { settleInterrupted } from "./settle-interrupted.ts";

/** How it went. `told`: a person knows why it failed; `failed`: only that steps did, the end itself is still to be told. */
export type Verdict = "ok" | "told" | "failed" | "canceled";

/** Does what an operation consists of, in order, and tells how it ended. */
export async function runPhases(operation: Operation): Promise<Verdict> {
  const verdict = await phases(operation);
  const { reporter, options, context } = operation;
  const noun = options.preview ? "preview" : "update";
  if (verdict === "told") return verdict;
  if (verdict === "failed") reporter.error("", `${noun} failed`);
  else if (context.signal.aborted) {
    reporter.error("", `${noun} canceled`);
    return "canceled";
  }
  return verdict;
}

async function phases(operation: Operation): Promise<Verdict> {
  try {
    await settleCreates(operation);
  } catch (error) {
    return tell(operation, error);
  }
  if (operation.kind === "import") return carryOutImports(operation);
  const refreshed = await refreshFirst(operation);
  if (refreshed !== undefined) return refreshed;
  if (!targetsExist(operation, operation.options.replaces, new Set())) return "told";
  const { kind, options } = operation;
  if (kind === "update" || options.runProgram) return runProgram(operation);
  return withoutProgram(operation);
}

/** Finds out what became of creates that were interrupted, unless all of them are to be forgotten. */
async function settleCreates(operation: Operation): Promise<void> {
  const { base, options, context, ledger, recorder } = operation;
  const named = Object.keys(options.importPendingCreates);
  warnOfUnknown(operation, named);
  const areForgotten = options.clearPendingCreates && named.length === 0;
  if (areForgotten || base.pendingOperations.length === 0) return;
  const settled = await settleInterrupted(operation.mainRun, base, () => context.clock.now().toISOString());
  operation.pendingOperations = settled.pendingOperations;
  if (settled.base !== ledger.base) ledger.rebase(settled.base);
  recorder.inherits(settled.pendingOperations);
}

/** Who names a create that is not pending has mistyped it, or is late. */
function warnOfUnknown({ base, options, reporter }: Operation, named: readonly string[]): void {
  if (options.preview) return;
  const pending = base.pendingOperations.filter(({ type }) => type === "creating");
  const unknown = named.filter((urn) => !pending.some(({ resource }) => resource.urn === urn));
  for (const urn of unknown) reporter.warning("", `"${urn}" did not correspond to a pending create`);
}

/** The refresh of the state alone: the whole of `refresh`, or what comes before an update. Undefined where the operation goes on. */
async function refreshFirst(operation: Operation): Promise<Verdict | undefined> {
  const { kind, options, base, reporter } = operation;
  // Where the program runs it tells what to read again, but not what a destroy is about.
  const isLeftToProgram = options.runProgram && kind !== "destroy";
  const all = (kind === "refresh" || options.refresh) && !isLeftToProgram;
  const some = !isLeftToProgram && base.resources.some(isReadBeforeUpdates);
  if (!all && !some) {
    if (operation.pendingOperations.length > 0 && !options.preview) {
      reporter.warning("", pendingOperationsWarning(operation.pendingOperations));
    }
    return undefined;
  }
  if (!targetsExist(operation, [...options.targets, ...options.excludes], new Set())) return "told";
  const run = operation.withExecutor("ignore");
  const stop = (): void => run.executor.stop();
  operation.context.signal.addEventListener("abort", stop);
  try {
    await refreshState(run, (state) => all || state.refreshBeforeUpdate);
  } catch (error) {
    return tell(operation, error);
  } finally {
    operation.context.signal.removeEventListener("abort", stop);
  }
  if (run.executor.error !== undefined) return "failed";
  return kind === "refresh" || operation.context.signal.aborted ? "ok" : undefined;
}

/** A copy that waits for its deletion asks for nothing by itself. */
function isReadBeforeUpdates({ refreshBeforeUpdate, delete: isCopy }: ResourceState): boolean {
  return refreshBeforeUpdate && !isCopy;
}

/** Tells why the engine itself could not go on. */
export function tell(operation: Operation, error: unknown): Verdict {
  if (!(error instanceof Bail)) {
    operation.reporter.error("", error instanceof Error ? error.message : String(error));
  }
  return "told";
}

function targetsExist(
  operation: Operation,
  targets: readonly string[],
  registered: ReadonlySet<string>,
): boolean {
  const literals = targets.filter((target) => !target.includes("*"));
  const unknown = literals.filter((urn) => !operation.ledger.hasRecord(urn) && !registered.has(urn));
  for (const urn of unknown) {
    const hint = urn.includes("$") ? "" : " Did you forget to escape $ in your shell?";
    operation.reporter.error("", `Target '${urn}' could not be found in the stack.${hint}`);
  }
  return unknown.length === 0;
}

/** A destroy works from the state alone: nothing registers, so everything goes. */
async function withoutProgram(operation: Operation): Promise<Verdict> {
  const deleted = await deletePhase(operation);
  return deleted === "ok" ? stepsVerdict(operation) : deleted;
}

async function deletePhase(operation: Operation): Promise<Verdict> {
  try {
    await carryOutDeletes(operation.mainRun);
    return "ok";
  } catch (error) {
    if (error instanceof Bail) return "failed";
    return tell(operation, error);
  }
}

function stepsVerdict(operation: Operation): Verdict {
  return operation.mainRun.executor.error !== undefined || operation.sawError ? "failed" : "ok";
}

/** A program makes its resources before it registers the first: what they were made with last time starts meanwhile. */
function expectProviders({ base, mainRun }: Operation): void {
  const recorded = base.resources.filter(({ type, delete: isCopy }) => isProviderType(type) && !isCopy);
  for (const provider of recorded) mainRun.registry.expect(provider);
}

async function runProgram(operation: Operation): Promise<Verdict> {
  const { context, options, deployment } = operation;
  const { executor, registry } = operation.mainRun;
  if (context.program === undefined) return tell(operation, new Error("there is no program to run"));
  const { program } = context;
  expectProviders(operation);
  const evaluation = isInProcess(program)
    ? program.evaluate(deployment, context)
    : evaluateProgram({
        ...{ program, deployment, registry, context, listener: operation.listener },
        recorded: operation.base.resources,
        preview: options.preview,
        parallel: options.parallel,
        withheldFeatures: options.withheldFeatures ?? [],
      });
  const outcome = await Promise.race([evaluation.finished, aborted(executor.stopped)]);
  if (outcome?.kind !== "succeeded") executor.stop();
  await deployment.drain();
  let verdict: Verdict = "ok";
  if (!executor.stopped.aborted) verdict = await concludeProgram(operation, evaluation);
  const final = await evaluation.release();
  if (deployment.failure !== undefined) verdict = "told";
  else if (verdict === "ok" && outcome !== undefined) {
    verdict = programVerdict(operation, executor.stopped.aborted ? outcome : final);
  }
  const errored = verdict !== "ok" || stepsVerdict(operation) !== "ok" || executor.stopped.aborted;
  if (!(await storeStackOutputs(operation, errored))) return "told";
  if (verdict !== "ok") return verdict;
  if (!isPlanFulfilled(operation)) return "told";
  const isJudged = executor.error === undefined && !executor.stopped.aborted;
  if (isJudged && !(await judgeStack(operation))) return "told";
  return stepsVerdict(operation);
}

/** False where a policy pack could not do its work. */
async function judgeStack({ mainRun, reporter }: Operation): Promise<boolean> {
  try {
    await mainRun.policies.enforceOnStack(mainRun);
    return true;
  } catch (error) {
    reporter.error("", error instanceof Error ? error.message : String(error));
    return false;
  }
}

/**
 * What comes after a program that said it is done. Programs say so in good faith: the SDK finds only at the very end of
 * the process that promises of it never settled. Whatever did not register because of that must not be deleted, so the
 * program is let go first, unless the deletes need its hooks.
 */
async function concludeProgram(operation: Operation, evaluation: Evaluation): Promise<Verdict> {
  const { deployment, mainRun, reporter } = operation;
  if (!deployment.isStackComplete) {
    reporter.error("", INCOMPLETE);
    return "told";
  }
  if (evaluation.mayFailLate && !deletesNeedProgram(mainRun)) {
    const [{ kind }] = await Promise.all([evaluation.release(), prepareMeanwhile(operation)]);
    if (kind !== "succeeded") return "ok";
  }
  return afterProgram(operation);
}

/** The end of a process takes a while: the program is told first, and it is used then. */
async function prepareMeanwhile({ recorder }: Operation): Promise<void> {
  await setImmediate();
  await setImmediate();
  recorder.prepare();
}

const INCOMPLETE =
  "the program ended before its stack was complete: something it waits for never happens, for example a promise that " +
  "nobody settles. Nothing was deleted, because what did not register may only be missing.";

/** False where the stack's outputs are not those of the update plan. */
async function storeStackOutputs(operation: Operation, errored: boolean): Promise<boolean> {
  try {
    await operation.deployment.finalizeStackOutputs(errored);
    return true;
  } catch (error) {
    operation.untold.push(error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** Whatever the plan expects must have been attempted by now. */
function isPlanFulfilled({ mainRun, ledger, reporter }: Operation): boolean {
  const missed = mainRun.planGuard?.missed((urn) => ledger.hasRecord(urn)) ?? [];
  for (const urn of missed) {
    reporter.error(urn, `expected resource operations for ${urn} but none were seen`);
  }
  return missed.length === 0;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}

/** Only after a clean end of the program is what did not register known to be unwanted. */
async function afterProgram(operation: Operation): Promise<Verdict> {
  const { ledger, options } = operation;
  const found = targetsExist(operation, options.targets, ledger.seen);
  const rest = operation.kind === "refresh" ? await refreshUnseen(operation) : await deletePhase(operation);
  return found ? rest : "told";
}

function programVerdict(operation: Operation, outcome: ProgramOutcome): Verdict {
  if (outcome.kind === "succeeded") return "ok";
  if (outcome.kind === "failed") operation.reporter.error("", outcome.message);
  return "told";
}

/** A refresh that ran the program reads what the program did not register, too; copies that wait for their deletion are left. */
async function refreshUnseen(operation: Operation): Promise<Verdict> {
  const { ledger } = operation;
  const taken = new Set<string>();
  try {
    const isLeft = ({ urn }: ResourceState): boolean => {
      if (ledger.isOperatedOn(urn) || taken.has(urn)) return false;
      taken.add(urn);
      return true;
    };
    // The official CLI asks about dependents of what registers only.
    await refreshState(operation.mainRun, isLeft, { targetDependents: false, excludeDependents: false });
    return "ok";
  } catch (error) {
    return tell(operation, error);
  }
}
