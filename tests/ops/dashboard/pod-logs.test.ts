import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogLine } from "../../../ops/dashboard/parts.ts";
import { followPods } from "../../../ops/dashboard/sources/pod-logs.ts";
import { kubernetesLogs } from "../../../ops/logs/kubernetes-logs.ts";
import { type AnswerLog, SmallCluster } from "./small-cluster.ts";

let cluster: SmallCluster;
let answer: AnswerLog;
const asked: URLSearchParams[] = [];

beforeEach(async () => {
  asked.length = 0;
  cluster = new SmallCluster((url, response) => {
    asked.push(url.searchParams);
    answer(url, response);
  });
  await cluster.start();
});
afterEach(() => cluster.stop());

async function linesOf(since?: string, atMost = Number.POSITIVE_INFINITY): Promise<LogLine[]> {
  const source = kubernetesLogs(cluster.config, cluster.namespace);
  const signal = new AbortController().signal;
  const request = { service: "api", workload: "api", signal, ...(since !== undefined && { since }) };
  const lines: LogLine[] = [];
  for await (const line of followPods(source, request)) {
    lines.push(line);
    if (lines.length === atMost) break;
  }
  return lines;
}

describe("followPods", () => {
  it("gives the lines of every pod without logins, until all have ended", async () => {
    answer = (url, response) => {
      const pod = url.pathname.split("/").at(-2);
      response.end(`2026-01-01T00:00:00Z ${pod}\n2026-01-01T00:00:01Z mongodb://node:letmein@store\n`);
    };
    const texts = (await linesOf()).map(({ text }) => text).sort();
    expect(texts).toEqual(["api-1", "api-2", "mongodb://[secret]@store", "mongodb://[secret]@store"]);
    expect(asked.map((query) => query.get("tailLines"))).toEqual(["200", "200"]);
  });

  it("goes on after the last line that is known", async () => {
    const since = new Date(Date.now() - 10_000).toISOString();
    answer = (_, response) => response.end(`${since} known\n${since}1 new\n`);
    expect((await linesOf(since)).map(({ text }) => text)).toEqual(["new", "new"]);
    expect(Number(asked[0]?.get("sinceSeconds"))).toBeGreaterThanOrEqual(10);
  });

  it("says once why there are none, and has them when there are", async () => {
    let refusals = 0;
    answer = (_, response) => {
      if (refusals++ < 4) response.writeHead(500).end("{}");
      else response.end("2026-01-01T00:00:00Z at last\n");
    };
    const texts = (await linesOf()).map(({ text }) => text);
    expect(texts[0]).toMatch(/^pod api-[12] has no log to read: /);
    expect(texts.slice(1)).toEqual(["at last", "at last"]);
  });

  it("ends when nobody reads any more", async () => {
    const closed = Promise.withResolvers<void>();
    answer = (_, response) => {
      response.write("2026-01-01T00:00:00Z endless\n");
      response.on("close", closed.resolve);
    };
    expect(await linesOf(undefined, 1)).toHaveLength(1);
    await closed.promise;
  });
});
