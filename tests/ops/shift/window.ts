import type { Readings, Window } from "../../../ops/shift/readings.ts";

/** Upper ends of classes of latency, seconds. */
export const BOUNDS = [0.01, 0.1, 1];

const backend = (requests: number, errors = 0, slow = 0) => ({
  requests,
  errors,
  classes: [requests - slow, 0, slow, 0],
});

/** Counters after a number of comparisons in which Python did well, or as told. */
export function readingsOf(
  compared: number,
  { different = 0, errors = 0, slow = 0, startedAt = "2026-11-26T00:00:00.000Z" } = {},
): Readings {
  const endpoint = {
    compared,
    different,
    node: backend(compared),
    python: backend(compared, errors, slow),
  };
  return {
    parity: { startedAt, bounds: BOUNDS, endpoints: { "/v1/trials": endpoint } },
    answers: { gateway: { requests: compared, errors } },
  };
}

/** A window in which all is well, or as told. */
export function windowOf(change: Partial<Window> = {}): Window {
  const well = { ...backend(100) };
  return {
    compared: 100,
    different: 0,
    worst: [],
    bounds: BOUNDS,
    node: well,
    python: well,
    answers: { requests: 100, errors: 0 },
    ...change,
  };
}
