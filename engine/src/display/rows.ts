import type { Diagnostic, EngineEvent, StepMetadata, StepOp } from "../events.ts";
import { noPolicyNotes, type PolicyNotes } from "./render-policies.ts";
import type { Summary } from "./render-summary.ts";
import { isRootStack } from "./resource-text.ts";

/** What is known of one resource during an operation. */
export interface Row {
  readonly urn: string;
  /** The latest step of the resource; undefined where only messages came. */
  readonly step: StepMetadata | undefined;
  /** The `replace` step of a resource that was replaced. */
  readonly replacement?: StepMetadata;
  readonly phase: "waiting" | "running" | "done" | "failed";
  /** Milliseconds on the display's clock. */
  readonly startedAt: number;
  /** Undefined from the beginning of a step to its end. */
  readonly endedAt: number | undefined;
  /** The ops that were told to the end: such an op that begins again, with another copy, is over from the start. */
  readonly finished: ReadonlySet<StepOp>;
  readonly diagnostics: readonly Diagnostic[];
  /** True once something was done with it: what comes afterwards is told too. */
  readonly isNotable: boolean;
}

/**
 * An operation as far as its events have told. Resources are in the order of their first event. A view and the one after
 * it share their rows: a copy for each event would cost what there is, not what changed.
 */
export interface OperationView {
  /** What the stack's own resource is called as long as nothing was heard of it. */
  readonly stackUrn: string;
  /** The key of the row for messages without a resource: the stack's own, or "" as long as nothing was heard of it. */
  readonly rootKey: string;
  readonly rows: Map<string, Row>;
  /** The latest step of the stack's own resource, as far as it got. */
  readonly stackStep: StepMetadata | undefined;
  readonly summary: Summary | undefined;
  readonly policies: PolicyNotes;
  /** Updates and replacements that began, in order. */
  readonly changes: StepMetadata[];
}

/** The view before the first event. */
export function emptyView(stackUrn: string): OperationView {
  return {
    stackUrn,
    rootKey: "",
    rows: new Map(),
    stackStep: undefined,
    summary: undefined,
    policies: noPolicyNotes,
    changes: [],
  };
}

/** Rows of resources about which there was an error: one that failed counts by what was said of it. */
export function erroredRows(view: OperationView): Row[] {
  const isError = (row: Row) => row.diagnostics.some((d) => d.severity === "error" && !d.ephemeral);
  return [...view.rows.values()].filter(isError);
}

/** The row of a resource (of the stack for ""), as it begins where nothing was told of it. */
export function rowOf(view: OperationView, key: string, now: number): Row {
  const fresh: Row = {
    urn: key === "" ? view.stackUrn : key,
    step: undefined,
    phase: "waiting",
    startedAt: now,
    endedAt: undefined,
    finished: new Set(),
    diagnostics: [],
    isNotable: false,
  };
  return view.rows.get(key) ?? fresh;
}

/** What was said of the stack so far is said of its own resource, unless that was the parent of something before. */
function withStack(view: OperationView, { type, urn }: StepMetadata): OperationView {
  if (!isRootStack(type) || view.rows.has(urn)) return view;
  const isParent = [...view.rows.values()].some(({ step }) => (step?.new ?? step?.old)?.parent === urn);
  if (isParent) return view;
  const before = view.rows.get(view.rootKey);
  if (before !== undefined && view.rootKey === "") {
    view.rows.delete("");
    view.rows.set(urn, { ...before, urn });
  }
  return { ...view, rootKey: urn };
}

function withRow(view: OperationView, row: Row, key = row.urn): OperationView {
  view.rows.set(key, row);
  return view;
}

/** Ops that tell why something is replaced. */
const changingOps: ReadonlySet<StepOp> = new Set<StepOp>(["update", "replace", "create-replacement"]);

/** Takes one event into the view; also tells whose row changed. */
export function applyEvent(
  view: OperationView,
  event: EngineEvent,
  now: number,
): { readonly view: OperationView; readonly row: Row | undefined } {
  switch (event.kind) {
    case "resource-pre":
      if (changingOps.has(event.step.op)) view.changes.push(event.step);
      return event.step.internal ? { view, row: undefined } : started(view, event.step, now);
    case "resource-outputs":
      return event.step.internal ? { view, row: undefined } : ended(view, event.step, { now, phase: "done" });
    case "resource-failed":
      return ended(view, event.step, { now, phase: "failed" });
    case "diagnostic":
      return told(view, event.diagnostic, now);
    case "policy-violation": {
      const violations = [...view.policies.violations, event.violation];
      const row = view.rows.get(event.violation.urn || view.rootKey);
      return { view: { ...view, policies: { ...view.policies, violations } }, row };
    }
    case "policy-remediation": {
      const remediations = [...view.policies.remediations, event];
      const key = event.urn || view.rootKey;
      const row = { ...rowOf(view, key, now), isNotable: true };
      return { view: { ...withRow(view, row, key), policies: { ...view.policies, remediations } }, row };
    }
    case "stdout":
    case "policy-load":
      // From then on there is a row for the stack.
      return { view: withRow(view, rowOf(view, view.rootKey, now), view.rootKey), row: undefined };
    case "summary":
      return { view: { ...view, summary: event }, row: undefined };
    default:
      return { view, row: undefined };
  }
}

function started(view: OperationView, step: StepMetadata, now: number) {
  const isRepeated = view.rows.get(step.urn)?.finished.has(step.op) === true;
  const phase = isRepeated ? ("done" as const) : ("running" as const);
  return stepped(view, step, { phase, startedAt: now, endedAt: undefined });
}

function ended(view: OperationView, step: StepMetadata, end: { now: number; phase: "done" | "failed" }) {
  const replacement = step.op === "replace" ? { replacement: step } : {};
  const finished = new Set([...(view.rows.get(step.urn)?.finished ?? []), step.op]);
  const advance = { phase: end.phase, endedAt: end.now, ...replacement };
  return stepped(view, step, end.phase === "failed" ? advance : { ...advance, finished });
}

type Advance = Pick<Row, "phase" | "endedAt"> & Partial<Pick<Row, "startedAt" | "replacement" | "finished">>;

/** What failed once stays so, whatever else is done with the resource. */
function stepped(known: OperationView, step: StepMetadata, advance: Advance) {
  const view = withStack(known, step);
  const before = rowOf(view, step.urn, advance.startedAt ?? advance.endedAt ?? 0);
  const isNotable = before.isNotable || isNotableStep(step);
  const phase = before.phase === "failed" ? before.phase : advance.phase;
  const row: Row = { ...before, ...advance, phase, step, isNotable };
  return { view: { ...withRow(view, row), stackStep: stackStepOf(view, step) }, row };
}

/** What stays as it is says nothing, except of its protection. */
function isNotableStep({ op, old, new: next }: StepMetadata): boolean {
  return op !== "same" || old?.protect !== next?.protect;
}

function stackStepOf(view: OperationView, step: StepMetadata): StepMetadata | undefined {
  return step.urn === view.rootKey ? step : view.stackStep;
}

function told(view: OperationView, diagnostic: Diagnostic, now: number) {
  const isEmpty = `${diagnostic.prefix}${diagnostic.message}`.trim() === "";
  if (isEmpty) return { view, row: undefined };
  const key = diagnostic.urn || view.rootKey;
  const before = rowOf(view, key, now);
  const row: Row = { ...before, diagnostics: [...before.diagnostics, diagnostic] };
  return { view: withRow(view, row, key), row };
}
