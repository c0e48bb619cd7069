import { describe, expect, it } from "vitest";
import { DEFAULT_THRESHOLDS, GATES, judgeGates, p95 } from "../../../ops/shift/gates.ts";
import { type Readings, readGatewayMetrics, windowBetween } from "../../../ops/shift/readings.ts";
import { readAnswers, readWrites } from "../../../ops/shift/request-metrics.ts";
import { weightsBetween } from "../../../ops/shift/steps.ts";
import { BOUNDS, readingsOf, windowOf } from "./window.ts";

const judge = (change: Parameters<typeof windowOf>[0], thresholds = {}) =>
  judgeGates(GATES, windowOf(change), { ...DEFAULT_THRESHOLDS, ...thresholds });
const failing = (...args: Parameters<typeof judge>) =>
  judge(...args)
    .filter(({ passed }) => !passed)
    .map(({ gate }) => gate);

describe("the gates", () => {
  it("let pass what is well", () => {
    expect(judge({}).every(({ passed }) => passed)).toBe(true);
  });

  it("stop wrong answers above what is borne, and name the endpoints", () => {
    const wrong = { different: 1, worst: ["/v1/trials"] };
    expect(failing(wrong)).toEqual(["parity"]);
    expect(judge(wrong)[0]?.reason).toContain(
      "1 of 100 reads are answered differently (1 %, borne 0.1 %), most at /v1/trials",
    );
    expect(failing(wrong, { maxMismatch: 0.02 })).toEqual([]);
  });

  it("stop slowness: above the ratio and above the grace", () => {
    const slow = { python: { requests: 100, errors: 0, classes: [0, 0, 100, 0] } };
    expect(failing(slow)).toEqual(["latency"]);
    expect(judge(slow)[1]?.reason).toContain("Python 1000 ms, Node 10 ms, borne 110 ms");
    expect(failing(slow, { latencyGrace: 2 })).toEqual([]);
    expect(failing(slow, { maxLatencyRatio: 100 })).toEqual([]);
  });

  it("stop errors, to clients as to copies", () => {
    expect(failing({ answers: { requests: 100, errors: 2 } })).toEqual(["errors"]);
    expect(failing({ python: { ...windowOf().python, errors: 2 } })).toEqual(["errors"]);
    expect(failing({ answers: { requests: 0, errors: 0 } })).toEqual([]);
  });

  it("give no verdict on too little traffic, and say so", () => {
    const none = { requests: 0, errors: 0, classes: [] };
    const verdicts = judge({ compared: 3, node: none, python: none, answers: { requests: 0, errors: 0 } });
    for (const { passed, reason } of verdicts) {
      expect(passed).toBe(false);
      expect(reason).toMatch(/^too little traffic: \d+ .* 20 are needed \(--probe/);
    }
  });

  it("read the percentile from classes; what is beyond the last bound counts as that", () => {
    expect(p95({ classes: [95, 5, 0, 0] }, BOUNDS)).toBe(0.01);
    expect(p95({ classes: [94, 6, 0, 0] }, BOUNDS)).toBe(0.1);
    expect(p95({ classes: [0, 0, 0, 9] }, BOUNDS)).toBe(1);
    expect(p95({ classes: [] }, BOUNDS)).toBe(0);
  });
});

describe("a window", () => {
  it("is the difference of two readings", () => {
    const window = windowBetween(readingsOf(10), readingsOf(40, { different: 3, errors: 2 }));
    expect(window).toMatchObject({ compared: 30, different: 3, worst: ["/v1/trials"] });
    expect(window.python).toEqual({ requests: 30, errors: 2, classes: [30, 0, 0, 0] });
    expect(window.answers).toEqual({ requests: 30, errors: 2 });
  });

  it("takes the counters of services that started anew as they are", () => {
    const window = windowBetween(readingsOf(100), readingsOf(5, { startedAt: "later" }));
    expect(window.compared).toBe(5);
    expect(window.answers.requests).toBe(5);
  });

  it("adds up pods, also one that has come and one that has gone", () => {
    const readings = (answers: Readings["answers"]) => ({ ...readingsOf(0), answers });
    const before = readings({ a: { requests: 10, errors: 1 }, gone: { requests: 50, errors: 50 } });
    const after = readings({ a: { requests: 15, errors: 2 }, come: { requests: 3, errors: 0 } });
    expect(windowBetween(before, after).answers).toEqual({ requests: 8, errors: 1 });
  });

  it("reads what a backend counts of its answers, and of those that may have written", () => {
    const sample = (method: string, route: string, status: number, count: number) =>
      `http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"} ${count}`;
    const text = [
      "# HELP http_request_duration_seconds Time to answer",
      'http_request_duration_seconds_bucket{le="1.0",method="GET",route="/v1/trials",status="200"} 99',
      sample("GET", "/v1/trials", 200, 5),
      sample("GET", "/v1/trials/{nctId}", 503, 2),
      sample("GET", "/health/ready", 503, 40),
      sample("POST", "/v1/auth/login", 200, 3),
      sample("POST", "none", 404, 4),
      sample("DELETE", "/v1/notes", 204, 1),
    ].join("\n");
    expect(readAnswers(text)).toEqual({ requests: 15, errors: 2 });
    expect(readWrites(text)).toBe(5);
  });

  it("reads what HAProxy counts of Python, and nothing of anybody else", () => {
    const text = [
      'haproxy_server_http_responses_total{proxy="backends",server="python",code="2xx"} 90',
      'haproxy_server_http_responses_total{proxy="backends",server="python",code="5xx"} 4',
      'haproxy_server_http_responses_total{proxy="backends",server="node",code="5xx"} 9',
      'haproxy_server_http_responses_total{proxy="writes",server="python",code="5xx"} 9',
      'haproxy_server_connection_errors_total{proxy="backends",server="python"} 2',
      'haproxy_server_response_errors_total{proxy="backends",server="python"} 1',
    ].join("\n");
    expect(readGatewayMetrics(text)).toEqual({ requests: 97, errors: 7 });
  });
});

it.each([
  [10, 100, 25, [35, 60, 85, 100]],
  [0, 100, 50, [50, 100]],
  [100, 0, 40, [60, 20, 0]],
  [0, 10, 25, [10]],
  [25, 25, 25, []],
])("the weights from %d to %d by %d are %j", (from, to, step, weights) => {
  expect(weightsBetween(from, to, step)).toEqual(weights);
});
