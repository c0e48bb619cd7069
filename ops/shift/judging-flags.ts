import { z } from "zod";
import type { VerbArguments } from "../verb.ts";
import { DEFAULT_THRESHOLDS } from "./gates.ts";

/** How a shift is judged, with the defaults. */
export const judgingFlags = {
  gate: {
    type: "string",
    default: "parity,latency,errors",
    summary: "what may stop it: parity, latency, errors, or none (default: all three)",
  },
  hold: {
    type: "string",
    default: "60s",
    summary: "how long traffic passes before a step is judged (default: 60s)",
  },
  probe: { type: "boolean", default: false, summary: "send some reads of its own while holding" },
  "min-samples": {
    type: "string",
    default: String(DEFAULT_THRESHOLDS.minSamples),
    summary: `samples that a gate needs (default: ${DEFAULT_THRESHOLDS.minSamples})`,
  },
  "max-mismatch": {
    type: "string",
    default: String(DEFAULT_THRESHOLDS.maxMismatch * 100),
    summary: `reads answered differently, percent (default: ${DEFAULT_THRESHOLDS.maxMismatch * 100})`,
  },
  "max-latency-ratio": {
    type: "string",
    default: String(DEFAULT_THRESHOLDS.maxLatencyRatio),
    summary: `Python's 95th percentile over Node's (default: ${DEFAULT_THRESHOLDS.maxLatencyRatio})`,
  },
  "latency-grace": {
    type: "string",
    default: `${DEFAULT_THRESHOLDS.latencyGrace * 1000}ms`,
    summary: `or this much above it, whichever is more (default: ${DEFAULT_THRESHOLDS.latencyGrace * 1000}ms)`,
  },
  "max-errors": {
    type: "string",
    default: String(DEFAULT_THRESHOLDS.maxErrors * 100),
    summary: `Python's answers that are errors, percent (default: ${DEFAULT_THRESHOLDS.maxErrors * 100})`,
  },
} as const;

export const judgingFlagsSchema = z.record(z.string(), z.union([z.string(), z.boolean()]));

/** Flags of a shift by name: a shift that was broken off goes on with them. */
export type JudgingFlags = z.infer<typeof judgingFlagsSchema>;

/** Those that somebody asked for: a default is nobody's wish. */
export function askedFor(flags: VerbArguments["flags"]): JudgingFlags {
  const asked = Object.entries(judgingFlags).filter(([name, flag]) => flags[name] !== flag.default);
  return judgingFlagsSchema.parse(Object.fromEntries(asked.map(([name]) => [name, flags[name]])));
}
