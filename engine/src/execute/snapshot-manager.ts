import { assertNever } from "../errors.ts";
import { mapsEqual } from "../plan/property-diff.ts";
import { oldOf, type Step, type StepOutcome, subjectOf, type TrackedResource } from "../plan/step.ts";
import { normalizeUrns } from "../state/normalize-urns.ts";
import type { PendingOperation, PendingOperationType, Snapshot } from "../state/resource.ts";
import { GroupCommit } from "./group-commit.ts";
import { mustWriteSame } from "./must-write-same.ts";
import type { StepRecorder } from "./step-recorder.ts";

export interface SnapshotManagerOptions {
  /** What was recorded before this run. */
  readonly base: Snapshot;
  readonly save: (snapshot: Snapshot) => Promise<void>;
  /** The manifest of everything this run writes. */
  readonly manifest: () => Snapshot["manifest"];
  readonly secretsProvider: Snapshot["secretsProvider"];
  /** The recorded resources that a refresh may have changed since the start. */
  readonly baseResources: () => readonly TrackedResource[];
  readonly clearPendingCreates: boolean;
}

/**
 * Knows what the checkpoint must say at any moment: the resources of this run in the order in which they were
 * finished, then what this run has not touched yet; and the operations that are under way.
 */
export class SnapshotManager implements StepRecorder {
  private readonly options: SnapshotManagerOptions;
  private readonly writes: GroupCommit;
  private readonly fresh: TrackedResource[] = [];
  private readonly done = new Set<TrackedResource>();
  private readonly pending = new Map<TrackedResource, PendingOperationType>();
  private unwritten = true;

  constructor(options: SnapshotManagerOptions) {
    this.options = options;
    this.writes = new GroupCommit(() => this.write());
  }

  begin(step: Step): Promise<void> {
    const type = pendingTypeOf(step);
    if (type === undefined) return Promise.resolve();
    this.pending.set(subjectOf(step), type);
    return this.flush();
  }

  end(step: Step, outcome: StepOutcome | undefined): Promise<void> {
    this.pending.delete(subjectOf(step));
    const mustWrite = outcome === undefined ? pendingTypeOf(step) !== undefined : this.record(step, outcome);
    if (mustWrite) return this.flush();
    this.unwritten = true;
    return Promise.resolve();
  }

  outputsRegistered(step: Step): Promise<void> {
    const old = oldOf(step)?.state;
    const next = subjectOf(step).state;
    if (old !== undefined && mapsEqual(old.outputs, next.outputs)) {
      this.unwritten = true;
      return Promise.resolve();
    }
    return this.flush();
  }

  /** Every run writes its state once at the end, also when nothing changed. */
  async close(): Promise<void> {
    if (this.unwritten) await this.flush();
  }

  /** Takes a finished step into the snapshot. True where that must be written at once. */
  private record(step: Step, outcome: StepOutcome): boolean {
    switch (step.op) {
      case "same":
        this.done.add(step.old);
        if (step.reason === "skipped-create") return false;
        this.fresh.push(step.new);
        return mustWriteSame(step.old.state, step.new.state);
      case "create":
      case "import":
      case "import-replacement":
        this.fresh.push(step.new);
        return true;
      case "create-replacement":
        this.fresh.push(step.new);
        if (step.old.state.pendingReplacement) this.done.add(step.old);
        return true;
      case "update":
      case "read":
      case "read-replacement":
        if (step.old !== undefined) this.done.add(step.old);
        this.fresh.push(step.new);
        return true;
      case "delete":
      case "delete-replaced":
      case "discard":
      case "discard-replaced":
      case "remove-pending-replace":
        if (step.op === "remove-pending-replace" || !step.old.state.pendingReplacement)
          this.done.add(step.old);
        return true;
      case "refresh":
        return this.recordRefresh(step.old, step.new, outcome);
      case "replace":
        return false;
      default:
        return assertNever(step);
    }
  }

  /** A refresh of the state alone changes the base in memory; it is written when the run closes. */
  private recordRefresh(old: TrackedResource, next: TrackedResource, outcome: StepOutcome): boolean {
    if (next === old) return false;
    this.done.add(old);
    if (outcome.refreshed?.state !== undefined) this.fresh.push(next);
    return true;
  }

  private flush(): Promise<void> {
    return this.writes.commit();
  }

  private async write(): Promise<void> {
    const snapshot = this.assemble();
    this.unwritten = true;
    await this.options.save(snapshot);
    this.unwritten = false;
  }

  /** The state as it must be recorded now. */
  assemble(): Snapshot {
    const { base, manifest, secretsProvider } = this.options;
    const resources = [...this.fresh, ...this.options.baseResources()]
      .filter((resource) => !this.done.has(resource))
      .map((resource) => resource.state);
    return {
      ...base,
      manifest: manifest(),
      secretsProvider: secretsProvider ?? base.secretsProvider,
      resources: normalizeUrns(resources),
      pendingOperations: [...this.startedOperations(), ...this.inheritedOperations()],
    };
  }

  private startedOperations(): readonly PendingOperation[] {
    return [...this.pending].map(([resource, type]) => ({ resource: resource.state, type }));
  }

  /** Only a person can tell what became of a create that was interrupted in an earlier run. */
  private inheritedOperations(): readonly PendingOperation[] {
    if (this.options.clearPendingCreates) return [];
    return this.options.base.pendingOperations.filter((operation) => operation.type === "creating");
  }
}

function pendingTypeOf(step: Step): PendingOperationType | undefined {
  switch (step.op) {
    case "create":
    case "create-replacement":
      return "creating";
    case "update":
      return "updating";
    case "delete":
    case "delete-replaced":
    case "discard":
    case "discard-replaced":
      return "deleting";
    case "read":
    case "read-replacement":
      return "reading";
    case "import":
    case "import-replacement":
      return "importing";
    default:
      return undefined;
  }
}
