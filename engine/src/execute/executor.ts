import { setImmediate as nextTick } from "node:timers/promises";
import { ProviderError } from "../errors.ts";
import { allDependencies } from "../plan/dependencies.ts";
import { markSecretOutputs } from "../plan/secrets.ts";
import { newOf, type Step, type StepOutcome, subjectOf } from "../plan/step.ts";
import type { ResourceState } from "../state/resource.ts";
import { DeleteProtectedError } from "./apply.ts";
import type { Reporter } from "./reporter.ts";
import type { StepRecorder } from "./step-recorder.ts";
import { Slots } from "./turn.ts";

/** What a failed step means for the others: nothing new starts, only its dependents are skipped, or nothing at all. */
export type ErrorPolicy = "stop" | "skip-dependents" | "ignore";

export interface ExecutorOptions {
  readonly parallel: number;
  readonly errorPolicy: ErrorPolicy;
  readonly apply: (step: Step) => Promise<StepOutcome>;
  readonly reporter: Reporter;
  readonly recorder: StepRecorder;
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
  private readonly halt = new AbortController();
  private firstError: Error | undefined;

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
    const chain = this.slots.use(() => this.runInOrder(steps));
    this.running.add(chain);
    return chain.finally(() => this.running.delete(chain));
  }

  /** Runs steps that do not depend on each other. */
  async runLayer(steps: readonly Step[]): Promise<void> {
    await Promise.all(steps.map((step) => this.runChain([step])));
  }

  /** True where a chain depends on something that failed; whatever depends on this chain is skipped as well. */
  skips(steps: readonly Step[]): boolean {
    for (const step of this.failed) this.skippedUrns.add(subjectOf(step).state.urn);
    const skipped = steps.filter((step) =>
      allDependencies(subjectOf(step).state).some((urn) => this.skippedUrns.has(urn)),
    );
    for (const step of skipped) this.skippedUrns.add(subjectOf(step).state.urn);
    return skipped.length > 0;
  }

  private async runInOrder(steps: readonly Step[]): Promise<ChainResult> {
    // A registration that is refused at once stops everything before the steps of the one before it begin.
    await nextTick();
    for (const step of steps) {
      if (this.stopped.aborted) return "stopped";
      const error = await this.runStep(step);
      if (error !== undefined) {
        this.fail(step, error);
        return "failed";
      }
    }
    return "done";
  }

  private async runStep(step: Step): Promise<Error | undefined> {
    const { reporter, recorder } = this.options;
    try {
      reporter.stepStarted(step);
      await recorder.begin(step);
      const outcome = this.finishStates(step, await this.options.apply(step));
      if (outcome.error === undefined && newOf(step) !== undefined) this.options.applied(step, outcome);
      reporter.stepFinished(step, outcome);
      if (outcome.status === "partial" && step.op === "update") {
        step.new.state = { ...step.new.state, inputs: step.old.state.inputs };
      }
      if (outcome.error instanceof ProviderError && outcome.error.abandoned) return outcome.error;
      const recorded = outcome.error === undefined || outcome.status === "partial";
      await recorder.end(step, recorded ? outcome : undefined);
      return outcome.error;
    } catch (error) {
      const known = error instanceof Error ? error : new Error(String(error));
      reporter.error(subjectOf(step).state.urn, known.message);
      this.stop();
      return known;
    }
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
    const { errorPolicy } = this.options;
    if (errorPolicy === "ignore") return;
    if (errorPolicy === "skip-dependents" || error instanceof DeleteProtectedError) this.failed.add(step);
    else this.stop();
  }
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
