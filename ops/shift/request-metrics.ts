import type { AnswerCounts } from "./readings.ts";

/** A backend's count of its answers: `http_request_duration_seconds_count{method="GET",route="/v1/trials",status="200"} 7`. */
const SAMPLE = /^http_request_duration_seconds_count\{(.*)\} (\S+)/;
const LABEL = /(\w+)="([^"]*)"/g;
const READS = ["GET", "HEAD", "OPTIONS"];
/** Writes nothing that lasts. */
const LOGIN = "/v1/auth/login";

interface Sample {
  readonly method: string;
  readonly route: string;
  readonly status: string;
  readonly count: number;
}

/** Reads what a backend has answered, to clients and to copies; questions about its health are no requests. */
export function readAnswers(text: string): AnswerCounts {
  const samples = samplesOf(text).filter(({ route }) => !route.startsWith("/health/"));
  return {
    requests: sum(samples),
    errors: sum(samples.filter(({ status }) => status.startsWith("5"))),
  };
}

/** Reads how many requests that may write a backend has answered. */
export function readWrites(text: string): number {
  return sum(samplesOf(text).filter(({ method, route }) => !READS.includes(method) && route !== LOGIN));
}

function samplesOf(text: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    const [, labels = "", count = ""] = SAMPLE.exec(line) ?? [];
    if (count === "") return [];
    const found = Object.fromEntries([...labels.matchAll(LABEL)].map(([, name, value]) => [name, value]));
    const { method = "", route = "", status = "" } = found;
    return [{ method, route, status, count: Number(count) }];
  });
}

function sum(samples: readonly Sample[]): number {
  return samples.reduce((total, { count }) => total + count, 0);
}
