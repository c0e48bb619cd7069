import { messageOf } from "../errors.ts";
import { mapsEqual } from "../plan/property-diff.ts";
import { isLogical, newOf, type Step, subjectOf } from "../plan/step.ts";
import { isRootStack } from "../plan/urn.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource.ts";
import { type Named, urnOf } from "./aliasing.ts";
import { generateReadSteps } from "./generate-read.ts";
import { type Generated, generateSteps } from "./generator.ts";
import { type Deployment, DeploymentStopped, type Goal, type ReadGoal, type Registration } from "./goal.ts";
import type { HookRegistry } from "./hook-registry.ts";
import { planOutputs } from "./keep-to-plan.ts";
import { Bail, type Run } from "./run.ts";
import type { StepRecorder } from "./step-recorder.ts";
import { Turn } from "./turn.ts";

type Answered = Extract<Generated, { kind: "steps" }>;

/** A run as its program sees it: takes registrations, has their steps generated in turn and carried out together. */
export class DeploymentRun implements Deployment {
  readonly preview: boolean;
  readonly hooks: HookRegistry;
  private readonly run: Run;
  private readonly recorder: StepRecorder;
  private readonly generation = new Turn();
  /** Steps whose resources may still get outputs. */
  private readonly awaitingOutputs = new Map<string, Step>();
  private stackOutputs: { readonly urn: string; readonly outputs: PropertyMap } | undefined;
  private generationFailure: Error | undefined;
  private readonly served = new Set<Promise<unknown>>();
  private closed = false;

  constructor(run: Run, recorder: StepRecorder) {
    this.run = run;
    this.recorder = recorder;
    this.preview = run.options.preview;
    this.hooks = run.hooks.registry;
  }

  /** False where the program's stack registered and never got its outputs: they come when the whole program has run. */
  get isStackComplete(): boolean {
    return this.stackOutputs !== undefined || ![...this.awaitingOutputs.keys()].some(isRootStack);
  }

  /** Why the generator stopped, if it did. */
  get failure(): Error | undefined {
    return this.generationFailure;
  }

  register(goal: Goal): Promise<Registration> {
    const { extension: used } = goal;
    if (used !== undefined) this.recorder.extends(used.ref, used.extension);
    const { run } = this;
    if (!this.closed) run.ahead.expect(run, goal);
    return this.track(this.serve(goal, () => run.ahead.taking(run, () => generateSteps(run, goal))));
  }

  read(goal: ReadGoal): Promise<Registration> {
    return this.track(this.serve(goal, async () => generateReadSteps(this.run, goal)));
  }

  registerOutputs(urn: string, outputs: PropertyMap): Promise<void> {
    return this.track(this.serveOutputs(urn, outputs));
  }

  /** The program has ended: nothing more is taken on. Settles when all that was taken on has been answered. */
  async drain(): Promise<void> {
    this.closed = true;
    while (this.served.size > 0) await Promise.allSettled(this.served);
    await this.run.executor.idle();
  }

  private track<T>(answer: Promise<T>): Promise<T> {
    this.served.add(answer);
    return answer.finally(() => this.served.delete(answer));
  }

  findResource(urn: string): ResourceState | undefined {
    return this.run.ledger.current.get(urn)?.state;
  }

  private async serve(goal: Named, start: () => Promise<Generated>): Promise<Registration> {
    this.refuseWhenClosed(() => urnOf(this.run, goal));
    let generated = await this.generate(goal, start);
    while (generated.kind === "pause") {
      const { steps, resume } = generated;
      if (!(await this.carryOut(steps))) return failed(steps);
      generated = await this.generate(goal, resume);
    }
    return this.finish(generated);
  }

  /** Runs the generator in turn. Whatever it cannot do ends the deployment. */
  private generate(goal: Named, work: () => Promise<Generated>): Promise<Generated> {
    return this.generation.take(async () => {
      this.refuseWhenStopped();
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Bail)) this.run.reporter.error(urnOf(this.run, goal), messageOf(error));
        this.generationFailure ??= error instanceof Error ? error : new Error(messageOf(error));
        this.run.executor.stop();
        throw new DeploymentStopped("the deployment cannot go on");
      }
    });
  }

  private async finish({ steps, answer }: Answered): Promise<Registration> {
    const { resource, unknown, stableKeys } = answer;
    if (await this.run.executor.skips(steps)) {
      return { state: resource.state, result: "skip", unknown: false, stableKeys };
    }
    const done = await this.carryOut(steps);
    return { state: resource.state, result: done ? "success" : "fail", unknown, stableKeys };
  }

  /** False where a step failed and the deployment goes on nevertheless. */
  private async carryOut(steps: readonly Step[]): Promise<boolean> {
    const { executor } = this.run;
    if (steps.length === 0) return true;
    const result = await executor.runChain(steps);
    if (result === "stopped") throw new DeploymentStopped("the deployment was stopped");
    if (result === "failed") this.refuseAfterRefresh(steps);
    if (result === "failed" && executor.stopped.aborted) throw new DeploymentStopped("a step failed");
    return result === "done";
  }

  /** Where an object cannot be read, nobody can say what to do about it. The official CLI tells why a second time, too. */
  private refuseAfterRefresh(steps: readonly Step[]): void {
    const failed = steps.find((step) => step.op === "refresh");
    const error = failed && this.run.executor.endingOf(failed);
    if (failed !== undefined && error !== undefined)
      throw this.halt(subjectOf(failed).state.urn, error.message);
  }

  private refuseWhenStopped(): void {
    if (this.run.executor.stopped.aborted) throw new DeploymentStopped("the deployment was stopped");
  }

  private refuseWhenClosed(urn: () => string): void {
    if (!this.closed) return;
    if (!this.run.executor.stopped.aborted) {
      const message = "the program asked for this after it had said that it is done: it was left out";
      this.run.reporter.error(urn(), message);
    }
    throw new DeploymentStopped("the program has ended");
  }

  /** Called by the executor for each step that has succeeded. A `replace` only says what the steps around it do. */
  stepApplied(step: Step): void {
    const resource = newOf(step);
    if (resource === undefined) return;
    if (step.op !== "replace" && !resource.state.delete) {
      this.run.ledger.current.set(resource.state.urn, resource);
    }
    if (isLogical(step)) this.awaitingOutputs.set(resource.state.urn, step);
    this.run.planWriter?.noteApplied(step);
  }

  /** Waits its turn: outputs that come after a registration that fails are not seen. */
  private async serveOutputs(urn: string, outputs: PropertyMap): Promise<void> {
    this.refuseWhenClosed(() => urn);
    const step = await this.generation.take(async () => {
      this.refuseWhenStopped();
      if (!isRootStack(urn)) return this.stepAwaitingOutputs(urn, outputs);
      this.stackOutputs = { urn, outputs };
      return undefined;
    });
    if (step !== undefined) await this.setOutputs(step, outputs);
  }

  private stepAwaitingOutputs(urn: string, outputs: PropertyMap): Step {
    const step = this.awaitingOutputs.get(urn);
    if (step === undefined) {
      throw this.halt(urn, `cannot complete a resource '${urn}' whose registration isn't pending`);
    }
    try {
      if (!isSkippedCreate(step)) planOutputs(this.run, urn, outputs);
      return step;
    } catch (error) {
      throw this.halt(urn, messageOf(error));
    }
  }

  private halt(urn: string, message: string): DeploymentStopped {
    this.run.reporter.error(urn, message);
    this.generationFailure ??= new Error(message);
    this.run.executor.stop();
    return new DeploymentStopped(message);
  }

  private async setOutputs(step: Step, outputs: PropertyMap): Promise<void> {
    const { urn } = subjectOf(step).state;
    this.awaitingOutputs.delete(urn);
    if (isSkippedCreate(step)) return;
    const resource = subjectOf(step);
    resource.state = { ...resource.state, outputs };
    if (!resource.state.custom) await this.runComponentHooks(step);
    this.run.reporter.outputsRegistered(step);
    await this.recorder.outputsRegistered(step);
  }

  /** A component is done when its outputs are there. One that was replaced has no hooks, as with the official CLI. */
  private async runComponentHooks(step: Step): Promise<void> {
    const { hooks } = this.run;
    if (step.op === "create") {
      await hooks.after({ phase: "AfterCreate", old: undefined, new: step.new.state });
    } else if (step.op === "update") {
      await hooks.after({ phase: "AfterUpdate", old: step.old.state, new: step.new.state });
    }
  }

  /**
   * Stores the stack's outputs at the very end. After a failure, outputs that are missing are not taken for removed.
   * @throws Error where the update plan has others; they are not stored then.
   */
  async finalizeStackOutputs(errored: boolean): Promise<PropertyMap | undefined> {
    const { stackOutputs } = this;
    if (stackOutputs === undefined) return undefined;
    const step = this.awaitingOutputs.get(stackOutputs.urn);
    if (step === undefined) return undefined;
    const old = this.run.ledger.findOld(stackOutputs.urn)?.state.outputs ?? {};
    const outputs = errored ? { ...old, ...stackOutputs.outputs } : stackOutputs.outputs;
    planOutputs(this.run, stackOutputs.urn, outputs);
    await this.setOutputs(step, mapsEqual(old, outputs) ? old : outputs);
    return outputs;
  }
}

function failed(steps: readonly Step[]): Registration {
  const last = steps.at(-1);
  if (last === undefined) throw new DeploymentStopped("nothing was done");
  return { state: subjectOf(last).state, result: "fail", unknown: false, stableKeys: [] };
}

function isSkippedCreate(step: Step): boolean {
  return step.op === "same" && step.reason === "skipped-create";
}
