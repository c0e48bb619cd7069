import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { GrpcClient } from "../../src/grpc/client.ts";
import { FLAG, FRAME, PREFACE, SETTING } from "../../src/grpc/http2/constants.ts";
import { encodeFrame, FrameReader, numberFrame, settingsFrame } from "../../src/grpc/http2/frames.ts";
import { type Header, HpackDecoder } from "../../src/grpc/http2/hpack-decoder.ts";
import { encodeHeaders } from "../../src/grpc/http2/hpack-encoder.ts";
import { encodeMessage, MessageReader } from "../../src/grpc/message.ts";
import { ResponseReader } from "../../src/grpc/response-reader.ts";
import { ServerConnection } from "../../src/grpc/server-connection.ts";
import { decodeStatusText, encodeStatusText } from "../../src/grpc/status-text.ts";
import { parseTarget } from "../../src/grpc/target.ts";
import { type FuzzTarget, holds, reads } from "./fuzz-target.ts";
import { mutants } from "./mutations.ts";

const PATH = "/fuzz.Service/Call";
const REQUEST: readonly Header[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", PATH],
  ["content-type", "application/grpc"],
  ["te", "trailers"],
];
const MESSAGE = encodeMessage(Buffer.from("hello"));

/** Blocks with all that HPACK has: indexes, tables and their sizes, Huffman's code. */
const blocks = [
  encodeHeaders(REQUEST),
  Buffer.from("3fe101488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff", "hex"),
  Buffer.from("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf", "hex"),
];

function call(stream: number): Buffer {
  return Buffer.concat([
    encodeFrame({ type: FRAME.headers, flags: FLAG.endHeaders, stream, payload: encodeHeaders(REQUEST) }),
    encodeFrame({ type: FRAME.data, flags: FLAG.endStream, stream, payload: MESSAGE }),
  ]);
}

/** What a client says that uses most of the protocol. */
const conversation = Buffer.concat([
  PREFACE,
  settingsFrame([
    [SETTING.headerTableSize, 0],
    [SETTING.initialWindowSize, 100],
  ]),
  call(1),
  numberFrame(FRAME.windowUpdate, 0, 1000),
  numberFrame(FRAME.windowUpdate, 1, 1000),
  encodeFrame({ type: FRAME.ping, flags: 0, stream: 0, payload: Buffer.alloc(8) }),
  call(3),
  numberFrame(FRAME.resetStream, 3, 8),
  settingsFrame([[SETTING.maxFrameSize, 20_000]]),
  encodeFrame({ type: FRAME.goAway, flags: 0, stream: 0, payload: Buffer.alloc(8) }),
]);

/** What a server says to a call that uses most of the protocol, after its settings. */
const answer = Buffer.concat([
  encodeFrame({
    type: FRAME.headers,
    flags: FLAG.endHeaders,
    stream: 1,
    payload: encodeHeaders([[":status", "200"]]),
  }),
  encodeFrame({ type: FRAME.ping, flags: 0, stream: 0, payload: Buffer.alloc(8) }),
  settingsFrame([[SETTING.maxConcurrentStreams, 1]]),
  encodeFrame({ type: FRAME.goAway, flags: 0, stream: 0, payload: Buffer.from("0000000100000000", "hex") }),
  encodeFrame({
    type: FRAME.data,
    flags: FLAG.padded,
    stream: 1,
    payload: Buffer.concat([Buffer.of(0), MESSAGE]),
  }),
  encodeFrame({
    type: FRAME.headers,
    flags: FLAG.endHeaders | FLAG.endStream,
    stream: 1,
    payload: encodeHeaders([["grpc-status", "0"]]),
  }),
]);

/** Anything, in pieces as a network may cut it. */
function cut(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer[]> {
  return fc.tuple(bytes, fc.array(fc.nat(200), { maxLength: 8 })).map(([whole, sizes]) => {
    const pieces: Buffer[] = [];
    let at = 0;
    for (const size of sizes) {
      pieces.push(whole.subarray(at, at + size));
      at += size;
    }
    return [...pieces, whole.subarray(at)];
  });
}

const header = fc.tuple(
  fc.constantFrom(":status", "grpc-status", "grpc-message", "grpc-status-details-bin", "other"),
  fc.string({ unit: "binary-ascii", maxLength: 20 }),
);

/** What a server may say on a stream. */
const answers = fc.array(
  fc.oneof(
    fc.record({ headers: fc.array(header, { maxLength: 4 }), isLast: fc.boolean() }),
    cut(mutants([MESSAGE])).map((pieces) => ({ pieces })),
  ),
  { maxLength: 6 },
);

export const transport: readonly FuzzTarget[] = [
  reads("HTTP/2: frames", cut(mutants([conversation.subarray(PREFACE.length)])), {
    read: (pieces) => {
      const reader = new FrameReader();
      for (const piece of pieces) reader.push(piece, () => undefined);
    },
  }),
  reads("HTTP/2: headers", fc.array(mutants(blocks), { minLength: 1, maxLength: 4 }), {
    read: (list) => {
      const decoder = new HpackDecoder();
      return list.flatMap((block) => decoder.decode(block));
    },
    check: (headers) => {
      new HpackDecoder().decode(encodeHeaders(headers));
    },
  }),
  reads("HTTP/2: a server's connection", cut(mutants([conversation])), { read: converse }),
  reads("HTTP/2: a client's connection", cut(mutants([answer])), { read: callPeer }),
  reads("gRPC: messages", cut(mutants([MESSAGE, Buffer.concat([MESSAGE, MESSAGE])])), {
    read: (pieces) => {
      const reader = new MessageReader();
      for (const piece of pieces) reader.push(piece);
      return reader.finish();
    },
  }),
  reads("gRPC: answers", answers, {
    read: (parts) => {
      const reader = new ResponseReader();
      for (const part of parts) {
        if ("headers" in part) reader.headers(part.headers, part.isLast);
        else for (const piece of part.pieces) reader.data(piece);
      }
      return reader.finish();
    },
  }),
  reads(
    "gRPC: targets",
    fc.oneof(fc.string(), fc.stringMatching(/^(dns:|ipv6:|unix:)?(\[::1\]|a):\d{1,6}$/)),
    {
      read: parseTarget,
      check: ({ authority }) => {
        encodeHeaders([[":authority", authority]]);
      },
    },
  ),
  holds("gRPC: a status's text comes back", fc.string({ unit: "binary" }), (text) => {
    if (decodeStatusText(encodeStatusText(text)) !== text) throw new Error("another text");
    decodeStatusText(text);
  }),
];

let servers = 0;

/** Does something with a server that takes connections so. It has a path: of ports there are too few for many inputs. */
async function withServer(
  onSocket: (socket: Socket) => void,
  use: (path: string) => Promise<void>,
): Promise<void> {
  servers += 1;
  const path = join(tmpdir(), `fuzz-${process.pid}-${servers}`);
  const server = createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  try {
    await use(path);
  } finally {
    server.close();
  }
}

/** Says something to a server, which ends the connection sooner or later. What it throws ends the process. */
function converse(pieces: readonly Buffer[]): Promise<void> {
  const answer = async (request: Buffer) => request;
  const serve = (socket: Socket) => new ServerConnection(socket, () => answer);
  return withServer(serve, async (path) => {
    const socket = connect(path);
    await new Promise<void>((resolve) => {
      socket.on("error", () => undefined);
      socket.on("close", () => resolve());
      socket.resume();
      for (const piece of pieces) socket.write(piece);
      socket.end();
    });
  });
}

/** Calls a server that answers so. The call has to end. */
function callPeer(pieces: readonly Buffer[]): Promise<void> {
  const speak = (socket: Socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(settingsFrame([]));
      socket.once("data", () => {
        for (const piece of pieces) socket.write(piece);
        socket.end();
      });
    });
  };
  return withServer(speak, async (path) => {
    const client = new GrpcClient(`unix:${path}`);
    const bytes = (message: Uint8Array) => Buffer.from(message);
    try {
      await client.call({ path: PATH, requestSerialize: bytes, responseDeserialize: bytes }, MESSAGE);
    } finally {
      client.close();
    }
  });
}
