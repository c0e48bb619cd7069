import type { StepOp } from "../events.ts";
import {
  noStepDiff,
  type RefreshStep,
  type Step,
  type StepOutcome,
  success,
  type TrackedResource,
} from "../plan/step.ts";
import { createUrn, urnName } from "../plan/urn.ts";
import { refreshOfView, replacedBy, stepOfView } from "../plan/view-step.ts";
import { isSameView, type OwnedViews, refusal, type View, type ViewStep } from "../providers/views.ts";
import { resourceState } from "../state/resource.ts";

/** A step of a view, and how it ended as its provider says. */
export interface ToldView {
  readonly step: Step;
  readonly outcome: StepOutcome;
}

export interface OpenViewsOptions {
  readonly stack: string;
  readonly project: string;
  /** The present URN of the owner. */
  readonly owner: string;
  /** The records that the provider may speak of. */
  readonly known: readonly TrackedResource[];
  /** True where the provider is shown these; where it makes or finds a new object it is not. */
  readonly shown: boolean;
  /** Set where the call is a refresh: whatever it tells is what was found. */
  readonly refresh: RefreshStep | undefined;
  /** A step has begun: shows it, and makes that durable. */
  readonly begin: (step: Step) => Promise<void>;
}

/** Steps of a replacement: what they start from may be deleted by then. */
const REPLACING: ReadonlySet<StepOp> = new Set<StepOp>(["replace", "create-replacement"]);

/** The views of one object while its provider works on it. */
export class OpenViews implements OwnedViews {
  readonly recorded: readonly View[];
  private readonly options: OpenViewsOptions;
  private readonly told: ToldView[] = [];
  private last: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(options: OpenViewsOptions) {
    this.options = options;
    this.recorded = options.shown ? options.known.map(viewOf) : [];
  }

  publish(steps: readonly ViewStep[]): Promise<void> {
    const taken = this.last.then(() => this.take(steps));
    this.last = taken.catch(() => undefined);
    return taken;
  }

  /** Whatever is on its way is still taken. Gives all that was told, in order. */
  async close(): Promise<readonly ToldView[]> {
    await this.last;
    this.closed = true;
    return this.told;
  }

  private async take(steps: readonly ViewStep[]): Promise<void> {
    if (this.closed) throw refusal("the call that these views are told in has ended");
    const drafts: ToldView[] = [];
    for (const step of steps) drafts.push(this.draft(step, [...this.told, ...drafts]));
    for (const draft of drafts) {
      await this.options.begin(draft.step);
      this.told.push(draft);
    }
  }

  private draft(told: ViewStep, before: readonly ToldView[]): ToldView {
    const old = told.old && this.find(told.old, REPLACING.has(told.op) ? [] : before);
    if (told.old !== undefined && old === undefined) {
      throw refusal(
        `'${told.old.name}' of type ${told.old.type} is not a recorded view of ${this.options.owner}`,
      );
    }
    const { owner } = this.options;
    const step = this.stepOf(told, old, before);
    if (step === "old" || step === "new") {
      throw refusal(`a step '${told.op}' of a view of ${owner} needs its ${step} state`);
    }
    const { status } = told;
    if (told.error !== "") {
      return { step, outcome: { ...success, status, error: new Error(told.error) } };
    }
    if (step.op !== "refresh") return { step, outcome: { ...success, status } };
    const state = told.new && this.stateOf(told.new, step.old);
    return { step, outcome: { ...success, status, refreshed: { op: told.op, state, diff: told.diff } } };
  }

  private stepOf(
    told: ViewStep,
    old: TrackedResource | undefined,
    before: readonly ToldView[],
  ): Step | "old" | "new" {
    const { op, diff } = told;
    const { refresh } = this.options;
    const state = told.new && this.stateOf(told.new, refresh && old);
    if (refresh !== undefined && old !== undefined) {
      const takesOver = refresh.new === refresh.old;
      return refreshOfView(old, takesOver ? old : { state: state ?? old.state }, diff, state);
    }
    const next = state && { state };
    if (old !== undefined || told.new === undefined) return stepOfView({ op, old, new: next, diff });
    const there = this.find(told.new, before);
    // An object that is read again is found with its views: these are the ones that are recorded.
    if (op === "read") return stepOfView({ op, old: there, new: next, diff });
    if (op === "create-replacement") {
      const step = stepOfView({ op, old: this.find(told.new, []), new: next, diff });
      return typeof step === "string" ? step : { ...step, view: { diff, isAlone: true } };
    }
    if (there !== undefined && op === "create") {
      throw refusal(`'${told.new.name}' of type ${told.new.type} is a recorded view already`);
    }
    return stepOfView({ op, old, new: next, diff });
  }

  /** The record of a view that no step has replaced yet; else what a step before leads to. */
  private find(view: View, before: readonly ToldView[]): TrackedResource | undefined {
    const gone = new Set(before.map(({ step }) => replacedBy(step)));
    const made = before.flatMap(({ step }) => ("new" in step ? [step.new] : []));
    const candidates = [...this.options.known, ...made];
    return candidates.find((each) => isSameView(viewOf(each), view) && !gone.has(each));
  }

  /** `found`: the record that a refresh looks at, which may be of a copy that waits for its deletion. */
  private stateOf({ type, name, inputs, outputs }: View, found?: TrackedResource) {
    const { stack, project, owner } = this.options;
    const urn = createUrn({ stack, project, parent: owner, type, name });
    const isCopy = found?.state.delete ?? false;
    const place = { parent: owner, viewOf: owner, delete: isCopy };
    return resourceState({ urn, type, custom: false, inputs, outputs, ...place });
  }
}

function viewOf({ state }: TrackedResource): View {
  const { type, urn, inputs, outputs } = state;
  return { type, name: urnName(urn), inputs, outputs };
}

/** What becomes of a view of an object that is gone, where its provider did not say. */
export function goneWithOwner(view: TrackedResource, refresh: RefreshStep | undefined): ToldView {
  if (refresh === undefined) {
    const step: Step = { op: "delete", old: view, afterwards: "forget" };
    return { step, outcome: success };
  }
  const next = refresh.new === refresh.old ? view : { state: view.state };
  const refreshed = { op: "delete", state: undefined, diff: noStepDiff } as const;
  return { step: refreshOfView(view, next, noStepDiff, undefined), outcome: { ...success, refreshed } };
}
