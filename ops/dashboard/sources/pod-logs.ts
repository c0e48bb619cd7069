import { setTimeout } from "node:timers/promises";
import { messageOf } from "../../errors.ts";
import type { LogSource } from "../../logs/log-source.ts";
import { redact } from "../../trail/redact.ts";
import type { LogLine } from "../parts.ts";
import type { LogRequest } from "./platform.ts";

/** How many lines of each pod come before those that are new. */
const TAIL = 200;
/** How long to wait for a pod that has no log yet, in milliseconds. */
const AGAIN = 3_000;

/** The lines of all pods of a service as they come. Why there are none is a line too, said once. */
export function followPods(source: LogSource, request: LogRequest): AsyncIterable<LogLine> {
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  return new ReadableStream<LogLine>({
    start(lines) {
      const onLine = (line: LogLine) => lines.enqueue(line);
      void readUntil(source, { ...request, signal }, onLine).then(() => {
        if (!stop.signal.aborted) lines.close();
      });
    },
    cancel: () => stop.abort(),
  });
}

async function readUntil(
  source: LogSource,
  { service, since, signal }: LogRequest,
  onLine: (line: LogLine) => void,
): Promise<void> {
  let last = since;
  let told = "";
  while (!signal.aborted) {
    const known = last;
    const attempt = new AbortController();
    try {
      const asked = {
        follow: true,
        signal: AbortSignal.any([signal, attempt.signal]),
        ...(known === undefined ? { tail: TAIL } : { since: secondsSince(known) }),
      };
      return await source.read(service, asked, ({ time: at, text }) => {
        // Whole seconds are asked for: lines of the first one come again.
        if (known !== undefined && at <= known) return;
        if (last === undefined || at > last) last = at;
        onLine({ at, text: redact(text, []) });
      });
    } catch (error) {
      attempt.abort();
      const reason = messageOf(error);
      if (reason !== told) onLine({ at: new Date().toISOString(), text: reason });
      told = reason;
      await setTimeout(AGAIN, undefined, { signal }).catch(() => undefined);
    }
  }
}

function secondsSince(time: string): number {
  return Math.max(1, Math.ceil((Date.now() - Date.parse(time)) / 1000));
}
