import http2 from "node:http2";
import { connect, createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { Http2Connection, type StreamListener } from "../../src/grpc/http2/connection.ts";
import type { Header } from "../../src/grpc/http2/hpack-decoder.ts";
import { encodeHeaders } from "../../src/grpc/http2/hpack-encoder.ts";
import { listen, nodeServer } from "./peers.ts";

/** Takes headers and nothing else. */
function headersListener(
  onHeaders: StreamListener["onHeaders"],
  onSettings: () => void = () => undefined,
): StreamListener {
  return {
    hasBegun: () => true,
    onHeaders,
    onSettings,
    onData: () => undefined,
    onReset: () => undefined,
    onGoAway: () => undefined,
    onEnd: () => undefined,
  };
}

/** Names that mean nothing to HTTP, some of which repeat, so that tables are used and overflow. */
const name = fc
  .oneof(fc.constantFrom("x-a", "x-b", "x-c"), fc.stringMatching(/^x-[a-z0-9_.-]{1,30}$/))
  .filter((text) => text.length > 2);
const value = fc.oneof(
  fc.constantFrom("", "1", "a value that comes again"),
  fc.stringMatching(/^[!-~]([ -~]{0,200}[!-~])?$/),
);
const lists = fc.sample(fc.uniqueArray(fc.tuple(name, value), { maxLength: 30, selector: ([key]) => key }), {
  numRuns: 150,
  seed: 7541,
});

const sorted = (headers: Iterable<Header>) =>
  [...headers].filter(([key]) => key.startsWith("x-")).sort(([a], [b]) => (a < b ? -1 : 1));

describe("headers between this transport and nghttp2", () => {
  it("arrive as a client of nghttp2 has sent them", async () => {
    const seen: Header[][] = [];
    const server = createServer((socket) => {
      const http = new Http2Connection(
        socket,
        "server",
        headersListener((stream, headers) => {
          seen.push(sorted(headers));
          http.sender.open(stream);
          http.sender.headers(stream, encodeHeaders([[":status", "204"]]), true);
        }),
      );
    });
    const session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
    onTestFinished(() => {
      session.destroy();
      server.close();
    });
    for (const list of lists) {
      const stream = session.request({ ":path": "/", ...Object.fromEntries(list) });
      await new Promise((resolve, reject) => stream.once("response", resolve).once("error", reject));
      stream.close();
    }
    expect(seen).toEqual(lists.map(sorted));
  });

  it("arrive at a server of nghttp2, which answers with the same", async () => {
    const { port } = await nodeServer({}, (stream, headers) => {
      const same = sorted(Object.entries(headers) as Header[]);
      stream.respond({ ":status": 200, ...Object.fromEntries(same) }, { endStream: true });
    });
    const answers: Header[][] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => {
      socket.destroy();
    });
    const ask = (index: number) => {
      const list = lists[index];
      if (list === undefined) return resolve();
      const stream = 2 * index + 1;
      http.sender.open(stream);
      http.sender.headers(
        stream,
        encodeHeaders([
          [":method", "GET"],
          [":scheme", "http"],
          [":path", "/"],
          [":authority", "a"],
          ...list,
        ]),
        true,
      );
    };
    const http = new Http2Connection(
      socket,
      "client",
      headersListener(
        (_stream, headers) => {
          answers.push(sorted(headers));
          ask(answers.length);
        },
        () => ask(0),
      ),
    );
    await promise;
    expect(answers).toEqual(lists.map(sorted));
  });
});
