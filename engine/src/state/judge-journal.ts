import { hash } from "node:crypto";
import { UserError } from "../errors.ts";
import { parseEnvelope } from "./checkpoint.ts";
import { type JournalLine, readLines } from "./journal-lines.ts";
import { type JournalHeader, readHeader, readRecord } from "./journal-records.ts";
import { replayJournal } from "./replay-journal.ts";
import type { PendingOperation } from "./resource.ts";
import { readSealed, writeSealed } from "./sealed-state.ts";
import type { StateChange } from "./state-change.ts";
import type { StackReference } from "./store.ts";

/** What the text of a state, or its bytes, add up to. */
export function digestOf(state: string | Uint8Array): string {
  return hash("sha256", state);
}

/** What a journal that was found beside a state means for it. */
export type Judgement =
  /** Nothing was ever acknowledged in it. */
  | { readonly kind: "empty" }
  /** The state is what it led to. */
  | { readonly kind: "folded" }
  /** It belongs to another state than this, or its beginning cannot be read. */
  | { readonly kind: "stale" | "unreadable"; readonly urns: readonly string[] }
  | Unfolded;

/** It holds what the state lacks. */
export interface Unfolded {
  readonly kind: "unfolded";
  /** The text of the state with it. */
  readonly text: string;
  readonly changes: number;
  /** How many bytes of it count. */
  readonly keep: number;
  /** `torn`: a last record that nobody was told of. `damaged`: records are lost, those after them are not used. */
  readonly end: "whole" | "torn" | "damaged";
  /** URNs that the unused records are about. */
  readonly urns: readonly string[];
}

interface Reading {
  readonly header: JournalHeader | undefined;
  readonly changes: readonly StateChange[];
  /** What stands behind damage. */
  readonly later: readonly StateChange[];
  readonly folds: readonly string[];
  readonly end: Unfolded["end"];
  readonly keep: number;
}

/** Judges a journal by the text of the state beside it. @throws UserError `state-corrupt` where that is unreadable. */
export function judgeJournal(content: Buffer, state: string, stack: StackReference): Judgement {
  const envelope = parseEnvelope(state);
  const reading = readJournal(content);
  const { header, changes, later, end, keep } = reading;
  const urns = urnsOf(header === undefined || end !== "damaged" ? [...changes, ...later] : later);
  if (header === undefined) return end === "damaged" ? { kind: "unreadable", urns } : { kind: "empty" };
  const digest = digestOf(state);
  if (reading.folds.includes(digest)) return { kind: "folded" };
  if (digest !== header.base) return { kind: "stale", urns };
  const snapshot = replayJournal({ ...header, base: readSealed(envelope) }, changes);
  const pendingOperations = [...snapshot.pendingOperations, ...createsOf(later)];
  const text = writeSealed({ ...snapshot, pendingOperations }, stack);
  return { kind: "unfolded", text, changes: changes.length, keep, end, urns };
}

function readJournal(content: Buffer): Reading {
  const [first, ...rest] = readLines(content).map(parse);
  const header = first?.kind === "header" ? first.header : undefined;
  const broken = rest.findIndex(({ kind }) => kind === "torn" || kind === "damaged");
  const sound = broken < 0 ? rest : rest.slice(0, broken);
  const later = broken < 0 ? [] : rest.slice(broken);
  return {
    header,
    changes: sound.flatMap((line) => (line.kind === "change" ? [line.change] : [])),
    later: later.flatMap((line) => (line.kind === "change" ? [line.change] : [])),
    folds: rest.flatMap((line) => (line.kind === "fold" ? [line.state] : [])),
    end: endOf(first, later),
    keep: [first, ...sound].reduce((end, line) => (line !== undefined && "end" in line ? line.end : end), 0),
  };
}

function endOf(first: Parsed | undefined, later: readonly Parsed[]): Unfolded["end"] {
  if (first?.kind === "damaged" || later.some(({ kind }) => kind === "damaged")) return "damaged";
  return first?.kind === "torn" || later.length > 0 ? "torn" : "whole";
}

type Parsed =
  | { readonly kind: "header"; readonly header: JournalHeader; readonly end: number }
  | { readonly kind: "change"; readonly change: StateChange; readonly end: number }
  | { readonly kind: "fold"; readonly state: string; readonly end: number }
  | { readonly kind: "torn" | "damaged" };

function parse(line: JournalLine, index: number): Parsed {
  if (line.kind !== "sound") return line;
  try {
    if (index === 0) return { kind: "header", header: readHeader(line.json), end: line.end };
    return { ...readRecord(line.json), end: line.end };
  } catch (error) {
    if (error instanceof UserError || error instanceof SyntaxError) return { kind: "damaged" };
    throw error;
  }
}

/** Whatever was begun behind damage may exist: the state says so, as of any operation that was interrupted. */
function createsOf(changes: readonly StateChange[]): readonly PendingOperation[] {
  return changes.flatMap(({ begun, contents }) =>
    begun.flatMap(({ place, type }) => {
      const resource = type === "creating" ? contents.get(place) : undefined;
      return resource === undefined ? [] : [{ resource, type }];
    }),
  );
}

function urnsOf(changes: readonly StateChange[]): readonly string[] {
  const urns = changes.flatMap(({ contents }) => [...contents.values()].map(({ urn }) => urn));
  return [...new Set(urns)];
}
