import { addToIndex } from "../plan/add-to-index.ts";
import { untargetedSame } from "../plan/decide.ts";
import { newOf, oldOf, type Step, type StepOutcome, subjectOf, type TrackedResource } from "../plan/step.ts";
import { replacedBy } from "../plan/view-step.ts";
import type { OwnedViews } from "../providers/views.ts";
import type { ResourceState } from "../state/resource.ts";
import type { Ledger } from "./ledger.ts";
import { goneWithOwner, OpenViews, type ToldView } from "./open-views.ts";

type Owner = Pick<ResourceState, "urn" | "delete">;

export interface ViewBookOptions {
  readonly stack: string;
  readonly project: string;
  readonly ledger: Ledger;
  /** A step of a view has begun: shows it, and makes that durable. */
  readonly begin: (step: Step) => Promise<void>;
}

/** Knows the views of every object: those recorded before the run, and what providers told of them since. */
export class ViewBook {
  private readonly options: ViewBookOptions;
  private readonly open = new Map<Step, OpenViews>();
  private readonly gone = new Set<TrackedResource>();
  /** By the owner's URN. */
  private readonly made = new Map<string, TrackedResource[]>();

  constructor(options: ViewBookOptions) {
    this.options = options;
  }

  /** The views that are recorded of an object now. Those of a copy that waits for its deletion wait with it. */
  of(owner: Owner): readonly TrackedResource[] {
    return this.allOf(owner).filter(({ state }) => state.delete === owner.delete);
  }

  private allOf({ urn }: Owner): readonly TrackedResource[] {
    const { ledger } = this.options;
    if (!ledger.hasViews && this.made.size === 0) return [];
    const names = new Set([urn, ledger.oldNames.get(urn) ?? urn]);
    return [...names]
      .flatMap((name) => [...ledger.viewsOf(name), ...(this.made.get(name) ?? [])])
      .filter((view) => !this.gone.has(view));
  }

  /** Carries the views of an object over that stays as it is. */
  sames(owner: ResourceState): readonly Step[] {
    return this.of(owner).map(untargetedSame);
  }

  /** What the provider that carries a step out may say of views. The same for all attempts. */
  during(step: Step): OwnedViews {
    const known = this.open.get(step);
    if (known !== undefined) return known;
    const old = oldOf(step);
    const isNew = step.op === "create-replacement" || step.op === "read-replacement";
    const opened = new OpenViews({
      ...this.options,
      owner: (newOf(step) ?? subjectOf(step)).state.urn,
      known: old === undefined || isNew ? [] : this.of(old.state),
      shown: step.op !== "read",
      refresh: step.op === "refresh" ? step : undefined,
    });
    this.open.set(step, opened);
    return opened;
  }

  /** A step about an object was carried out: gives what its provider said of views. */
  async close(step: Step): Promise<readonly ToldView[]> {
    const opened = this.open.get(step);
    this.open.delete(step);
    return opened === undefined ? [] : opened.close();
  }

  /** What follows for the views that are still there when their object is gone; `told` counts already. */
  async left(step: Step, outcome: StepOutcome, told: readonly ToldView[]): Promise<readonly ToldView[]> {
    const owner = this.lost(step, outcome)?.state;
    if (owner === undefined) return [];
    const foundGone = new Set(told.flatMap((each) => (isFoundGone(each) ? [replacedBy(each.step)] : [])));
    // Nothing is left that could wait for anything under the name of an object that is no copy.
    const all = owner.delete ? this.of(owner) : this.allOf(owner);
    const left = all.filter((view) => !foundGone.has(view));
    const gone = left.map((view) => {
      const isRecorded = this.options.ledger.viewsOf(view.state.viewOf).includes(view);
      return goneWithOwner(view, isRecorded && step.op === "refresh" ? step : undefined);
    });
    for (const each of gone) await this.options.begin(each.step);
    return gone;
  }

  /** The object that is there no more after a step, if any. */
  private lost(step: Step, { refreshed }: StepOutcome): TrackedResource | undefined {
    switch (step.op) {
      case "delete":
      case "delete-replaced":
      case "discard":
      case "discard-replaced":
        return step.old;
      case "refresh":
        return refreshed !== undefined && refreshed.state === undefined ? step.old : undefined;
      default:
        return undefined;
    }
  }

  /** The views of an object that a step has just replaced: they wait for their deletion as it does. */
  giveWay(step: Step): readonly TrackedResource[] {
    const replaced = replacedObject(step)?.state;
    if (replaced === undefined || !replaced.delete) return [];
    const views = this.of({ ...replaced, delete: false });
    for (const view of views) view.state = { ...view.state, delete: true };
    return views;
  }

  /** A step about a view counts: what it leads to takes the place of what it started from. */
  settle(step: Step, outcome: StepOutcome): void {
    if (step.op === "refresh" && step.new === step.old) return;
    const replaced = replacedBy(step);
    if (replaced !== undefined) this.gone.add(replaced);
    const next = newOf(step);
    if (next === undefined || step.op === "replace") return;
    if (step.op === "refresh" && outcome.refreshed?.state === undefined) return;
    addToIndex(this.made, next.state.viewOf, next);
  }
}

function isFoundGone({ outcome: { refreshed } }: ToldView): boolean {
  return refreshed !== undefined && refreshed.state === undefined;
}

/** What may be left to be deleted later. */
function replacedObject(step: Step): TrackedResource | undefined {
  switch (step.op) {
    case "create-replacement":
    case "read-replacement":
      return step.old;
    case "import-replacement":
      return step.original;
    default:
      return undefined;
  }
}

/** True for steps without which there is no object that views could be parts of. */
export function makesObject({ op }: Step): boolean {
  return op.startsWith("create") || op.startsWith("import") || op.startsWith("read");
}

/** What a view's replacement takes the place of waits for its deletion. */
export function markReplaced(step: Step): void {
  const replaced = replacedObject(step);
  if (replaced !== undefined) replaced.state = { ...replaced.state, delete: true };
}
