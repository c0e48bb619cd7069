import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { type StackName, stackLabels } from "../../stack-name.ts";
import { redact } from "../../trail/redact.ts";
import type { LogLine } from "../parts.ts";
import type { LogRequest } from "./platform.ts";

/** How many lines come before those that are new. */
const TAIL = 200;

/** The lines of a container of the stack as they come, both of its outputs; ends with the container or the signal. */
export async function* followLogs(
  docker: Docker,
  name: StackName,
  request: LogRequest,
): AsyncGenerator<LogLine> {
  const { workload, since, signal } = request;
  const filters = { label: stackLabels(name), name: [`^/${workload}$`] };
  const [found] = await docker.listContainers({ all: true, filters: JSON.stringify(filters) });
  if (found === undefined) return;
  const stream = (await docker.getContainer(found.Id).logs({
    follow: true,
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(since === undefined ? { tail: TAIL } : { since: Date.parse(since) / 1000 }),
    abortSignal: signal,
  })) as unknown as NodeJS.ReadableStream;
  const both = new PassThrough();
  docker.modem.demuxStream(stream, both, both);
  const end = () => both.end();
  stream.on("end", end);
  stream.on("error", end);
  yield* readLines(both, since);
  if (!both.destroyed && !both.readableEnded) await once(both, "close");
}

async function* readLines(input: PassThrough, since: string | undefined): AsyncGenerator<LogLine> {
  for await (const line of createInterface({ input })) {
    const space = line.indexOf(" ");
    const at = line.slice(0, space);
    // Docker takes whole milliseconds: lines of the same one come again.
    if (since === undefined || at > since) yield { at, text: redact(line.slice(space + 1), []) };
  }
}
