import type { FastifyReply, FastifyRequest } from "fastify";

export interface ServerEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data: unknown;
}

/** An open stream of server-sent events. */
export interface EventStream {
  /** The id of the last event that the other side has, after a break. */
  readonly lastId: string | undefined;
  /** Aborts when the other side is gone. */
  readonly signal: AbortSignal;
  send(event: ServerEvent): void;
  onClose(end: () => void): void;
  close(): void;
}

/** How soon a page tries again, in milliseconds. */
const RETRY = 500;

/** Answers with a stream that stays open until one side closes it. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply): EventStream {
  const controller = new AbortController();
  const response = reply.raw;
  const headers = { ...reply.getHeaders(), "content-type": "text/event-stream; charset=utf-8" };
  reply.hijack();
  response.writeHead(200, headers as { [name: string]: string });
  response.write(`retry: ${RETRY}\n\n`);
  response.on("close", () => controller.abort());
  const lastId = request.headers["last-event-id"];
  return {
    lastId: typeof lastId === "string" ? lastId : undefined,
    signal: controller.signal,
    send: (event) => {
      if (!controller.signal.aborted) response.write(formatEvent(event));
    },
    onClose: (end) => controller.signal.addEventListener("abort", end, { once: true }),
    close: () => response.end(),
  };
}

/** An event as it goes over the wire. JSON has no line breaks of its own. */
export function formatEvent({ event, id, data }: ServerEvent): string {
  const head = `${event === undefined ? "" : `event: ${event}\n`}${id === undefined ? "" : `id: ${id}\n`}`;
  return `${head}data: ${JSON.stringify(data)}\n\n`;
}
