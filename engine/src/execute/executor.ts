import { setImmediate as nextTick } from "node:timers/promises";
import { ProviderError } from "../errors.ts";
import { allDependencies } from "../plan/dependencies.ts";
import { markSecretOutputs } from "../plan/secrets.ts";
import { newOf, type Step, type StepOutcome, subjectOf } from "../plan/step.ts";
import type { ResourceState } from "../state/resource.ts";
import { DeleteProtectedError } from "./apply.ts";
import { Departures } from "./departures.ts";
import type { ToldView } from "./open-views.ts";
import type { Reporter } from "./reporter.ts";
import type { StepRecorder } from "./step-recorder.ts";
import { Slots } from "./turn.ts";
import { makesObject, markReplaced, type ViewBook } from "./view-book.ts";

/** What a failed step means for the others: nothing new starts, only its dependents are skipped, or nothing at all. */
export type ErrorPolicy = "stop" | "skip-dependents" | "ignore";

export interface ExecutorOptions {
  readonly parallel: number;
  readonly errorPolicy: ErrorPolicy;
  readonly apply: (step: Step) => Promise<StepOutcome>;
  readonly reporter: Reporter;
  readonly recorder: StepRecorder;
  readonly views: ViewBook;
  /** Called when a step that leads to a state has succeeded. */
  readonly applied: (step: Step, outcome: StepOutcome) => void;
}

export type ChainResult = "done" | "failed" | "stopped";

/** Carries out chains of steps: each chain in its order, chains at the same time as far as allowed. */
export class StepExecutor {
  private readonly options: ExecutorOptions;
  private readonly slots: Slots;
  private readonly running = new Set<Promise<unknown>>();
  private readonly failed = new Set<Step>();
  private readonly skippedUrns = new Set<string>();
  private readonly departures = new Departures();
  private readonly halt = new AbortController();
  private firstError: Error | undefined;
  private readonly endings = new Map<Step, Error>();

  constructor(options: ExecutorOptions) {
    this.options = options;
    this.slots = new Slots(options.parallel);
  }

  /** Aborted once nothing new may start. */
  get stopped(): AbortSignal {
    return this.halt.signal;
  }

  /** The first failure of a step, if any. */
  get error(): Error | undefined {
    return this.firstError;
  }

  /** Why a step failed, where the run went on until then. */
  endingOf(step: Step): Error | undefined {
    return this.endings.get(step);
  }

  get failedSteps(): readonly Step[] {
    return [...this.failed];
  }

  /** Nothing new starts from now on; what runs, ends. */
  stop(): void {
    this.halt.abort();
  }

  /** Settles when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  runChain(steps: readonly Step[]): Promise<ChainResult> {
    const chain = this.slots.use((giveBack) => this.runInOrder(steps, giveBack));
    this.running.add(chain);
    return chain.finally(() => {
      this.departures.close(steps);
      this.running.delete(chain);
    });
  }

  /** Runs steps that do not depend on each other. */
  async runLayer(steps: readonly Step[]): Promise<void> {
    await Promise.all(steps.map((step) => this.runChain([step])));
  }

  /**
   * True where a chain depends on something that failed, or would make an object again that could not be deleted;
   * whatever depends on this chain is skipped as well. Settles when the chain may begin.
   */
  async skips(steps: readonly Step[]): Promise<boolean> {
    const hasRoom = (await this.departures.begin(steps)) || this.stopped.aborted;
    for (const step of this.failed) this.skippedUrns.add(subjectOf(step).state.urn);
    const isSkipped = (urn: string) => this.skippedUrns.has(urn);
    const skipped = steps.filter(
      (step) =>
        !hasRoom || (this.skippedUrns.size > 0 && allDependencies(subjectOf(step).state).some(isSkipped)),
    );
    for (const step of skipped) this.skippedUrns.add(subjectOf(step).state.urn);
    if (skipped.length > 0) this.departures.close(steps);
    return skipped.length > 0;
  }

  private async runInOrder(steps: readonly Step[], giveBack: () => void): Promise<ChainResult> {
    // A registration that is refused at once stops everything before the steps of the one before it begin.
    await nextTick();
    for (const step of steps) {
      if (this.stopped.aborted) return "stopped";
      const error = await this.runStep(step, step === steps.at(-1) ? giveBack : undefined);
      if (error !== undefined) {
        this.fail(step, error);
        return "failed";
      }
      this.departures.done(step);
    }
    return "done";
  }

  /** `succeeded` is called once the step has done what it does to the world, and is still to be recorded. */
  private async runStep(step: Step, succeeded?: () => void): Promise<Error | undefined> {
    const { reporter, recorder } = this.options;
    try {
      reporter.stepStarted(step);
      await recorder.begin(step);
      const outcome = await this.options.apply(step);
      // What is recorded of it can share a write with the beginning of the next step.
      if (outcome.error === undefined) succeeded?.();
      return await this.settle(step, outcome);
    } catch (error) {
      const known = error instanceof Error ? error : new Error(String(error));
      reporter.error(subjectOf(step).state.urn, known.message);
      this.stop();
      return known;
    }
  }

  /** Views go before the object that they are parts of, and come after it. */
  private async settle(step: Step, outcome: StepOutcome): Promise<Error | undefined> {
    const { views, recorder } = this.options;
    const told = await views.close(step);
    const waiting = views.giveWay(step);
    if (waiting.length > 0) recorder.changed(waiting);
    const isEnd = newOf(step) === undefined || outcome.refreshed?.op === "delete";
    if (!isEnd) {
      const failed = await this.conclude(step, outcome);
      const failedView = await this.concludeViews(told, step, outcome);
      return failed ?? failedView;
    }
    const failedView = await this.concludeViews(told, step, outcome);
    if (outcome.error !== undefined) return this.conclude(step, outcome);
    if (failedView === undefined) {
      await this.concludeViews(await views.left(step, outcome, told), step, outcome);
      return this.conclude(step, outcome);
    }
    // A view is still there: without what it is a part of, nobody could look after it.
    await recorder.end(step, undefined);
    return failedView;
  }

  private async concludeViews(
    told: readonly ToldView[],
    owner: Step,
    outcome: StepOutcome,
  ): Promise<Error | undefined> {
    let failed: Error | undefined;
    const isOwned = isRecorded(outcome) || !makesObject(owner);
    for (const view of told) {
      const { step } = view;
      const isKept = isOwned || newOf(step) === undefined;
      if (isKept && view.outcome.error === undefined) markReplaced(step);
      const error = await this.conclude(step, view.outcome, isKept);
      failed ??= error;
    }
    return failed;
  }

  /** Tells and records how a step ended. `isKept` false: whatever it left has nothing that it could belong to. */
  private async conclude(step: Step, result: StepOutcome, isKept = true): Promise<Error | undefined> {
    const { reporter, recorder, views } = this.options;
    const outcome = this.finishStates(step, result);
    if (outcome.error === undefined && newOf(step) !== undefined) this.options.applied(step, outcome);
    reporter.stepFinished(step, outcome);
    if (outcome.status === "partial" && step.op === "update") {
      step.new.state = { ...step.new.state, inputs: step.old.state.inputs };
    }
    if (outcome.error instanceof ProviderError && outcome.error.abandoned) return outcome.error;
    const recorded = isKept && isRecorded(outcome);
    if (recorded && subjectOf(step).state.viewOf !== "") views.settle(step, outcome);
    await recorder.end(step, recorded ? outcome : undefined);
    return outcome.error;
  }

  /** Marks what must be secret before anything sees or stores the new state. */
  private finishStates(step: Step, outcome: StepOutcome): StepOutcome {
    const target = newOf(step);
    if (target === undefined || step.op === "replace") return outcome;
    if (step.op === "refresh" && step.new === step.old) return withSecretFindings(outcome);
    const { additionalSecretOutputs, urn } = target.state;
    if (additionalSecretOutputs.includes("id")) {
      const message = "The 'id' property cannot be made secret. See pulumi/pulumi#2717 for more details.";
      this.options.reporter.warning(urn, message);
    }
    target.state = withSecretOutputs(target.state);
    return outcome;
  }

  private fail(step: Step, error: Error): void {
    this.firstError ??= error;
    if (!this.stopped.aborted) this.endings.set(step, error);
    const { errorPolicy } = this.options;
    if (errorPolicy === "ignore") return;
    if (errorPolicy === "skip-dependents" || error instanceof DeleteProtectedError) this.failed.add(step);
    else this.stop();
  }
}

function isRecorded({ error, status }: StepOutcome): boolean {
  return error === undefined || status === "partial";
}

function withSecretOutputs(state: ResourceState): ResourceState {
  const { outputs, inputs, additionalSecretOutputs } = state;
  const marked = markSecretOutputs(outputs, inputs, additionalSecretOutputs);
  return marked === outputs ? state : { ...state, outputs: marked };
}

/** What a refresh of the state alone found is not in its step yet. */
function withSecretFindings(outcome: StepOutcome): StepOutcome {
  const { refreshed } = outcome;
  if (refreshed?.state === undefined) return outcome;
  return { ...outcome, refreshed: { ...refreshed, state: withSecretOutputs(refreshed.state) } };
}
