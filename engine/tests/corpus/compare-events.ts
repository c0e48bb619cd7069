import { type Difference, differencesOf, shortUrn, unmatched } from "./differences.ts";
import { type Normaliser, withoutRandomResults } from "./normalise.ts";
import type { Json, Observation } from "./observation.ts";

type Phase = "pre" | "outputs" | "failed";

interface ResourceEvent {
  readonly phase: Phase;
  readonly op: string;
  readonly urn: string;
  readonly metadata: Json;
  readonly rest: Json;
}

const phases: readonly (readonly [kind: string, phase: Phase])[] = [
  ["resourcePreEvent", "pre"],
  ["resOutputsEvent", "outputs"],
  ["resOpFailedEvent", "failed"],
];

function resourceEvents(observation: Observation): ResourceEvent[] {
  return observation.events.flatMap((event) =>
    phases.flatMap(([kind, phase]) => {
      const body = event[kind] as Json | undefined;
      if (body === undefined) return [];
      const { metadata, ...rest } = body as { metadata: Json };
      return [{ phase, op: String(metadata["op"]), urn: String(metadata["urn"]), metadata, rest }];
    }),
  );
}

function keyOf(event: ResourceEvent): string {
  return `${event.op} ${shortUrn(event.urn)}`;
}

/** Who depends on whom: URN -> URNs it depends on in some way. */
export type Relations = ReadonlyMap<string, ReadonlySet<string>>;

/** Deletes follow the dependencies that were recorded before, everything else those of the program. */
export interface RelationsOfStep {
  readonly before: Relations;
  readonly after: Relations;
}

/** Compares what the engine did, and what it said about each step. */
export function compareEvents(
  expected: Observation,
  actual: Observation,
  context: {
    readonly expected: Normaliser;
    readonly actual: Normaliser;
    readonly relations: RelationsOfStep;
  },
): Difference[] {
  const left = resourceEvents(expected);
  const right = resourceEvents(actual);
  const pick = (events: readonly ResourceEvent[], phase: Phase) => events.filter((e) => e.phase === phase);
  const ended = (events: readonly ResourceEvent[]) => events.filter((e) => e.phase !== "pre");
  const phaseKey = (event: ResourceEvent) => `${event.phase} ${keyOf(event)}`;
  return [
    ...eventDifferences("ops", unmatched(pick(left, "pre"), pick(right, "pre"), keyOf), keyOf),
    ...orderDifferences(pick(left, "pre"), pick(right, "pre"), context.relations),
    ...eventDifferences("outcomes", unmatched(ended(left), ended(right), phaseKey), phaseKey),
    ...compareMetadata(left, right, context),
    ...compareSummary(expected, actual),
    ...compareDiagnostics(expected, actual, context),
  ];
}

function eventDifferences(
  aspect: string,
  found: ReturnType<typeof unmatched<ResourceEvent>>,
  name: (event: ResourceEvent) => string,
): Difference[] {
  return found.map(({ verdict, item }) => ({
    aspect,
    text: `${verdict} ${name(item)}`,
    resource: shortUrn(item.urn),
  }));
}

function orderDifferences(
  expected: readonly ResourceEvent[],
  actual: readonly ResourceEvent[],
  relations: RelationsOfStep,
): Difference[] {
  const positions = new Map(actual.map((event, index) => [keyOf(event), index]));
  const count = (events: readonly ResourceEvent[], key: string) =>
    events.filter((e) => keyOf(e) === key).length;
  const comparable = expected.filter(
    (e) => e.op !== "refresh" && count(expected, keyOf(e)) === 1 && count(actual, keyOf(e)) === 1,
  );
  return comparable.flatMap((first, index) =>
    comparable
      .slice(index + 1)
      .filter((second) => isOrdered(first, second, relations))
      .filter((second) => (positions.get(keyOf(first)) ?? 0) > (positions.get(keyOf(second)) ?? 0))
      .map((second) => ({ aspect: "order", text: `${keyOf(first)} comes after ${keyOf(second)}` })),
  );
}

function isOrdered(a: ResourceEvent, b: ResourceEvent, relations: RelationsOfStep): boolean {
  if (a.urn === b.urn) return true;
  if (isDelete(a) !== isDelete(b)) return false;
  const by = isDelete(a) ? relations.before : relations.after;
  return by.get(a.urn)?.has(b.urn) === true || by.get(b.urn)?.has(a.urn) === true;
}

function isDelete({ op }: ResourceEvent): boolean {
  return op.startsWith("delete") || op.startsWith("discard");
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...value].sort() : value;
}

function comparableMetadata(event: ResourceEvent, normaliser: Normaliser): unknown {
  const { metadata } = event;
  // How many steps were done when one failed depends on timing.
  const { steps: _, ...rest } = event.rest;
  const state = (side: "old" | "new") => {
    const value = metadata[side] as Json | null;
    return value === null ? null : withoutRandomResults(value);
  };
  return normaliser.json({
    ...metadata,
    ...rest,
    old: state("old"),
    new: state("new"),
    keys: sorted(metadata["keys"] ?? []),
    diffs: sorted(metadata["diffs"] ?? []),
  });
}

function compareMetadata(
  expected: readonly ResourceEvent[],
  actual: readonly ResourceEvent[],
  normalisers: { readonly expected: Normaliser; readonly actual: Normaliser },
): Difference[] {
  const left = [...actual];
  return expected.flatMap((event) => {
    const wanted = comparableMetadata(event, normalisers.expected);
    const candidates = left.filter((e) => e.phase === event.phase && keyOf(e) === keyOf(event));
    // Several copies of one resource end in any order: an equal one is the one that is meant.
    const compared = candidates.map((candidate) => ({
      candidate,
      differences: differencesOf(wanted, comparableMetadata(candidate, normalisers.actual)),
    }));
    const match = compared.find(({ differences }) => differences.length === 0) ?? compared[0];
    if (match === undefined) return [];
    left.splice(left.indexOf(match.candidate), 1);
    return match.differences.map((text) => ({
      aspect: /^(keys|diffs|detailedDiff|provider|logical|planning|status)/.exec(text)?.[0] ?? "event state",
      text: `${event.phase} ${keyOf(event)} ${text}`,
      resource: shortUrn(event.urn),
    }));
  });
}

function summaryOf(observation: Observation): Json | undefined {
  return observation.events.find((event) => event["summaryEvent"] !== undefined)?.["summaryEvent"] as
    | Json
    | undefined;
}

function compareSummary(expected: Observation, actual: Observation): Difference[] {
  const strip = (summary: Json | undefined) => {
    if (summary === undefined) return undefined;
    const { durationSeconds: _, resourceChanges, ...rest } = summary;
    const counts = Object.entries((resourceChanges ?? {}) as { [op: string]: number });
    return { ...rest, resourceChanges: Object.fromEntries(counts.filter(([, count]) => count > 0)) };
  };
  return differencesOf(strip(summaryOf(expected)), strip(summaryOf(actual)), "summary").map((text) => ({
    aspect: /result/.test(text) ? "result" : "change summary",
    text,
  }));
}

interface DiagnosticEvent {
  readonly urn?: string;
  readonly prefix?: string;
  readonly message: string;
  readonly severity: string;
  readonly ephemeral?: boolean;
}

interface DiagnosticLine {
  readonly text: string;
  /** The resource that it is about, if any. */
  readonly resource: string;
}

function diagnosticLines(observation: Observation, normaliser: Normaliser): DiagnosticLine[] {
  const all = observation.events.flatMap(
    (event) => (event["diagnosticEvent"] ?? []) as DiagnosticEvent[] | DiagnosticEvent,
  );
  const told = all.filter((d) => d.severity !== "debug");
  return told.flatMap((d) => {
    const message = normaliser.message(d.message);
    const isOutput = d.severity.startsWith("info");
    const parts = isOutput ? message.split("\n").filter((line) => line !== "") : [message];
    const resource = shortUrn(d.urn ?? "");
    const label = `${d.severity}${d.ephemeral ? " (ephemeral)" : ""} ${resource} `;
    return parts.map((part) => ({ text: `${label}${d.prefix ?? ""}${JSON.stringify(part)}`, resource }));
  });
}

function compareDiagnostics(
  expected: Observation,
  actual: Observation,
  normalisers: { readonly expected: Normaliser; readonly actual: Normaliser },
): Difference[] {
  const lines = [
    diagnosticLines(expected, normalisers.expected),
    diagnosticLines(actual, normalisers.actual),
  ] as const;
  return unmatched(...lines, ({ text }) => text).map(({ verdict, item }) => ({
    aspect: "diagnostics",
    text: `${verdict} ${item.text}`,
    ...(item.resource !== "" && { resource: item.resource }),
  }));
}
