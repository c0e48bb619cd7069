import { z } from "zod";

const count = z.int().min(0);
const backendSchema = z.object({ requests: count, errors: count, classes: z.array(count) });

/** What the comparator has counted since it started. */
export const parityReportSchema = z.object({
  startedAt: z.string(),
  bounds: z.array(z.number()),
  endpoints: z.record(
    z.string(),
    z.object({ compared: count, different: count, node: backendSchema, python: backendSchema }),
  ),
});

export type ParityReport = z.infer<typeof parityReportSchema>;

/** Answers of Python that were counted. */
export interface AnswerCounts {
  readonly requests: number;
  readonly errors: number;
}

/** All counters at one moment. */
export interface Readings {
  readonly parity: ParityReport;
  /** Python's answers since their counter started, by who counts: the gateway, or each of its pods. */
  readonly answers: { readonly [counter: string]: AnswerCounts };
}

/** What the comparator saw between two reports. */
export interface ParityWindow {
  readonly compared: number;
  readonly different: number;
  /** Endpoints with differences, the worst first. */
  readonly worst: readonly string[];
  readonly bounds: readonly number[];
  readonly node: BackendWindow;
  readonly python: BackendWindow;
}

/** What happened between two readings. */
export interface Window extends ParityWindow {
  readonly answers: AnswerCounts;
}

export interface BackendWindow {
  readonly requests: number;
  readonly errors: number;
  /** Answers per class of latency. */
  readonly classes: readonly number[];
}

/** The difference of two readings. Counters that went down belong to a service that started anew: they count as they are. */
export function windowBetween(before: Readings, after: Readings): Window {
  const answers = Object.entries(after.answers).map(([counter, now]) => {
    const then = before.answers[counter];
    const isSame = then !== undefined && now.requests >= then.requests;
    return isSame ? { requests: now.requests - then.requests, errors: now.errors - then.errors } : now;
  });
  return {
    ...parityBetween(before.parity, after.parity),
    answers: {
      requests: answers.reduce((sum, { requests }) => sum + requests, 0),
      errors: answers.reduce((sum, { errors }) => sum + errors, 0),
    },
  };
}

/** The difference of two reports of the comparator; of one that started anew all counts. */
export function parityBetween(before: ParityReport, after: ParityReport): ParityWindow {
  const isSameRun = before.startedAt === after.startedAt;
  const endpoints = Object.entries(after.endpoints).map(([name, now]) => {
    const then = isSameRun ? before.endpoints[name] : undefined;
    return {
      name,
      compared: now.compared - (then?.compared ?? 0),
      different: now.different - (then?.different ?? 0),
      node: subtract(now.node, then?.node),
      python: subtract(now.python, then?.python),
    };
  });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    compared: sum(endpoints.map(({ compared }) => compared)),
    different: sum(endpoints.map(({ different }) => different)),
    worst: endpoints
      .filter(({ different }) => different > 0)
      .sort((a, b) => b.different - a.different)
      .map(({ name }) => name),
    bounds: after.bounds,
    node: endpoints.map(({ node }) => node).reduce(add, EMPTY),
    python: endpoints.map(({ python }) => python).reduce(add, EMPTY),
  };
}

const EMPTY: BackendWindow = { requests: 0, errors: 0, classes: [] };

function subtract(now: BackendWindow, then: BackendWindow = EMPTY): BackendWindow {
  return {
    requests: now.requests - then.requests,
    errors: now.errors - then.errors,
    classes: now.classes.map((value, index) => value - (then.classes[index] ?? 0)),
  };
}

function add(one: BackendWindow, other: BackendWindow): BackendWindow {
  return {
    requests: one.requests + other.requests,
    errors: one.errors + other.errors,
    classes: other.classes.map((value, index) => value + (one.classes[index] ?? 0)),
  };
}

/** Reads Python's counters from HAProxy's metrics: answers of 500 and more, refused and broken connections are errors. */
export function readGatewayMetrics(text: string): AnswerCounts {
  const samples = text.split("\n").filter((line) => /\bproxy="backends",server="python"/.test(line));
  const total = (metric: string, code?: string) =>
    samples
      .filter((line) => line.startsWith(`haproxy_server_${metric}{`))
      .filter((line) => code === undefined || line.includes(`code="${code}"`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
  const failed = total("connection_errors_total") + total("response_errors_total");
  return {
    requests: total("http_responses_total") + failed,
    errors: total("http_responses_total", "5xx") + failed,
  };
}
