import { addToIndex } from "../plan/add-to-index.ts";
import { DependencyGraph } from "../plan/dependency-graph.ts";
import type { TrackedResource } from "../plan/step.ts";
import { UrnTargets } from "../plan/targets.ts";
import { isProviderType, providerReference } from "../plan/urn.ts";
import type { ResourceState } from "../state/resource.ts";

/** What was done about a URN in this run. */
export type Treatment = "create" | "same" | "update" | "replace" | "read" | "refresh" | "import";

/** What was recorded before this run, and what was decided in it so far. Only whoever has the generator's turn may change it. */
export class Ledger {
  private recorded: readonly TrackedResource[] = [];
  private live = new Map<string, TrackedResource>();
  private dependencyGraph = new DependencyGraph<TrackedResource>([]);
  private readonly recordedUrns = new Set<string>();
  private readonly recordedProviders = new Map<string, TrackedResource>();
  /** URN -> recorded resources that ask to be replaced, or deleted, together with it. */
  private readonly companions = new Map<string, TrackedResource[]>();
  /** URN -> recorded views of that resource. */
  private readonly views = new Map<string, TrackedResource[]>();
  private leftCopies: ReadonlySet<TrackedResource> = new Set();
  private readonly treatments = new Map<Treatment, Set<string>>();

  /** URNs that were registered or read. */
  readonly seen = new Set<string>();
  /** URNs whose object was or will be deleted, and did not register since. */
  readonly deletes = new Set<string>();
  /** URNs of which an old copy will be deleted that this run replaced. */
  readonly replacedDeletes = new Set<string>();
  /** Recorded resources that a delete-before-replace deleted already. */
  readonly deletedEarly = new Set<TrackedResource>();
  readonly skippedCreates = new Set<string>();
  /** Recorded resources that the program of a refresh registered and that nothing was done about. */
  readonly leftAlone = new Set<string>();
  /** Why a dependent was deleted by a delete-before-replace. */
  readonly dependentReplaceKeys = new Map<string, readonly string[]>();
  /** Old URN -> the resource that is found under it by alias, and back. */
  readonly newNames = new Map<string, string>();
  readonly oldNames = new Map<string, string>();
  /** Provider resources of this run, by URN. */
  readonly providers = new Map<string, TrackedResource>();
  /** Recorded resources that a program-driven refresh read, with what it found; undefined = gone. */
  readonly refreshed = new Map<TrackedResource, TrackedResource | undefined>();
  /** What a destroy that runs the program registers only to delete it. */
  readonly toDelete: TrackedResource[] = [];
  /** Resources that are there now, as their last step left them. */
  readonly current = new Map<string, TrackedResource>();
  targets: UrnTargets = UrnTargets.of([]);
  excludes: UrnTargets = UrnTargets.of([]);

  constructor(resources: readonly ResourceState[]) {
    this.rebase(resources.map((state) => ({ state })));
  }

  /** Everything recorded, in recorded order. */
  get base(): readonly TrackedResource[] {
    return this.recorded;
  }

  get graph(): DependencyGraph<TrackedResource> {
    return this.dependencyGraph;
  }

  /** Starts from other records: what a refresh left. */
  rebase(resources: readonly TrackedResource[]): void {
    this.recorded = resources;
    this.live = new Map(resources.filter((r) => !r.state.delete).map((r) => [r.state.urn, r]));
    this.dependencyGraph = new DependencyGraph(resources);
    this.leftCopies = new Set(resources.filter((r) => r.state.delete));
    for (const index of [this.recordedUrns, this.recordedProviders, this.companions, this.views])
      index.clear();
    for (const resource of resources) this.index(resource);
  }

  private index(resource: TrackedResource): void {
    const { urn, id, type, replaceWith, deletedWith, viewOf } = resource.state;
    this.recordedUrns.add(urn);
    const reference = providerReference(urn, id);
    if (isProviderType(type) && !this.recordedProviders.has(reference))
      this.recordedProviders.set(reference, resource);
    for (const other of new Set([...replaceWith, deletedWith])) {
      if (other !== "" && other !== urn) addToIndex(this.companions, other, resource);
    }
    if (viewOf !== "") addToIndex(this.views, viewOf, resource);
  }

  /** What a destroy may delete at the end is what was kept, not what the program says of it. */
  keepInstead(registered: TrackedResource, kept: TrackedResource): void {
    const at = this.toDelete.indexOf(registered);
    if (at >= 0) this.toDelete[at] = kept;
  }

  /** Notes that what is recorded will be deleted at the end of the run. */
  noteDelete(resource: TrackedResource): void {
    const { urn, delete: isCopy } = resource.state;
    if (!isCopy) this.deletes.add(urn);
    else if (!this.leftCopies.has(resource)) this.replacedDeletes.add(urn);
  }

  /**
   * True where an object goes with the one it is deleted with. A copy that an earlier run left may be inside the object
   * that stays, and what was not replaced is inside that: these must be deleted themselves.
   */
  goesWithHost(resource: TrackedResource): boolean {
    const { deletedWith, delete: isCopy } = resource.state;
    if (deletedWith === "") return false;
    if (this.deletes.has(deletedWith)) return true;
    return isCopy && !this.leftCopies.has(resource) && this.replacedDeletes.has(deletedWith);
  }

  /** A recorded resource as a refresh of this run has found it; as it is where it was not read, or is gone. */
  asFound(recorded: TrackedResource): TrackedResource {
    return this.refreshed.get(recorded) ?? recorded;
  }

  /** True where a delete-before-replace deletes the object, under this URN or the one that it is recorded with. */
  isRemade(urn: string, old: TrackedResource | undefined): boolean {
    return this.deletes.has(urn) || (old !== undefined && this.deletes.has(old.state.urn));
  }

  /** The recorded resource of a URN; copies that wait for their deletion do not count. */
  findOld(urn: string): TrackedResource | undefined {
    return this.live.get(urn);
  }

  /** Everything recorded under a URN, pending deletes included. */
  hasRecord(urn: string): boolean {
    return this.recordedUrns.has(urn);
  }

  /** The recorded provider that a reference names exactly. */
  findProvider(reference: string): TrackedResource | undefined {
    return this.recordedProviders.get(reference);
  }

  /** Recorded resources that ask to be replaced, or deleted, together with a URN. */
  companionsOf(urn: string): readonly TrackedResource[] {
    return (this.companions.get(urn) ?? []).filter(({ state }) => !state.delete);
  }

  get hasViews(): boolean {
    return this.views.size > 0;
  }

  /** Recorded views of a URN, those of its copies included. */
  viewsOf(urn: string): readonly TrackedResource[] {
    return this.views.get(urn) ?? [];
  }

  /** A program-driven refresh read a recorded resource. */
  noteRefresh(old: TrackedResource, found: TrackedResource | undefined): void {
    this.refreshed.set(old, found);
    if (found !== undefined) this.dependencyGraph.alias(found, old);
  }

  mark(urn: string, treatment: Treatment): void {
    const there = this.treatments.get(treatment);
    if (there === undefined) this.treatments.set(treatment, new Set([urn]));
    else there.add(urn);
  }

  was(urn: string, ...treatments: readonly Treatment[]): boolean {
    return treatments.some((treatment) => this.treatments.get(treatment)?.has(urn) ?? false);
  }

  /** True where a recorded resource lives on, so that the end of the run must not delete it. */
  isOperatedOn(urn: string): boolean {
    const name = this.newNames.get(urn) ?? urn;
    return this.was(name, "same", "update", "replace", "read", "refresh");
  }

  /** True where some step about a URN was generated. */
  hasStep(urn: string): boolean {
    return this.deletes.has(urn) || this.was(urn, "create", "same", "update", "replace", "read");
  }
}
