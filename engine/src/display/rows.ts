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
  readonly endedAt: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * An operation as far as its events have told. Resources are in the order of their first event. A view and the one after
 * it share their rows: a copy for each event would cost what there is, not what changed.
 */
export interface OperationView {
  /** The stack's own resource; messages without a resource are its. */
  readonly stackUrn: string;
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
    rows: new Map(),
    stackStep: undefined,
    summary: undefined,
    policies: noPolicyNotes,
    changes: [],
  };
}

/** Rows of resources that failed or about which there was an error. */
export function erroredRows(view: OperationView): Row[] {
  const isError = (row: Row) => row.phase === "failed" || row.diagnostics.some((d) => d.severity === "error");
  return [...view.rows.values()].filter(isError);
}

function rowOf(view: OperationView, urn: string, now: number): Row {
  const fresh: Row = {
    urn,
    step: undefined,
    phase: "waiting",
    startedAt: now,
    endedAt: now,
    diagnostics: [],
  };
  return view.rows.get(urn) ?? fresh;
}

function withRow(view: OperationView, row: Row): OperationView {
  view.rows.set(row.urn, row);
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
      return { view: { ...view, policies: { ...view.policies, violations } }, row: undefined };
    }
    case "policy-remediation": {
      const remediations = [...view.policies.remediations, event];
      return { view: { ...view, policies: { ...view.policies, remediations } }, row: undefined };
    }
    case "summary":
      return { view: { ...view, summary: event }, row: undefined };
    default:
      return { view, row: undefined };
  }
}

function started(view: OperationView, step: StepMetadata, now: number) {
  const row: Row = { ...rowOf(view, step.urn, now), step, phase: "running", startedAt: now, endedAt: now };
  return { view: { ...withRow(view, row), stackStep: stackStepOf(view, step) }, row };
}

function ended(view: OperationView, step: StepMetadata, end: { now: number; phase: "done" | "failed" }) {
  const replacement = step.op === "replace" ? { replacement: step } : {};
  const before = { ...rowOf(view, step.urn, end.now), ...replacement };
  const row: Row = { ...before, step, phase: end.phase, endedAt: end.now };
  return { view: { ...withRow(view, row), stackStep: stackStepOf(view, step) }, row };
}

function stackStepOf(view: OperationView, step: StepMetadata): StepMetadata | undefined {
  return isRootStack(step.type) ? step : view.stackStep;
}

function told(view: OperationView, diagnostic: Diagnostic, now: number) {
  if (diagnostic.severity === "debug") return { view, row: undefined };
  const before = rowOf(view, diagnostic.urn === "" ? view.stackUrn : diagnostic.urn, now);
  const row: Row = { ...before, diagnostics: [...before.diagnostics, diagnostic] };
  return { view: withRow(view, row), row };
}
