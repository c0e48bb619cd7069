import { describe, expect, it } from "vitest";
import {
  ERROR_CODE,
  FLAG,
  FRAME,
  MAX_HEADER_BLOCK,
  MAX_WINDOW,
  PREFACE,
  SETTING,
} from "../../src/grpc/http2/constants.ts";
import { encodeFrame, frameHeader, numberFrame, settingsFrame } from "../../src/grpc/http2/frames.ts";
import { encodeHeaders } from "../../src/grpc/http2/hpack-encoder.ts";
import { clientOf, EMPTY, FrameClient, headersFrame, OPENING, SERVICE, serverOf } from "./peers.ts";

const REQUEST = [
  [":method", "POST"],
  [":path", SERVICE.call.path],
  ["content-type", "application/grpc"],
] as const;
const { endHeaders, endStream, padded, priority } = FLAG;
const frame = (type: number, { stream = 0, flags = 0, payload = EMPTY }) =>
  encodeFrame({ type, flags, stream, payload });
const call = headersFrame(1, REQUEST, endHeaders);
const block = encodeHeaders(REQUEST);

const VIOLATIONS: readonly (readonly [
  what: string,
  code: keyof typeof ERROR_CODE,
  bytes: readonly Buffer[],
])[] = [
  ["another protocol", "protocol", [Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]],
  ["a preface that is not quite right", "protocol", [PREFACE.subarray(0, -1), Buffer.from("\r")]],
  ["calls before its settings", "protocol", [PREFACE, call]],
  [
    "nothing but the answer to our settings",
    "protocol",
    [PREFACE, frame(FRAME.settings, { flags: FLAG.ack }), call],
  ],
  [
    "a frame that is too large",
    "frameSize",
    [OPENING, frameHeader({ type: FRAME.data, flags: 0, stream: 1 }, 16_385)],
  ],
  ["settings of a stream", "protocol", [OPENING, frame(FRAME.settings, { stream: 1 })]],
  ["half a setting", "frameSize", [OPENING, frame(FRAME.settings, { payload: Buffer.alloc(5) })]],
  [
    "an answer to settings that says something",
    "frameSize",
    [OPENING, frame(FRAME.settings, { flags: FLAG.ack, payload: Buffer.alloc(6) })],
  ],
  [
    "a first window that is too large",
    "flowControl",
    [PREFACE, settingsFrame([[SETTING.initialWindowSize, 2 ** 31]])],
  ],
  ["frames that are too small", "protocol", [PREFACE, settingsFrame([[SETTING.maxFrameSize, 16_383]])]],
  ["frames that are too large", "protocol", [PREFACE, settingsFrame([[SETTING.maxFrameSize, 2 ** 24]])]],
  [
    "a pushed request",
    "protocol",
    [OPENING, call, frame(FRAME.pushPromise, { stream: 1, flags: endHeaders, payload: Buffer.alloc(4) })],
  ],
  [
    "a continuation of nothing",
    "protocol",
    [OPENING, frame(FRAME.continuation, { stream: 1, flags: endHeaders, payload: block })],
  ],
  [
    "a continuation of another stream",
    "protocol",
    [
      OPENING,
      frame(FRAME.headers, { stream: 1, payload: block }),
      frame(FRAME.continuation, { stream: 3, flags: endHeaders }),
    ],
  ],
  [
    "headers that are broken off",
    "protocol",
    [
      OPENING,
      frame(FRAME.headers, { stream: 1, payload: block }),
      frame(FRAME.ping, { payload: Buffer.alloc(8) }),
    ],
  ],
  [
    "headers of no stream",
    "protocol",
    [OPENING, frame(FRAME.headers, { flags: endHeaders, payload: block })],
  ],
  ["headers of a stream of ours", "protocol", [OPENING, headersFrame(2, REQUEST, endHeaders)]],
  [
    "more padding than there is",
    "protocol",
    [OPENING, call, frame(FRAME.data, { stream: 1, flags: padded, payload: Buffer.of(2, 0) })],
  ],
  [
    "padding without its length",
    "protocol",
    [OPENING, call, frame(FRAME.data, { stream: 1, flags: padded })],
  ],
  [
    "headers without their priority",
    "protocol",
    [OPENING, frame(FRAME.headers, { stream: 1, flags: endHeaders | priority, payload: Buffer.alloc(4) })],
  ],
  ["data of no stream", "protocol", [OPENING, frame(FRAME.data, {})]],
  ["data of a stream that has not begun", "protocol", [OPENING, frame(FRAME.data, { stream: 1 })]],
  ["the end of a stream that has not begun", "protocol", [OPENING, numberFrame(FRAME.resetStream, 1, 0)]],
  ["the end of no stream", "protocol", [OPENING, numberFrame(FRAME.resetStream, 0, 0)]],
  [
    "half an end of a stream",
    "frameSize",
    [OPENING, call, frame(FRAME.resetStream, { stream: 1, payload: Buffer.alloc(3) })],
  ],
  ["a window of a stream that has not begun", "protocol", [OPENING, numberFrame(FRAME.windowUpdate, 1, 1)]],
  ["a window that grows by nothing", "protocol", [OPENING, numberFrame(FRAME.windowUpdate, 0, 0)]],
  ["half a window", "frameSize", [OPENING, frame(FRAME.windowUpdate, { payload: Buffer.alloc(3) })]],
  ["a window larger than there is", "flowControl", [OPENING, numberFrame(FRAME.windowUpdate, 0, MAX_WINDOW)]],
  [
    "a window of a stream larger than there is",
    "flowControl",
    [OPENING, call, numberFrame(FRAME.windowUpdate, 1, MAX_WINDOW)],
  ],
  [
    "settings that make a window larger than there is",
    "flowControl",
    [
      OPENING,
      call,
      numberFrame(FRAME.windowUpdate, 1, 1000),
      settingsFrame([[SETTING.initialWindowSize, MAX_WINDOW]]),
    ],
  ],
  ["a ping of a stream", "protocol", [OPENING, frame(FRAME.ping, { stream: 1, payload: Buffer.alloc(8) })]],
  ["half a ping", "frameSize", [OPENING, frame(FRAME.ping, { payload: Buffer.alloc(4) })]],
  [
    "a stream that goes away",
    "protocol",
    [OPENING, frame(FRAME.goAway, { stream: 1, payload: Buffer.alloc(8) })],
  ],
  [
    "half a word that it goes away",
    "frameSize",
    [OPENING, frame(FRAME.goAway, { payload: Buffer.alloc(4) })],
  ],
  [
    "headers that cannot be decoded",
    "compression",
    [OPENING, frame(FRAME.headers, { stream: 1, flags: endHeaders | endStream, payload: Buffer.of(0x80) })],
  ],
  ["headers that mean more than memory holds", "enhanceYourCalm", [OPENING, ...bomb()]],
  [
    "headers that never end, of no bytes",
    "enhanceYourCalm",
    [OPENING, frame(FRAME.headers, { stream: 1 }), emptyContinuations()],
  ],
];

/** A large header that is kept in the table, and named again by each byte that follows. */
function bomb(): Buffer[] {
  const kept = Buffer.concat([Buffer.from("4001617fa11e", "hex"), Buffer.alloc(4000, "x")]);
  const again = Buffer.alloc(10_000, 0xbe);
  return [frame(FRAME.headers, { stream: 1, flags: endHeaders, payload: Buffer.concat([kept, again]) })];
}

/** As many as it takes after a first frame, and not one more: what the server does not read it answers with a reset. */
function emptyContinuations(): Buffer {
  const continuation = frame(FRAME.continuation, { stream: 1 });
  return Buffer.alloc(Math.floor(MAX_HEADER_BLOCK / continuation.length) * continuation.length, continuation);
}

describe("a server whose client breaks the protocol", () => {
  it.each(VIOLATIONS)("says so, and serves others: %s", async (_what, code, bytes) => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address);
    peer.send(...bytes);
    const goAway = await peer.frame(({ type }) => type === FRAME.goAway);
    expect(goAway.payload.readUInt32BE(4)).toBe(ERROR_CODE[code]);
    await peer.closed;
    expect(String(await clientOf(address).call(SERVICE.call, Buffer.from("a")))).toBe("a");
  });

  it("does not listen to what comes after", async () => {
    let calls = 0;
    const { address } = await serverOf(async (request) => {
      calls += 1;
      return request;
    });
    const peer = new FrameClient(address);
    const message = frame(FRAME.data, { stream: 1, flags: endStream, payload: Buffer.alloc(5) });
    peer.send(OPENING, numberFrame(FRAME.windowUpdate, 0, 0), call, message);
    await peer.closed;
    expect(calls).toBe(0);
    expect(peer.frames.filter(({ type }) => type === FRAME.goAway)).toHaveLength(1);
  });

  it("ends the connection of one that asks and never reads", async () => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address);
    peer.socket.pause();
    peer.send(OPENING);
    const pings = Buffer.concat(
      Array.from({ length: 10_000 }, () => frame(FRAME.ping, { payload: Buffer.alloc(8) })),
    );
    const send = () =>
      new Promise<boolean>((resolve) => peer.socket.write(pings, (error) => resolve(!error)));
    while (await send());
    expect(String(await clientOf(address).call(SERVICE.call, Buffer.from("a")))).toBe("a");
  });
});

describe("a server whose client keeps to the protocol", () => {
  it("answers pings, and its settings", async () => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address);
    const payload = Buffer.from("12345678");
    peer.send(OPENING, frame(FRAME.ping, { payload }), frame(FRAME.ping, { payload, flags: FLAG.ack }));
    const answer = await peer.frame(({ type }) => type === FRAME.ping);
    expect(answer).toMatchObject({ flags: FLAG.ack, stream: 0, payload });
    expect(
      peer.frames.filter(({ type, flags }) => type === FRAME.settings && flags === FLAG.ack),
    ).toHaveLength(1);
  });

  it("passes over frames and settings that nobody knows", async () => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address);
    const unknown = encodeFrame({ type: 0x42, flags: 0xff, stream: 77, payload: Buffer.alloc(100) });
    const message = frame(FRAME.data, { stream: 1, flags: endStream, payload: Buffer.alloc(5) });
    peer.send(PREFACE, settingsFrame([[0x4242, 1]]), unknown, call, unknown, message);
    const last = await peer.frame(({ flags, type }) => type === FRAME.headers && (flags & endStream) !== 0);
    expect(last.stream).toBe(1);
  });

  it("says that tables are not used before it answers within a smaller one", async () => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address);
    const message = frame(FRAME.data, { stream: 1, flags: endStream, payload: Buffer.alloc(5) });
    peer.send(PREFACE, settingsFrame([[SETTING.headerTableSize, 0]]), call, message);
    const first = await peer.frame(({ type }) => type === FRAME.headers);
    expect(first.payload[0]).toBe(0x20);
    const acknowledged = peer.frames.findIndex(
      ({ type, flags }) => type === FRAME.settings && flags === FLAG.ack,
    );
    expect(acknowledged).toBeLessThan(peer.frames.indexOf(first));
  });

  it("makes use of what new settings allow only after it has acknowledged them", async () => {
    const { address } = await serverOf(async () => Buffer.alloc(100_000));
    const peer = new FrameClient(address);
    const message = frame(FRAME.data, { stream: 1, flags: endStream, payload: Buffer.alloc(5) });
    peer.send(PREFACE, settingsFrame([[SETTING.initialWindowSize, 10]]), call, message);
    await peer.frame(({ type }) => type === FRAME.data);
    const before = peer.frames.length;
    peer.send(
      numberFrame(FRAME.windowUpdate, 0, 200_000),
      settingsFrame([[SETTING.initialWindowSize, 200_000]]),
    );
    await peer.frame(({ type, flags }) => type === FRAME.headers && (flags & endStream) !== 0);
    const later = peer.frames.slice(before);
    expect(later[0]).toMatchObject({ type: FRAME.settings, flags: FLAG.ack });
  });

  it("ends its side where the client ends the other", async () => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address);
    peer.send(OPENING, call);
    await peer.frame(({ type, flags }) => type === FRAME.settings && flags === FLAG.ack);
    peer.socket.end();
    await peer.closed;
    const goAway = frame(FRAME.goAway, { payload: Buffer.alloc(8) });
    const other = new FrameClient(address).send(OPENING, goAway);
    other.socket.end();
    await other.closed;
  });
});
