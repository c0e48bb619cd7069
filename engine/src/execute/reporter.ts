import type { Diagnostic, EngineEvent, EventListener, Severity, StepMetadata, StepOp } from "../events.ts";
import { mapsEqual } from "../plan/property-diff.ts";
import {
  diffOf,
  isInternal,
  isLogical,
  newOf,
  oldOf,
  reportedOp,
  type Step,
  type StepOutcome,
  subjectOf,
} from "../plan/step.ts";
import { isDefaultProvider } from "../plan/urn.ts";
import { PartialFailure } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";

export interface ReporterOptions {
  readonly listener: EventListener;
  readonly preview: boolean;
  /** True where the refresh is the operation itself: its steps are counted by what they found. */
  readonly isRefresh: boolean;
  /** True where the operation refreshes at all. */
  readonly refreshes: boolean;
}

const STATUS = { ok: 0, partial: 1, unknown: 2 } as const;

/** Tells listeners what happens, and counts it. */
export class Reporter {
  private readonly options: ReporterOptions;
  private readonly counts = new Map<StepOp, number>();
  private stepsDone = 0;
  private corrupt = false;

  constructor(options: ReporterOptions) {
    this.options = options;
  }

  get changes(): { readonly [op in StepOp]?: number } {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get maybeCorrupt(): boolean {
    return this.corrupt;
  }

  stepStarted(step: Step): void {
    const { listener, preview } = this.options;
    listener({ kind: "resource-pre", step: metadata(step, { op: step.op }), planning: preview });
  }

  stepFinished(step: Step, outcome: StepOutcome): void {
    if (outcome.error === undefined) this.stepSucceeded(step, outcome);
    else this.stepFailed(step, outcome, outcome.error);
  }

  private stepSucceeded(step: Step, outcome: StepOutcome): void {
    const { listener, preview, isRefresh, refreshes } = this.options;
    const op = reportedOp(step, outcome, isRefresh);
    if (!isInternal(step) && isCounted(step, isRefresh)) {
      this.counts.set(op, (this.counts.get(op) ?? 0) + 1);
      this.stepsDone += 1;
    }
    const { custom, viewOf } = subjectOf(step).state;
    const isEnd = (refreshes && step.op === "refresh") || step.op === "delete";
    const told = preview || custom || viewOf !== "" || isEnd;
    if (told)
      listener({ kind: "resource-outputs", step: metadata(step, { op, outcome }), planning: preview });
  }

  private stepFailed(step: Step, outcome: StepOutcome, error: Error): void {
    const { listener, preview } = this.options;
    if (outcome.status === "unknown" && !preview) this.corrupt = true;
    const urn = isInternal(step) ? "" : subjectOf(step).state.urn;
    this.error(urn, (preview ? "Preview failed: " : "") + failureText(error));
    if (preview) return;
    const status = STATUS[outcome.status];
    const step_ = metadata(step, { op: step.op, outcome });
    listener({ kind: "resource-failed", step: step_, status, steps: this.stepsDone });
  }

  /** The outputs of a component, or of the stack, are known. */
  outputsRegistered(step: Step): void {
    const { listener, preview } = this.options;
    listener({ kind: "resource-outputs", step: metadata(step, { op: step.op }), planning: preview });
  }

  error(urn: string, message: string): void {
    this.say("error", urn, message);
  }

  warning(urn: string, message: string): void {
    this.say("warning", urn, message);
  }

  info(urn: string, message: string): void {
    this.say("info", urn, message);
  }

  private say(severity: Severity, urn: string, message: string): void {
    this.diagnostic({
      severity,
      urn,
      message: `${message}\n`,
      prefix: `${severity}: `,
      streamId: 0,
      ephemeral: false,
    });
  }

  diagnostic(diagnostic: Diagnostic): void {
    this.event({ kind: "diagnostic", diagnostic });
  }

  /** Whatever the others cannot say. */
  event(event: EngineEvent): void {
    this.options.listener(event);
  }
}

/** What a person reads about a failed step: the reasons of a partial failure one by one. */
export function failureText(error: Error): string {
  if (!(error instanceof PartialFailure) || error.reasons.length === 0 || error.told === "message") {
    return error.message;
  }
  const count = error.reasons.length;
  const list = error.reasons.map((reason) => `\t* ${reason}`).join("\n");
  return `${count} error${count === 1 ? "" : "s"} occurred:\n${list}\n\n`;
}

function isCounted(step: Step, isRefresh: boolean): boolean {
  if (step.op === "refresh") return isRefresh;
  if (step.op !== "read") return isLogical(step);
  return step.old !== undefined && !mapsEqual(step.old.state.outputs, step.new.state.outputs);
}

function metadata(step: Step, told: { op: StepOp; outcome?: StepOutcome }): StepMetadata {
  const subject = (newOf(step) ?? subjectOf(step)).state;
  const diff = diffOf(step, told.outcome);
  return {
    op: told.op,
    urn: subject.urn,
    type: subject.type,
    provider: subject.provider,
    old: told.outcome?.imported ?? (step.view?.isAlone === true ? undefined : oldOf(step)?.state),
    new: newStateOf(step, told.outcome),
    keys: step.op === "update" ? [] : diff.replaceKeys,
    diffs: diff.changedKeys,
    detailedDiff: diff.detailedDiff,
    logical: isLogical(step),
    internal: isInternal(step) || isDefaultProvider(subject.urn),
  };
}

function newStateOf(step: Step, outcome: StepOutcome | undefined): ResourceState | undefined {
  if (step.op !== "refresh") return newOf(step)?.state;
  return (outcome?.refreshed ?? step.shown ?? step.new).state;
}
