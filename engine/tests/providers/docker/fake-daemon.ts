import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterAll } from "vitest";

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** An answer: a status and a JSON body, or lines of JSON as pulls and pushes send them. */
export type FakeAnswer = {
  readonly status?: number;
  readonly body?: unknown;
  readonly lines?: readonly unknown[];
};

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A daemon of our own on a port of its own: for what a real one without a registry cannot show. */
export async function fakeDaemon(
  answer: (request: FakeRequest) => FakeAnswer | undefined,
): Promise<{ readonly host: string; readonly requests: FakeRequest[] }> {
  const requests: FakeRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const url = new URL(incoming.url ?? "/", "http://fake");
      const request = {
        method: incoming.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      requests.push(request);
      const fallback: FakeAnswer =
        url.pathname === "/_ping" ? { body: "OK" } : { status: 404, body: { message: "no such thing" } };
      const { status = 200, body, lines } = answer(request) ?? fallback;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(
        lines === undefined
          ? JSON.stringify(body ?? "")
          : lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      );
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { host: `tcp://127.0.0.1:${port}`, requests };
}
