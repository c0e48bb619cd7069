import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { messageOf } from "../../errors.ts";
import type { Chart, MetricsPart } from "../parts.ts";

/** A figure to draw: Prometheus' name of it, and the label that tells its lines apart. */
export interface Figure {
  readonly record: string;
  readonly title: string;
  readonly unit: string;
  readonly by: string;
}

const SPAN_SECONDS = 30 * 60;
const STEP_SECONDS = 30;
/** How often figures are read, in milliseconds: as often as Prometheus has new ones. */
const EVERY = 15_000;
const PATIENCE = 5_000;

const answerSchema = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});

export interface MetricsWatch {
  readonly figures: readonly Figure[];
  /** Where Prometheus is now; undefined where the stack has none. */
  url(): string | undefined;
  post(metrics: MetricsPart): void;
  readonly signal: AbortSignal;
  /** @default EVERY */
  readonly every?: number;
}

/** Posts the figures now and then, until the signal. */
export async function watchMetrics({
  figures,
  url,
  post,
  signal,
  every = EVERY,
}: MetricsWatch): Promise<void> {
  while (!signal.aborted) {
    const address = url();
    post(
      address === undefined
        ? { charts: [], problem: "There is no Prometheus in this stack." }
        : await readMetrics(address, figures),
    );
    await setTimeout(every, undefined, { signal }).catch(() => undefined);
  }
}

/** The last half hour of each figure. */
export async function readMetrics(url: string, figures: readonly Figure[]): Promise<MetricsPart> {
  try {
    const end = Math.floor(Date.now() / 1000);
    return { charts: await Promise.all(figures.map((figure) => readChart(url, figure, end))) };
  } catch (error) {
    return { charts: [], problem: `Prometheus does not answer at ${url}: ${messageOf(error)}` };
  }
}

async function readChart(url: string, { record, title, unit, by }: Figure, end: number): Promise<Chart> {
  const query = new URLSearchParams({
    query: record,
    start: String(end - SPAN_SECONDS),
    end: String(end),
    step: String(STEP_SECONDS),
  });
  const answer = await fetch(`${url}/api/v1/query_range?${query}`, { signal: AbortSignal.timeout(PATIENCE) });
  const { data } = answerSchema.parse(await answer.json());
  const lines = data.result.map(({ metric, values }) => ({
    name: metric[by] ?? record,
    points: values.map(([time, value]): [number, number] => [time, Number(value)]).filter(isFinitePoint),
  }));
  return { title, unit, lines: lines.sort((a, b) => a.name.localeCompare(b.name)) };
}

/** A ratio of nothing to nothing is no number. */
function isFinitePoint([, value]: [number, number]): boolean {
  return Number.isFinite(value);
}
