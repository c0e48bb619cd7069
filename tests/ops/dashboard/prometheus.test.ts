import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MetricsPart } from "../../../ops/dashboard/parts.ts";
import { readMetrics, watchMetrics } from "../../../ops/dashboard/sources/prometheus.ts";

const figures = [{ record: "service:memory:ratio", title: "Memory", unit: "ratio", by: "service" }];
const asked: URL[] = [];

/** Answers as Prometheus' HTTP API does. */
const server = createServer((request, response) => {
  asked.push(new URL(request.url ?? "", "http://prometheus"));
  const series = (service: string | undefined, values: [number, string][]) => ({
    metric: { ...(service !== undefined && { service }) },
    values,
  });
  const result = [
    series("planet", [[1, "0.5"]]),
    series("gateway", [
      [1, "NaN"],
      [2, "0.25"],
    ]),
    series(undefined, []),
  ];
  response.end(JSON.stringify({ status: "success", data: { resultType: "matrix", result } }));
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe("readMetrics", () => {
  it("asks for the last half hour of each figure, and gives a line for each of its label's values", async () => {
    expect(await readMetrics(url, figures)).toEqual({
      charts: [
        {
          title: "Memory",
          unit: "ratio",
          lines: [
            { name: "gateway", points: [[2, 0.25]] },
            { name: "planet", points: [[1, 0.5]] },
            { name: "service:memory:ratio", points: [] },
          ],
        },
      ],
    });
    const { pathname, searchParams } = asked[0] ?? new URL("http://nothing");
    expect(pathname).toBe("/api/v1/query_range");
    expect(searchParams.get("query")).toBe("service:memory:ratio");
    expect(Number(searchParams.get("end")) - Number(searchParams.get("start"))).toBe(1800);
  });

  it("says where Prometheus does not answer", async () => {
    expect(await readMetrics("http://127.0.0.1:1", figures)).toEqual({
      charts: [],
      problem: expect.stringContaining("Prometheus does not answer at http://127.0.0.1:1"),
    });
  });
});

describe("watchMetrics", () => {
  it("reads again and again, from where Prometheus is then", async () => {
    const controller = new AbortController();
    const posted: MetricsPart[] = [];
    const post = (metrics: MetricsPart) => {
      posted.push(metrics);
      if (posted.length === 2) controller.abort();
    };
    const addresses = [undefined, url];
    await watchMetrics({ figures, url: () => addresses.shift(), post, signal: controller.signal, every: 1 });
    expect(posted[0]?.problem).toBe("There is no Prometheus in this stack.");
    expect(posted[1]?.charts).toHaveLength(1);
  });
});
