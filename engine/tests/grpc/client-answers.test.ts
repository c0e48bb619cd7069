import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { ERROR_CODE, FLAG, FRAME } from "../../src/grpc/http2/constants.ts";
import { encodeFrame, numberFrame } from "../../src/grpc/http2/frames.ts";
import { encodeHeaders } from "../../src/grpc/http2/hpack-encoder.ts";
import { encodeMessage, MAX_MESSAGE_BYTES, MessageReader } from "../../src/grpc/message.ts";
import { Status, statusName } from "../../src/grpc/status.ts";
import { decodeStatusText, encodeStatusText } from "../../src/grpc/status-text.ts";
import {
  clientOf,
  EMPTY,
  failureOf,
  frameServer,
  headersFrame,
  nodeServer,
  SERVICE,
  SETTINGS,
} from "./peers.ts";

const { call } = SERVICE;
const LAST = FLAG.endHeaders | FLAG.endStream;
const MESSAGE = encodeMessage(Buffer.from("hello"));

/** Calls a server that answers every call with these bytes, on stream 1. */
async function answered(...parts: readonly Buffer[]): Promise<Buffer> {
  const port = await frameServer((frame, socket) => {
    if (frame.type === FRAME.data) socket.write(Buffer.concat(parts));
  });
  return clientOf(port).call(call, EMPTY);
}

const begin = (headers: Record<string, string> = {}) =>
  headersFrame(
    1,
    Object.entries({ ":status": "200", "content-type": "application/grpc", ...headers }),
    FLAG.endHeaders,
  );
const data = (payload: Uint8Array, flags = 0) =>
  encodeFrame({ type: FRAME.data, flags, stream: 1, payload: Buffer.from(payload) });
const end = (headers: Record<string, string> = { "grpc-status": "0" }) =>
  headersFrame(1, Object.entries(headers), LAST);

describe("an answer", () => {
  it("may come after others that are none, in HTTP's words", async () => {
    const early = headersFrame(1, [[":status", "103"]], FLAG.endHeaders);
    expect(String(await answered(early, begin(), data(MESSAGE), end()))).toBe("hello");
  });

  it("may come in many frames, with empty ones in between", async () => {
    const pieces = [...MESSAGE].flatMap((byte) => [data(Buffer.of(byte)), data(EMPTY)]);
    expect(String(await answered(begin(), ...pieces, end()))).toBe("hello");
  });

  it("may come with padding and priorities, which mean nothing", async () => {
    const block = encodeHeaders([[":status", "200"]]);
    const headers = encodeFrame({
      type: FRAME.headers,
      flags: FLAG.endHeaders | FLAG.padded | FLAG.priority,
      stream: 1,
      payload: Buffer.concat([Buffer.of(3, 0, 0, 0, 0, 16), block, Buffer.alloc(3)]),
    });
    const padded = data(Buffer.concat([Buffer.of(2), MESSAGE, Buffer.alloc(2)]), FLAG.padded);
    const onlyPadding = data(Buffer.of(1, 0), FLAG.padded);
    const priority = encodeFrame({ type: FRAME.priority, flags: 0, stream: 1, payload: Buffer.alloc(5) });
    expect(String(await answered(headers, priority, padded, onlyPadding, end()))).toBe("hello");
  });

  it("may come with headers in several frames", async () => {
    const block = encodeHeaders([
      [":status", "200"],
      ["grpc-status", "5"],
      ["grpc-message", "gone"],
    ]);
    const frame = (type: number, flags: number, from: number, to?: number) =>
      encodeFrame({ type, flags, stream: 1, payload: block.subarray(from, to) });
    const failure = await failureOf(
      answered(
        frame(FRAME.headers, FLAG.endStream, 0, 3),
        frame(FRAME.continuation, 0, 3, 9),
        frame(FRAME.continuation, FLAG.endHeaders, 9),
      ),
    );
    expect(failure).toMatchObject({ code: Status.NOT_FOUND, details: "gone" });
  });

  it("may come among frames that nobody knows", async () => {
    const unknown = encodeFrame({ type: 0xfa, flags: 0xff, stream: 1, payload: Buffer.alloc(10) });
    expect(String(await answered(unknown, begin(), unknown, data(MESSAGE), unknown, end()))).toBe("hello");
  });

  it("may end a call that has not been sent in full", async () => {
    const seen: number[] = [];
    const port = await frameServer((frame, socket: Socket) => {
      if (frame.type === FRAME.headers) {
        socket.write(
          headersFrame(
            frame.stream,
            [
              [":status", "200"],
              ["grpc-status", "8"],
              ["grpc-message", "no"],
            ],
            LAST,
          ),
        );
      } else if (frame.type === FRAME.resetStream) {
        seen.push(frame.stream);
        socket.write(numberFrame(FRAME.resetStream, frame.stream, ERROR_CODE.none));
      }
    });
    const client = clientOf(port);
    const large = Buffer.alloc(200_000);
    const refused = { code: Status.RESOURCE_EXHAUSTED, details: "no" };
    expect(await failureOf(client.call(call, large))).toMatchObject(refused);
    expect(await failureOf(client.call(call, large))).toMatchObject(refused);
    expect(seen).toContain(1);
  });
});

describe("an answer that is none", () => {
  it.each([
    ["a message that is cut off", [begin(), data(MESSAGE.subarray(0, -1)), end()], "INTERNAL", "is cut off"],
    ["a message with no length", [begin(), data(MESSAGE.subarray(0, 4)), end()], "INTERNAL", "is cut off"],
    ["two messages", [begin(), data(MESSAGE), data(MESSAGE), end()], "INTERNAL", "is followed by another"],
    [
      "a compressed message",
      [begin(), data(Buffer.from("0100000000", "hex")), end()],
      "UNIMPLEMENTED",
      "is compressed",
    ],
    ["success and no message", [begin(), end()], "INTERNAL", "without a message"],
    ["no status at all", [begin(), data(MESSAGE, FLAG.endStream)], "UNKNOWN", "without a status"],
    [
      "a status too early",
      [begin({ "grpc-status": "0" }), data(MESSAGE, FLAG.endStream)],
      "UNKNOWN",
      "without a status",
    ],
    ["an empty status", [begin(), data(MESSAGE), end({ "grpc-status": "" })], "UNKNOWN", ""],
    ["a status that is no number", [begin(), data(MESSAGE), end({ "grpc-status": "0x0" })], "UNKNOWN", ""],
    [
      "a status that nobody knows",
      [end({ ":status": "200", "grpc-status": "99", "grpc-message": "a" })],
      "UNKNOWN",
      "a",
    ],
  ] as const)("fails the call: %s", async (_what, parts, code, details) => {
    const failure = await failureOf(answered(...parts));
    expect([statusName(failure.code), failure.details]).toEqual([code, expect.stringContaining(details)]);
  });

  it.each([
    [400, "INTERNAL"],
    [401, "UNAUTHENTICATED"],
    [403, "PERMISSION_DENIED"],
    [404, "UNIMPLEMENTED"],
    [429, "UNAVAILABLE"],
    [502, "UNAVAILABLE"],
    [503, "UNAVAILABLE"],
    [504, "UNAVAILABLE"],
    [500, "UNKNOWN"],
  ])("fails the call: HTTP's status %i means %s", async (status, code) => {
    const { port } = await nodeServer({}, (stream) => {
      stream.respond({ ":status": status, "content-type": "text/html" });
      stream.end("<h1>It works</h1>");
    });
    const failure = await failureOf(clientOf(port).call(call, EMPTY));
    expect([statusName(failure.code), failure.details]).toEqual([
      code,
      expect.stringContaining(String(status)),
    ]);
  });

  it.each([
    [ERROR_CODE.none, "INTERNAL"],
    [ERROR_CODE.protocol, "INTERNAL"],
    [ERROR_CODE.cancel, "CANCELLED"],
    [ERROR_CODE.enhanceYourCalm, "RESOURCE_EXHAUSTED"],
    [ERROR_CODE.inadequateSecurity, "PERMISSION_DENIED"],
    [ERROR_CODE.refusedStream, "UNAVAILABLE"],
  ])("fails the call: a reset with %i means %s", async (code, status) => {
    const port = await frameServer((frame, socket) => {
      if (frame.type === FRAME.data) socket.write(numberFrame(FRAME.resetStream, frame.stream, code));
    });
    expect(statusName((await failureOf(clientOf(port).call(call, EMPTY))).code)).toBe(status);
  });

  it("fails the call where its message is larger than is taken, and the server is told", async () => {
    const reset = Promise.withResolvers<number>();
    const many = Buffer.concat(Array.from({ length: 256 }, () => data(Buffer.alloc(16_384))));
    const port = await frameServer((frame, socket) => {
      if (frame.type === FRAME.resetStream) reset.resolve(frame.payload.readUInt32BE(0));
      if (frame.type !== FRAME.data) return;
      socket.write(begin());
      for (let sent = 0; sent <= MAX_MESSAGE_BYTES; sent += 256 * 16_384) socket.write(many);
    });
    const failure = await failureOf(clientOf(port).call(call, EMPTY));
    expect(failure).toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    expect(await reset.promise).toBe(ERROR_CODE.cancel);
  });

  it("fails the call, not the connection", async () => {
    const port = await frameServer((frame, socket) => {
      if (frame.type !== FRAME.data) return;
      const status = frame.stream === 1 ? "3" : "4";
      socket.write(
        headersFrame(
          frame.stream,
          [
            [":status", "200"],
            ["grpc-status", status],
          ],
          LAST,
        ),
      );
      // What comes after the end of a stream is nobody's.
      socket.write(Buffer.concat([SETTINGS, data(MESSAGE), end(), numberFrame(FRAME.resetStream, 1, 0)]));
      socket.write(numberFrame(FRAME.windowUpdate, 1, 1));
    });
    const client = clientOf(port);
    expect(await failureOf(client.call(call, EMPTY))).toMatchObject({ code: 3 });
    expect(await failureOf(client.call(call, EMPTY))).toMatchObject({ code: 4 });
  });
});

describe("MessageReader", () => {
  it("takes no message that is larger than both sides agreed on", () => {
    const reader = new MessageReader();
    const piece = Buffer.alloc(MAX_MESSAGE_BYTES / 100);
    for (let count = 0; count < 100; count += 1) reader.push(piece);
    expect(() => reader.push(piece)).toThrow(expect.objectContaining({ code: Status.RESOURCE_EXHAUSTED }));
  });
});

describe("the text of a status", () => {
  it.each([
    ["what is plain", "a/b c", "a/b c"],
    ["UTF-8", "%E6%BC%A2%C3%BC", "漢ü"],
    ["a percent sign", "100%25", "100%"],
    ["a percent sign that should have been encoded", "100% of %C3%BC", "100% of ü"],
    ["what is no UTF-8", "%FF!", "\ufffd!"],
    ["half an encoding", "%C", "%C"],
  ])("is read: %s", (_what, encoded, text) => {
    expect(decodeStatusText(encoded)).toBe(text);
  });

  it("is written in printable ASCII", () => {
    expect(encodeStatusText("1 %\nü~\u007f")).toBe("1 %25%0A%C3%BC~%7F");
  });
});
