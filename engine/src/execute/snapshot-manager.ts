import { assertNever } from "../errors.ts";
import { mapsEqual } from "../plan/property-diff.ts";
import { newOf, oldOf, type Step, type StepOutcome, subjectOf, type TrackedResource } from "../plan/step.ts";
import { type Extension, type Extensions, withExtensions } from "../state/extensions.ts";
import type { PendingOperation, PendingOperationType, Snapshot } from "../state/resource.ts";
import { encodeAhead, takeOverText } from "../state/resource-text.ts";
import { settleResources } from "../state/settle-resources.ts";
import type { StackJournal } from "../state/stack-journal.ts";
import type { RunStart } from "../state/state-change.ts";
import { mustWriteSame } from "./must-write-same.ts";
import { isAbout } from "./open-updates.ts";
import { RunJournal } from "./run-journal.ts";
import type { StepRecorder } from "./step-recorder.ts";

export interface SnapshotManagerOptions {
  /** What the run starts from. */
  readonly start: RunStart;
  readonly openJournal: (start: RunStart) => StackJournal;
  /** The manifest of a state that is written now. */
  readonly manifest: () => Snapshot["manifest"];
  /** The recorded resources that a refresh may have changed since the start. */
  readonly baseResources: () => readonly TrackedResource[];
}

/**
 * Knows what the recorded state must say at any moment: the resources of this run in the order in which they were
 * finished, then what this run has not touched yet; and the operations that are under way. Each mutation is a record
 * of the journal; mutations that wait share one write. At the end the journal is folded.
 */
export class SnapshotManager implements StepRecorder {
  private readonly options: SnapshotManagerOptions;
  private readonly journal: RunJournal;
  private readonly fresh: TrackedResource[] = [];
  private readonly done = new Set<TrackedResource>();
  private readonly pending = new Map<TrackedResource, PendingOperationType>();
  /** What became of a create that was interrupted in an earlier run is known to a person, or to its provider. */
  private inherited: readonly PendingOperation[];
  /** True once the program had something read again: what others need may be gone. */
  private reread = false;
  private extensions: Extensions = {};

  constructor(options: SnapshotManagerOptions) {
    this.options = options;
    const { base, inherited } = options.start;
    this.inherited = base.pendingOperations.filter((_, index) => inherited.includes(index));
    this.journal = new RunJournal({
      ...options,
      recorded: () => ({
        finished: this.recordedOf(this.fresh),
        untouched: this.recordedOf(options.baseResources()),
        pending: this.pending,
      }),
      assemble: () => this.assemble(),
    });
  }

  begin(step: Step): Promise<void> {
    const type = pendingTypeOf(step);
    if (type === undefined) return Promise.resolve();
    const subject = subjectOf(step);
    this.pending.set(subject, type);
    this.journal.note((log) => log.begin(subject, type));
    return this.journal.commit();
  }

  end(step: Step, outcome: StepOutcome | undefined): Promise<void> {
    const subject = subjectOf(step);
    if (this.pending.delete(subject)) this.journal.note((log) => log.end(subject));
    const mustWrite = outcome === undefined ? pendingTypeOf(step) !== undefined : this.record(step, outcome);
    this.journal.note((log) => log.note(touchedBy(step, outcome)));
    return mustWrite ? this.journal.commit() : Promise.resolve();
  }

  changed(resources: readonly TrackedResource[]): void {
    this.journal.note((log) => log.note(resources));
  }

  outputsRegistered(step: Step): Promise<void> {
    const old = oldOf(step)?.state;
    const subject = subjectOf(step);
    this.journal.note((log) => log.note([subject]));
    if (old !== undefined && mapsEqual(old.outputs, subject.state.outputs)) return Promise.resolve();
    return this.journal.commit();
  }

  inherits(operations: readonly PendingOperation[]): void {
    this.inherited = operations.filter((operation) => this.inherited.includes(operation));
    this.journal.noteInherited(this.inherited);
  }

  extends(ref: string, extension: Extension): void {
    if (Object.hasOwn(this.extensions, ref)) return;
    this.extensions = { ...this.extensions, [ref]: extension };
    this.journal.note((log) => log.extend({ [ref]: extension }));
  }

  prepare(): void {
    encodeAhead(this.recordedOf(this.fresh).map(({ state }) => state));
  }

  /** Every run writes its state once at the end, also when nothing changed. */
  close(): Promise<void> {
    return this.journal.close();
  }

  /** Takes a finished step into the snapshot. True where that must be written at once. */
  private record(step: Step, outcome: StepOutcome): boolean {
    if (step.op !== "same") this.settleUpdates([oldOf(step), newOf(step)]);
    switch (step.op) {
      case "same":
        this.drop(step.old);
        if (step.reason === "skipped-create") return false;
        this.finish(step.new);
        if (takeOverText(step.old.state, step.new.state)) return false;
        return mustWriteSame(step.old.state, step.new.state);
      case "create":
      case "import":
      case "import-replacement":
        this.finish(step.new);
        return true;
      case "create-replacement":
        this.finish(step.new);
        if (step.old.state.pendingReplacement) this.drop(step.old);
        return true;
      case "update":
      case "read":
        if (step.old !== undefined) this.drop(step.old);
        this.finish(step.new);
        return true;
      case "read-replacement":
        // The object that was managed is still to be deleted: its record stays until it is.
        this.finish(step.new);
        return true;
      case "delete":
      case "delete-replaced":
      case "discard":
      case "discard-replaced":
        if (step.afterwards === "forget") this.drop(step.old);
        return true;
      case "remove-pending-replace":
        this.drop(step.old);
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
    this.reread = true;
    this.journal.note((log) => log.noteReread());
    this.drop(old);
    if (outcome.refreshed?.state !== undefined) this.finish(next);
    return true;
  }

  /** Whoever has read or changed an object knows what an update left that was cut off. */
  private settleUpdates(resources: readonly (TrackedResource | undefined)[]): void {
    const open = this.inherited.filter(
      ({ type, resource: update }) =>
        type !== "updating" || !resources.some((known) => known && isAbout(update, known.state.urn)),
    );
    if (open.length < this.inherited.length) this.inherits(open);
  }

  private finish(resource: TrackedResource): void {
    this.fresh.push(resource);
    this.journal.note((log) => log.finish(resource));
  }

  private drop(resource: TrackedResource): void {
    this.done.add(resource);
    this.journal.note((log) => log.drop(resource));
  }

  private recordedOf(resources: readonly TrackedResource[]): readonly TrackedResource[] {
    return resources.filter((resource) => !this.done.has(resource));
  }

  /** The state as it must be recorded now. */
  assemble(): Snapshot {
    const { base, secretsProvider } = this.options.start;
    // What an earlier run of the official CLI recorded of a state that did not hold together is over.
    const { integrity_error: _over, ...metadata } = base.metadata;
    const resources = this.recordedOf([...this.fresh, ...this.options.baseResources()]);
    const started = [...this.pending].map(([resource, type]) => ({ resource: resource.state, type }));
    const recorded = {
      ...base,
      metadata,
      manifest: this.options.manifest(),
      secretsProvider: secretsProvider ?? base.secretsProvider,
      resources: settleResources(
        resources.map(({ state }) => state),
        { reread: this.reread },
      ),
      pendingOperations: [...started, ...this.inherited],
    };
    return withExtensions(recorded, this.extensions);
  }
}

/** The resources that a step may have left other contents in. */
function touchedBy(step: Step, outcome: StepOutcome | undefined): readonly TrackedResource[] {
  if (outcome === undefined) return [];
  switch (step.op) {
    case "import":
    case "import-replacement":
      return step.original === undefined ? [step.new] : [step.original, step.new];
    default:
      return [oldOf(step), newOf(step)].filter((resource) => resource !== undefined);
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
