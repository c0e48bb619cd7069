import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import type Docker from "dockerode";
import { ROLE_LABEL, type StackName, stackLabels } from "../stack-name.ts";
import { lineSplitter, parseLogLine } from "./line.ts";
import type { LogRequest, LogSource } from "./log-source.ts";

/** The logs of a stack's containers. */
export function dockerLogs(docker: Docker, owner: StackName): LogSource {
  const labels = stackLabels(owner);
  const find = (more: readonly string[] = []) =>
    docker.listContainers({ all: true, filters: { label: [...labels, ...more] } });
  return {
    async services() {
      const containers = await find();
      return containers.flatMap(({ Labels }) => Labels[ROLE_LABEL] ?? []).sort();
    },
    async read(service, request, onLine) {
      const [found] = await find([`${ROLE_LABEL}=${service}`]);
      if (found === undefined) return;
      const container = docker.getContainer(found.Id);
      const source = await openLog(container, request);
      const stop = () => source.destroy();
      if (request.signal.aborted) stop();
      request.signal.addEventListener("abort", stop, { once: true });
      const outputs = [0, 1].map(() => lines((line) => onLine(parseLogLine(service, line))));
      container.modem.demuxStream(source, outputs[0]?.stream, outputs[1]?.stream);
      await once(source, "close");
      request.signal.removeEventListener("abort", stop);
      for (const output of outputs) output.stream.end();
      await Promise.all(outputs.map(({ done }) => done));
    },
  };
}

async function openLog(container: Docker.Container, request: LogRequest): Promise<Readable> {
  const options = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(request.since !== undefined && { since: Math.floor(Date.now() / 1000) - request.since }),
    ...(request.tail !== undefined && { tail: request.tail }),
  };
  if (request.follow) return (await container.logs({ ...options, follow: true })) as Readable;
  return Readable.from([await container.logs({ ...options, follow: false })], { objectMode: false });
}

function lines(onLine: (line: string) => void): { stream: PassThrough; done: Promise<unknown> } {
  const stream = new PassThrough();
  const splitter = lineSplitter(onLine);
  stream.setEncoding("utf8").on("data", (piece: string) => splitter.push(piece));
  return { stream, done: once(stream, "end").then(() => splitter.end()) };
}
