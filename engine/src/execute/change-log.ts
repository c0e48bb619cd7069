import type { TrackedResource } from "../plan/step.ts";
import type { Extensions } from "../state/extensions.ts";
import type { PendingOperationType, ResourceState } from "../state/resource.ts";
import type { Begun, Place, StateChange } from "../state/state-change.ts";

/** A change that is being put together. */
interface Draft {
  readonly contents: Map<Place, ResourceState>;
  readonly finished: Place[];
  readonly dropped: Place[];
  readonly begun: Begun[];
  ended?: Place;
  untouched?: readonly Place[];
  inherited?: readonly number[];
  reread?: true;
  extensions?: Extensions;
}

/** Gives resources their places, and gathers what changed since the last write. */
export class ChangeLog {
  private readonly places = new Map<TrackedResource, Place>();
  /** What the journal has of each resource. */
  private readonly noted = new Map<TrackedResource, ResourceState>();
  private untouched: readonly TrackedResource[];
  private gathered: StateChange[] = [];
  private draft: Draft = emptyDraft();

  /** `recorded`: what stands in the base, in its order. `untouched`: those of it that the run has not touched. */
  constructor(recorded: readonly TrackedResource[], untouched = recorded) {
    this.untouched = untouched;
    for (const [place, resource] of recorded.entries()) {
      this.places.set(resource, place);
      this.noted.set(resource, resource.state);
    }
  }

  /**
   * Goes on in the middle of a run, in which the first of what is recorded were finished, and some is under way. All of
   * that is one change, which takes the place of all pending operations of the base: with half of it, some would be lost.
   */
  resume(
    finished: number,
    under: {
      readonly pending: ReadonlyMap<TrackedResource, PendingOperationType>;
      readonly inherited: readonly number[];
    },
  ): void {
    const places = [...this.places.values()];
    this.draft.finished.push(...places.slice(0, finished));
    this.draft.untouched = places.slice(finished);
    this.draft.inherited = under.inherited;
    for (const [resource, type] of under.pending)
      this.draft.begun.push({ place: this.placeOf(resource), type });
    this.note([...under.pending.keys()]);
  }

  inherit(operations: readonly number[]): void {
    this.draft.inherited = operations;
    this.finishDraft();
  }

  begin(resource: TrackedResource, type: PendingOperationType): void {
    this.draft.begun.push({ place: this.placeOf(resource), type });
    this.note([resource]);
  }

  end(resource: TrackedResource): void {
    this.draft.ended = this.placeOf(resource);
  }

  finish(resource: TrackedResource): void {
    this.draft.finished.push(this.placeOf(resource));
  }

  drop(resource: TrackedResource): void {
    this.draft.dropped.push(this.placeOf(resource));
  }

  /** The mutation is what the program had read again. */
  noteReread(): void {
    this.draft.reread = true;
  }

  /** Resources may need these from now on. */
  extend(extensions: Extensions): void {
    this.draft.extensions = extensions;
    this.finishDraft();
  }

  /** The mutation is complete: whichever of these resources is not what it was belongs to it. */
  note(resources: readonly TrackedResource[]): void {
    for (const resource of resources) {
      if (this.noted.get(resource) === resource.state) continue;
      this.noted.set(resource, resource.state);
      this.draft.contents.set(this.placeOf(resource), resource.state);
    }
    this.finishDraft();
  }

  /** What changed since the last time; `untouched` is what the run has not touched as it is now. */
  take(untouched: readonly TrackedResource[]): readonly StateChange[] {
    this.noteRefresh(untouched);
    const taken = this.gathered;
    this.gathered = [];
    return taken;
  }

  /** A write failed: the next one has to take these first. */
  giveBack(changes: readonly StateChange[]): void {
    this.gathered = [...changes, ...this.gathered];
  }

  /** A refresh of the state alone leaves another list, and other contents in it. */
  private noteRefresh(untouched: readonly TrackedResource[]): void {
    if (untouched === this.untouched) return;
    this.untouched = untouched;
    // What was dropped before this log began has no place in it, and gets none.
    const known = untouched.filter((resource) => this.places.has(resource));
    this.draft.untouched = known.map((resource) => this.placeOf(resource));
    this.note(known);
  }

  private placeOf(resource: TrackedResource): Place {
    const known = this.places.get(resource);
    if (known !== undefined) return known;
    const place = this.places.size;
    this.places.set(resource, place);
    return place;
  }

  private finishDraft(): void {
    const { contents, finished, dropped, begun, ...others } = this.draft;
    const lists = [finished, dropped, begun, Object.keys(others)];
    if (contents.size === 0 && lists.every(({ length }) => length === 0)) return;
    this.gathered.push(this.draft);
    this.draft = emptyDraft();
  }
}

function emptyDraft(): Draft {
  return { contents: new Map(), finished: [], dropped: [], begun: [] };
}
