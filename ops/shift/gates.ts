import type { BackendWindow, Window } from "./readings.ts";

/** What may stop a shift. */
export const GATES = ["parity", "latency", "errors"] as const;
export type GateName = (typeof GATES)[number];

/** What is borne; docs/shift.md lists the defaults. */
export interface Thresholds {
  /** Samples that a verdict needs. */
  readonly minSamples: number;
  /** Share of reads that may be answered differently. */
  readonly maxMismatch: number;
  /** Python's 95th percentile may be this many times Node's … */
  readonly maxLatencyRatio: number;
  /** … or this many seconds above it, whichever is more. */
  readonly latencyGrace: number;
  /** Share of Python's answers that may be errors. */
  readonly maxErrors: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  minSamples: 20,
  maxMismatch: 0.001,
  maxLatencyRatio: 1.5,
  latencyGrace: 0.1,
  maxErrors: 0.01,
};

export interface GateVerdict {
  readonly gate: GateName;
  readonly passed: boolean;
  readonly reason: string;
}

/** Judges what happened while a weight was held. */
export function judgeGates(
  gates: readonly GateName[],
  window: Window,
  thresholds: Thresholds,
): GateVerdict[] {
  return gates.map((gate) => ({ gate, ...RULES[gate](window, thresholds) }));
}

type Rule = (window: Window, thresholds: Thresholds) => Omit<GateVerdict, "gate">;

const RULES: { readonly [gate in GateName]: Rule } = {
  parity(window, { minSamples, maxMismatch }) {
    const { compared, different, worst } = window;
    if (compared < minSamples) return tooLittle(compared, minSamples, "compared reads");
    const where = worst.length === 0 ? "" : `, most at ${worst.slice(0, 3).join(", ")}`;
    const rate = different / compared;
    return {
      passed: rate <= maxMismatch,
      reason: `${different} of ${compared} reads are answered differently (${percent(rate)}, borne ${percent(maxMismatch)})${where}`,
    };
  },
  latency(window, { minSamples, maxLatencyRatio, latencyGrace }) {
    const samples = Math.min(window.node.requests, window.python.requests);
    if (samples < minSamples) return tooLittle(samples, minSamples, "timed reads");
    const [node, python] = [window.node, window.python].map((backend) => p95(backend, window.bounds));
    const borne = Math.max((node ?? 0) * maxLatencyRatio, (node ?? 0) + latencyGrace);
    return {
      passed: (python ?? 0) <= borne,
      reason: `95th percentile: Python ${milliseconds(python ?? 0)}, Node ${milliseconds(node ?? 0)}, borne ${milliseconds(borne)}`,
    };
  },
  errors(window, { minSamples, maxErrors }) {
    const { answers, python } = window;
    const samples = answers.requests + python.requests;
    if (samples < minSamples) return tooLittle(samples, minSamples, "answers of Python");
    const rate = Math.max(share(answers), share(python));
    return {
      passed: rate <= maxErrors,
      reason: `errors of Python: ${answers.errors} of ${answers.requests} answers, ${python.errors} of ${python.requests} to copies (borne ${percent(maxErrors)})`,
    };
  },
};

function tooLittle(found: number, needed: number, what: string): Omit<GateVerdict, "gate"> {
  return {
    passed: false,
    reason: `too little traffic: ${found} ${what}, ${needed} are needed (--probe sends some, --hold waits longer)`,
  };
}

function share({ requests, errors }: { readonly requests: number; readonly errors: number }): number {
  return requests === 0 ? 0 : errors / requests;
}

/** Upper end of the class in which 95 of 100 answers have ended; above the last bound that bound. */
export function p95({ classes }: Pick<BackendWindow, "classes">, bounds: readonly number[]): number {
  const total = classes.reduce((sum, value) => sum + value, 0);
  let seen = 0;
  const index = classes.findIndex((value) => {
    seen += value;
    return seen >= total * 0.95;
  });
  return bounds[Math.min(index, bounds.length - 1)] ?? 0;
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(2))} %`;
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}
