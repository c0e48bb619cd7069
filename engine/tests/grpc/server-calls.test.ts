import http2 from "node:http2";
import grpc from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import { ERROR_CODE, FLAG, FRAME, SETTING } from "../../src/grpc/http2/constants.ts";
import { encodeFrame, numberFrame, settingsFrame } from "../../src/grpc/http2/frames.ts";
import { HpackDecoder } from "../../src/grpc/http2/hpack-decoder.ts";
import { encodeMessage, MAX_MESSAGE_BYTES } from "../../src/grpc/message.ts";
import { type Handler, startGrpcServer, unimplemented } from "../../src/grpc/server.ts";
import { RpcError } from "../../src/grpc/server-connection.ts";
import { Status } from "../../src/grpc/status.ts";
import { EMPTY, FrameClient, failureOf, headersFrame, OPENING, SERVICE, serverOf } from "./peers.ts";

const { call, collect } = SERVICE;
const Client = grpc.makeGenericClientConstructor(SERVICE, "Bytes");
const REQUEST = [
  [":method", "POST"],
  [":path", call.path],
  ["content-type", "application/grpc"],
] as const;
const { endHeaders, endStream } = FLAG;

/** Calls as a client of grpc-js. */
function grpcJsClient(address: string) {
  const client = new Client(address, grpc.credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
  });
  onTestFinished(() => client.close());
  const begin = (request: Buffer, path: string = call.path) => {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const begun = client.makeUnaryRequest(
      path,
      call.requestSerialize,
      call.responseDeserialize,
      request,
      new grpc.Metadata(),
      (error: grpc.ServiceError | null, response?: Buffer) =>
        error === null ? resolve(response ?? EMPTY) : reject(error),
    );
    return { promise, cancel: () => begun.cancel() };
  };
  return { client, begin, ask: (request: Buffer, path?: string) => begin(request, path).promise };
}

async function asking(handler: Handler<Buffer, Buffer>) {
  const { address } = await serverOf(handler);
  return grpcJsClient(address);
}

describe("a server's call by a client of grpc-js", () => {
  it("gets what the handler makes of it", async () => {
    const { ask } = await asking(async (request, metadata) =>
      Buffer.from(`${request} ${metadata.get(":path")} ${metadata.get("te")}`),
    );
    expect(String(await ask(Buffer.from("a")))).toBe("a /test.Bytes/Call trailers");
    expect(String(await ask(EMPTY))).toBe(" /test.Bytes/Call trailers");
  });

  it("takes megabytes both ways", async () => {
    const { ask } = await asking(async (request) => request);
    const large = Buffer.alloc(30 * 1024 * 1024, "0123456789abcdef_");
    expect((await ask(large)).equals(large)).toBe(true);
  });

  it("is one of hundreds at the same time, which each get their own answer", async () => {
    const { ask } = await asking(async (request) => {
      await new Promise(setImmediate);
      return Buffer.concat([request, request]);
    });
    const texts = Array.from({ length: 500 }, (_, index) => String(index));
    const answers = await Promise.all(texts.map((text) => ask(Buffer.from(text))));
    expect(answers.map(String)).toEqual(texts.map((text) => text + text));
  });

  it("fails with the status of the handler's choice", async () => {
    const { ask } = await asking(() => Promise.reject(new RpcError(Status.NOT_FOUND, "no 漢字,\n100 %")));
    expect(await failureOf(ask(EMPTY))).toMatchObject({ code: Status.NOT_FOUND, details: "no 漢字,\n100 %" });
  });

  it("fails where there is no such method", async () => {
    const { ask } = await asking(async (request) => request);
    expect(await failureOf(ask(EMPTY, "/test.Bytes/Unknown"))).toMatchObject({
      code: Status.UNIMPLEMENTED,
      details: "the server does not implement the method /test.Bytes/Unknown",
    });
    const large = Buffer.alloc(1024 * 1024);
    expect(await failureOf(ask(large, "/test.Bytes/Unknown"))).toMatchObject({ code: Status.UNIMPLEMENTED });
    expect(String(await ask(Buffer.from("a")))).toBe("a");
  });

  it("fails where the engine has left the method out", async () => {
    const server = await startGrpcServer([
      { definition: SERVICE, implementation: { call: unimplemented("Call") } },
    ]);
    onTestFinished(() => server.close());
    expect(await failureOf(grpcJsClient(server.address).ask(EMPTY))).toMatchObject({
      code: Status.UNIMPLEMENTED,
      details: "Call is not implemented by this engine",
    });
  });

  it("may be given up, which leaves the connection to the others", async () => {
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<Buffer>();
    const { begin, ask } = await asking((request) => {
      if (request.length > 0) return Promise.resolve(request);
      asked.resolve();
      return answered.promise;
    });
    const given = begin(EMPTY);
    const failure = failureOf(given.promise);
    await asked.promise;
    given.cancel();
    expect(await failure).toMatchObject({ code: Status.CANCELLED });
    expect(String(await ask(Buffer.from("a")))).toBe("a");
    answered.resolve(EMPTY);
    expect(String(await ask(Buffer.from("b")))).toBe("b");
  });

  it("fails where it has many requests and the method takes one", async () => {
    const server = await startGrpcServer([
      { definition: SERVICE, implementation: { collect: async (request: Buffer) => request } },
    ]);
    onTestFinished(() => server.close());
    const { client } = grpcJsClient(server.address);
    const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
    const { path, requestSerialize, responseDeserialize } = collect;
    const stream = client.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      (error, response) => (error ? reject(error) : resolve(response)),
    );
    stream.write(Buffer.from("a"));
    stream.write(Buffer.from("b"));
    stream.end();
    expect(await failureOf(promise)).toMatchObject({ code: Status.INTERNAL });
  });

  it("fails where the server is closed", async () => {
    const asked = Promise.withResolvers<void>();
    const server = await serverOf(() => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const failure = failureOf(grpcJsClient(server.address).ask(EMPTY));
    await asked.promise;
    server.close();
    expect((await failure).code).toBe(Status.UNAVAILABLE);
  });
});

describe("a server's call by a client of nghttp2", () => {
  it("goes through windows that are small", async () => {
    const { address } = await serverOf(async (request) => request);
    const session = http2.connect(`http://${address}`, {
      settings: { initialWindowSize: 100, headerTableSize: 0 },
    });
    onTestFinished(() => session.destroy());
    const message = encodeMessage(Buffer.alloc(100_000, "0123456789_"));
    const stream = session.request({
      ":method": "POST",
      ":path": call.path,
      "content-type": "application/grpc",
    });
    const trailers = new Promise((resolve) => stream.once("trailers", resolve));
    stream.end(message);
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(message)).toBe(true);
    expect(await trailers).toMatchObject({ "grpc-status": "0" });
  });

  it.each([undefined, "application/json"])("is none where its content is of type %s", async (type) => {
    const { address } = await serverOf(async (request) => request);
    const session = http2.connect(`http://${address}`);
    onTestFinished(() => session.destroy());
    const stream = session.request({
      ":method": "POST",
      ":path": call.path,
      ...(type && { "content-type": type }),
    });
    stream.write(Buffer.alloc(100_000));
    const response = await new Promise((resolve) => stream.once("response", resolve));
    expect(response).toMatchObject({ ":status": 415 });
  });
});

describe("a server's call in frames", () => {
  const data = (payload: Buffer, flags = 0, stream = 1) =>
    encodeFrame({ type: FRAME.data, flags, stream, payload });

  /** The last headers of a stream. */
  async function trailersOf(peer: FrameClient, stream = 1): Promise<ReadonlyMap<string, string>> {
    const last = await peer.frame(
      (frame) => frame.stream === stream && frame.type === FRAME.headers && (frame.flags & endStream) !== 0,
    );
    return new Map(new HpackDecoder().decode(last.payload));
  }

  it("may come byte by byte", async () => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address);
    const message = [...encodeMessage(Buffer.from("hello"))].map((byte) => data(Buffer.of(byte)));
    const all = Buffer.concat([
      OPENING,
      headersFrame(1, REQUEST, endHeaders),
      ...message,
      data(EMPTY, endStream),
    ]);
    for (const byte of all) await new Promise((resolve) => peer.socket.write(Buffer.of(byte), resolve));
    expect((await trailersOf(peer)).get("grpc-status")).toBe("0");
    const answer = peer.frames.filter(({ type }) => type === FRAME.data);
    expect(String(Buffer.concat(answer.map(({ payload }) => payload)).subarray(5))).toBe("hello");
  });

  it("may end with trailers", async () => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address);
    const trailers = headersFrame(1, [["x-a", "b"]], endHeaders | endStream);
    peer.send(OPENING, headersFrame(1, REQUEST, endHeaders), data(Buffer.alloc(5)), trailers);
    expect((await trailersOf(peer)).get("grpc-status")).toBe("0");
  });

  it.each([
    ["without a message", data(EMPTY, endStream), Status.INTERNAL],
    ["with half a message", data(Buffer.alloc(3), endStream), Status.INTERNAL],
    ["with a compressed message", data(Buffer.from("0100000000", "hex"), endStream), Status.UNIMPLEMENTED],
  ])("fails %s", async (_what, bytes, code) => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address).send(OPENING, headersFrame(1, REQUEST, endHeaders), bytes);
    expect((await trailersOf(peer)).get("grpc-status")).toBe(String(code));
  });

  it("fails before its end where the server takes no more, and the client is told", async () => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address);
    const unknown = REQUEST.map(([key, value]) => [key, key === ":path" ? "/no" : value] as const);
    peer.send(
      OPENING,
      headersFrame(1, unknown, endHeaders),
      headersFrame(3, unknown, endHeaders | endStream),
    );
    expect((await trailersOf(peer, 1)).get("grpc-status")).toBe(String(Status.UNIMPLEMENTED));
    expect((await trailersOf(peer, 3)).get("grpc-status")).toBe(String(Status.UNIMPLEMENTED));
    const resets = peer.frames.filter(({ type }) => type === FRAME.resetStream);
    expect(resets.map(({ stream, payload }) => [stream, payload.readUInt32BE(0)])).toEqual([
      [1, ERROR_CODE.none],
    ]);
    // What was under way belongs to nobody.
    peer.send(
      data(Buffer.alloc(100), endStream),
      headersFrame(5, REQUEST, endHeaders),
      data(Buffer.alloc(5), endStream, 5),
    );
    expect((await trailersOf(peer, 5)).get("grpc-status")).toBe("0");
  });

  it("fails where its message is larger than is taken", async () => {
    const { address } = await serverOf(async (request) => request);
    const peer = new FrameClient(address).send(OPENING, headersFrame(1, REQUEST, endHeaders));
    const many = Buffer.concat(Array.from({ length: 256 }, () => data(Buffer.alloc(16_384))));
    for (let sent = 0; sent <= MAX_MESSAGE_BYTES; sent += 256 * 16_384) {
      await new Promise((resolve) => peer.socket.write(many, resolve));
    }
    expect((await trailersOf(peer)).get("grpc-status")).toBe(String(Status.RESOURCE_EXHAUSTED));
  });

  it("gets nothing more once it is given up", async () => {
    const { address } = await serverOf(async () => Buffer.alloc(100_000));
    const peer = new FrameClient(address);
    peer.send(OPENING, settingsFrame([[SETTING.initialWindowSize, 1000]]));
    for (const stream of [1, 3])
      peer.send(headersFrame(stream, REQUEST, endHeaders), data(Buffer.alloc(5), endStream, stream));
    await peer.frame(({ type, stream }) => type === FRAME.data && stream === 3);
    peer.send(numberFrame(FRAME.resetStream, 1, ERROR_CODE.cancel));
    peer.send(numberFrame(FRAME.windowUpdate, 0, 1_000_000));
    peer.send(numberFrame(FRAME.windowUpdate, 1, 1_000_000), numberFrame(FRAME.windowUpdate, 3, 1_000_000));
    await trailersOf(peer, 3);
    const sizes = peer.frames
      .filter(({ type, stream }) => type === FRAME.data && stream === 1)
      .map(({ payload }) => payload.length);
    expect(sizes).toEqual([1000]);
  });
});
