import { UserError } from "../errors.ts";
import type { VerbArguments } from "../verb.ts";
import { GATES, type GateName, type Thresholds } from "./gates.ts";

type Flags = VerbArguments["flags"];

/** What a shift is asked for. */
export interface ShiftOptions {
  /** Undefined: go on with the one under way. */
  readonly to: number | undefined;
  readonly step: number;
  readonly gates: readonly GateName[];
  readonly holdMilliseconds: number;
  readonly thresholds: Thresholds;
}

/** Reads the flags of a shift. @throws UserError `usage` */
export function readShiftOptions(flags: Flags): ShiftOptions {
  if (flags["to"] === undefined && flags["resume"] !== true) {
    throw new UserError("usage", "say where to: --to P, or --resume to go on", {
      help: "./infra shift dev --to 50",
    });
  }
  const thresholds = {
    minSamples: readNumber(flags, "min-samples", 1, 1_000_000),
    maxMismatch: readNumber(flags, "max-mismatch", 0, 100) / 100,
    maxLatencyRatio: readNumber(flags, "max-latency-ratio", 1, 100),
    latencyGrace: readDuration(flags, "latency-grace") / 1000,
    maxErrors: readNumber(flags, "max-errors", 0, 100) / 100,
  };
  return {
    to: flags["to"] === undefined ? undefined : readNumber(flags, "to", 0, 100, true),
    step: readNumber(flags, "step", 1, 100, true),
    gates: readGates(String(flags["gate"])),
    holdMilliseconds: readDuration(flags, "hold"),
    thresholds,
  };
}

function readNumber(flags: Flags, name: string, least: number, most: number, whole = false): number {
  const text = String(flags[name]);
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new UserError(
    "usage",
    `--${name} is ${text}: a ${whole ? "whole " : ""}number from ${least} to ${most} is needed`,
  );
}

const UNITS: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000 };

/** `500ms`, `60s`, `2m` in milliseconds. @throws UserError `usage` */
export function readDuration(flags: Flags, name: string): number {
  const text = String(flags[name]);
  const [, value, unit] = /^(\d+)(ms|s|m)$/.exec(text) ?? [];
  if (value !== undefined) return Number(value) * (UNITS[unit ?? ""] ?? 1);
  throw new UserError("usage", `--${name} is ${text}: a time such as 500ms, 60s or 2m is needed`);
}

function readGates(text: string): GateName[] {
  if (text === "none") return [];
  return text.split(",").map((name) => {
    const gate = GATES.find((known) => known === name);
    if (gate !== undefined) return gate;
    throw new UserError("usage", `--gate ${name}: there are ${GATES.join(", ")}, and none`);
  });
}
