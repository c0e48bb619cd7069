import http2 from "node:http2";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import grpc from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import { GrpcClient } from "../../src/grpc/client.ts";
import { FRAME, PREFACE } from "../../src/grpc/http2/constants.ts";
import { encodeFrame, type Frame, FrameReader, settingsFrame } from "../../src/grpc/http2/frames.ts";
import { encodeHeaders } from "../../src/grpc/http2/hpack-encoder.ts";
import { type GrpcServer, type Handler, startGrpcServer } from "../../src/grpc/server.ts";

// Peers of all kinds for the transport. Each ends with the test that started it.

const bytes = (message: Uint8Array) => Buffer.from(message);
const messages = {
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
  responseStream: false,
} as const;

/** A service whose messages are bytes: one request or many, always one response. */
export const SERVICE = {
  call: { path: "/test.Bytes/Call", requestStream: false, ...messages },
  collect: { path: "/test.Bytes/Collect", requestStream: true, ...messages },
} as const;

export const EMPTY: Buffer = Buffer.alloc(0);

/** What a refused call was refused with. */
export function failureOf(
  call: Promise<unknown>,
): Promise<{ code: number; details: string; message: string }> {
  return call.then(
    () => Promise.reject(new Error("the call succeeded")),
    (error) => error,
  );
}

export function clientOf(target: string | number): GrpcClient {
  const client = new GrpcClient(typeof target === "number" ? `127.0.0.1:${target}` : target);
  onTestFinished(() => client.close());
  return client;
}

export async function serverOf(handler: Handler<Buffer, Buffer>): Promise<GrpcServer> {
  const server = await startGrpcServer([{ definition: SERVICE, implementation: { call: handler } }]);
  onTestFinished(() => server.close());
  return server;
}

/** Listens on a free port, or on one that was used before. */
export async function listen(server: Server | http2.Http2Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

export interface GrpcJsServer {
  readonly server: grpc.Server;
  readonly port: number;
}

export async function grpcJsServer(
  implementation: {
    readonly call?: grpc.handleUnaryCall<Buffer, Buffer>;
    readonly collect?: grpc.handleClientStreamingCall<Buffer, Buffer>;
  },
  address = "127.0.0.1:0",
): Promise<GrpcJsServer> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(SERVICE, { ...implementation });
  onTestFinished(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { server, port };
}

export const echo: grpc.handleUnaryCall<Buffer, Buffer> = (call, answer) => answer(null, call.request);

/** A server of Node's own HTTP/2. */
export async function nodeServer(
  settings: http2.Settings,
  onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
): Promise<{ readonly port: number; readonly sessions: http2.ServerHttp2Session[] }> {
  const server = http2.createServer({ settings });
  const sessions: http2.ServerHttp2Session[] = [];
  server.on("session", (session) => sessions.push(session));
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    onStream(stream, headers);
  });
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: await listen(server), sessions };
}

/** Answers as gRPC does, once the request is there. */
export function answerOn(stream: http2.ServerHttp2Stream, answer: (request: Buffer) => Buffer): void {
  const pieces: Buffer[] = [];
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  stream.on("end", () => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(answer(Buffer.concat(pieces)));
  });
}

/** A server of bare sockets. */
export async function socketServer(onSocket: (socket: Socket) => void, port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listen(server, port);
}

export const SETTINGS = settingsFrame([]);
export const OPENING = Buffer.concat([PREFACE, SETTINGS]);

/** A server that speaks in frames: it is told each frame of a client after the preface. */
export function frameServer(onFrame: (frame: Frame, socket: Socket) => void, opening = SETTINGS) {
  return socketServer((socket) => {
    const reader = new FrameReader();
    let preface = PREFACE.length;
    socket.write(opening);
    socket.on("data", (chunk: Buffer) => {
      const skipped = Math.min(preface, chunk.length);
      preface -= skipped;
      reader.push(chunk.subarray(skipped), (frame) => onFrame(frame, socket));
    });
  });
}

export function headersFrame(
  stream: number,
  headers: Iterable<readonly [string, string]>,
  flags: number,
): Buffer {
  return encodeFrame({ type: FRAME.headers, flags, stream, payload: encodeHeaders(headers) });
}

/** A client that speaks in frames, and what it has heard. */
export class FrameClient {
  readonly socket: Socket;
  readonly frames: Frame[] = [];
  readonly closed: Promise<void>;
  private readonly reader = new FrameReader();
  private heard: () => void = () => undefined;

  constructor(address: string) {
    const port = Number(address.split(":").at(-1));
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
    this.socket.on("data", (chunk: Buffer) => {
      this.reader.push(chunk, (frame) => {
        this.frames.push({ ...frame, payload: Buffer.from(frame.payload) });
      });
      this.heard();
    });
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  send(...parts: readonly Uint8Array[]): this {
    this.socket.write(Buffer.concat(parts));
    return this;
  }

  /** Waits for a frame. */
  async frame(matches: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(matches);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
    }
  }
}
