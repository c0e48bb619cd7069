import type { Socket } from "node:net";
import {
  DEFAULT_MAX_FRAME,
  DEFAULT_WINDOW,
  ERROR_CODE,
  FLAG,
  FRAME,
  Http2Error,
  LARGEST_MAX_FRAME,
  MAX_WINDOW,
  PREFACE,
  SETTING,
} from "./constants.ts";
import { encodeFrame, type Frame, FrameReader, numberFrame, settingsFrame } from "./frames.ts";
import { type Header, HpackDecoder } from "./hpack-decoder.ts";
import { Sender } from "./sender.ts";

/** What a connection tells of its streams. */
export interface StreamListener {
  /** Headers or trailers, `isLast` where nothing follows. */
  onHeaders(stream: number, headers: readonly Header[], isLast: boolean): void;
  onData(stream: number, bytes: Buffer, isLast: boolean): void;
  /** The peer gave the stream up. */
  onReset(stream: number, code: number): void;
  /** The peer has said what it can take: from then on it is known to speak HTTP/2. */
  onSettings(settings: { readonly maxConcurrentStreams: number | undefined }): void;
  /** The peer takes no new streams; it has not looked at those after `last`. */
  onGoAway(last: number, reason: string): void;
  /** The connection has ended, for whatever reason. Called once. */
  onEnd(reason: Error | undefined): void;
}

/** The connection is given back what it took only when it is this much: bytes. */
const CREDIT = 1024 * 1024;
/** The headers of one call must not fill the memory: bytes. */
const MAX_HEADER_BLOCK = 16 * 1024 * 1024;
/** What is written together: bytes. */
const FULL = 32 * 1024;
const NO_BYTES = Buffer.alloc(0);

interface HeaderBlock {
  readonly stream: number;
  readonly isLast: boolean;
  readonly pieces: Buffer[];
  size: number;
}

/**
 * One side of an HTTP/2 connection (RFC 9113) over a socket that is connected: frames, settings, windows, header tables.
 * It knows nothing of calls. Messages are taken whole, so that each stream has the largest window there is.
 */
export class Http2Connection {
  readonly sender: Sender;
  private readonly socket: Socket;
  private readonly listener: StreamListener;
  private readonly reader = new FrameReader();
  private readonly hpack = new HpackDecoder();
  /** What a client still has to say before its first frame. Empty where the peer is the server. */
  private preface: Buffer;
  private readonly takers: { readonly [type: number]: (frame: Frame) => void } = {
    [FRAME.data]: (frame) => this.takeData(frame),
    [FRAME.headers]: (frame) => this.takeHeaders(frame),
    [FRAME.continuation]: (frame) => this.continueHeaders(frame),
    [FRAME.resetStream]: (frame) => this.listener.onReset(frame.stream, numberAt(frame, 0)),
    [FRAME.settings]: (frame) => this.takeSettings(frame),
    [FRAME.pushPromise]: () => broken("pushes what nobody asked for"),
    [FRAME.ping]: (frame) => this.takePing(frame),
    [FRAME.goAway]: (frame) => this.takeGoAway(frame),
    [FRAME.windowUpdate]: (frame) => this.takeWindowUpdate(frame),
  };
  private block: HeaderBlock | undefined;
  private sawSettings = false;
  private taken = 0;
  private outgoing: Buffer[] = [];
  private outgoingSize = 0;
  private failure: Error | undefined;

  constructor(socket: Socket, side: "client" | "server", listener: StreamListener) {
    this.socket = socket;
    this.listener = listener;
    this.preface = side === "server" ? PREFACE : NO_BYTES;
    this.sender = new Sender((bytes) => this.write(bytes));
    if (side === "client") this.write(PREFACE);
    this.write(
      settingsFrame([
        [SETTING.enablePush, 0],
        [SETTING.initialWindowSize, MAX_WINDOW],
      ]),
    );
    this.write(numberFrame(FRAME.windowUpdate, 0, MAX_WINDOW - DEFAULT_WINDOW));
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("error", (error) => {
      this.failure ??= error;
    });
    socket.on("close", () => listener.onEnd(this.failure));
  }

  resetStream(stream: number, code: number): void {
    this.write(numberFrame(FRAME.resetStream, stream, code));
  }

  /** Ends the connection at once; what was written before still goes out. */
  end(): void {
    this.flush();
    this.socket.destroySoon();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Bytes that are written in one turn of the event loop go out together, unless they are many: then the peer can begin. */
  private write(bytes: Buffer): void {
    this.outgoingSize += bytes.length;
    if (this.outgoing.push(bytes) === 1) setImmediate(() => this.flush());
    if (this.outgoingSize >= FULL) this.flush();
  }

  private flush(): void {
    const { outgoing } = this;
    if (outgoing.length === 0) return;
    this.outgoing = [];
    this.outgoingSize = 0;
    if (this.socket.writable) this.socket.write(Buffer.concat(outgoing));
  }

  private receive(chunk: Buffer): void {
    try {
      const bytes = this.preface.length === 0 ? chunk : this.takePreface(chunk);
      this.reader.push(bytes, (frame) => this.take(frame));
    } catch (error) {
      if (!(error instanceof Http2Error)) throw error;
      this.fail(error);
    }
  }

  private takePreface(chunk: Buffer): Buffer {
    const length = Math.min(chunk.length, this.preface.length);
    if (!chunk.subarray(0, length).equals(this.preface.subarray(0, length))) {
      throw new Http2Error(ERROR_CODE.protocol, "the peer does not speak HTTP/2");
    }
    this.preface = this.preface.subarray(length);
    return chunk.subarray(length);
  }

  private fail(error: Http2Error): void {
    this.failure ??= error;
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(error.code, 4);
    this.write(encodeFrame({ type: FRAME.goAway, flags: 0, stream: 0, payload }));
    this.end();
  }

  private take(frame: Frame): void {
    if (this.failure !== undefined) return;
    if (!this.sawSettings && frame.type !== FRAME.settings) broken("does not begin with its settings");
    if (this.block !== undefined && frame.type !== FRAME.continuation) broken("breaks off its headers");
    // Frames of an unknown kind are passed over (RFC 9113, 4.1).
    this.takers[frame.type]?.(frame);
  }

  private takeData(frame: Frame): void {
    this.taken += frame.payload.length;
    if (this.taken >= CREDIT) {
      this.write(numberFrame(FRAME.windowUpdate, 0, this.taken));
      this.taken = 0;
    }
    this.listener.onData(frame.stream, withoutPadding(frame), (frame.flags & FLAG.endStream) !== 0);
  }

  private takeHeaders(frame: Frame): void {
    if (frame.stream === 0) broken("sends headers of no stream");
    const bytes = withoutPadding(frame);
    const priority = (frame.flags & FLAG.priority) === 0 ? 0 : 5;
    if (bytes.length < priority) broken("sends headers that are too short");
    const isLast = (frame.flags & FLAG.endStream) !== 0;
    this.block = { stream: frame.stream, isLast, pieces: [], size: 0 };
    this.addToBlock(this.block, bytes.subarray(priority), frame.flags);
  }

  private continueHeaders(frame: Frame): void {
    if (this.block?.stream !== frame.stream) broken("goes on with headers that it has not begun");
    this.addToBlock(this.block, frame.payload, frame.flags);
  }

  private addToBlock(block: HeaderBlock, bytes: Buffer, flags: number): void {
    block.pieces.push(bytes);
    block.size += bytes.length;
    if (block.size > MAX_HEADER_BLOCK)
      throw new Http2Error(ERROR_CODE.enhanceYourCalm, "headers have no end");
    if ((flags & FLAG.endHeaders) === 0) return;
    this.block = undefined;
    const whole = block.pieces.length === 1 ? bytes : Buffer.concat(block.pieces);
    this.listener.onHeaders(block.stream, this.hpack.decode(whole), block.isLast);
  }

  private takeSettings({ flags, payload, stream }: Frame): void {
    if (stream !== 0 || payload.length % 6 !== 0) broken("sends settings that are none");
    if ((flags & FLAG.ack) !== 0) return;
    let maxConcurrentStreams: number | undefined;
    for (let at = 0; at < payload.length; at += 6) {
      const value = payload.readUInt32BE(at + 2);
      switch (payload.readUInt16BE(at)) {
        case SETTING.initialWindowSize:
          this.sender.setInitialWindow(value);
          break;
        case SETTING.maxFrameSize:
          if (value < DEFAULT_MAX_FRAME || value > LARGEST_MAX_FRAME) broken("allows frames of no size");
          this.sender.setMaxFrame(value);
          break;
        case SETTING.maxConcurrentStreams:
          maxConcurrentStreams = value;
          break;
        default:
      }
    }
    this.sawSettings = true;
    this.write(encodeFrame({ type: FRAME.settings, flags: FLAG.ack, stream: 0, payload: NO_BYTES }));
    this.listener.onSettings({ maxConcurrentStreams });
  }

  private takePing(frame: Frame): void {
    if ((frame.flags & FLAG.ack) === 0) this.write(encodeFrame({ ...frame, flags: FLAG.ack }));
  }

  private takeGoAway(frame: Frame): void {
    const last = numberAt(frame, 0) & MAX_WINDOW;
    const reason = frame.payload.subarray(8).toString();
    this.listener.onGoAway(last, reason);
  }

  private takeWindowUpdate(frame: Frame): void {
    const increment = numberAt(frame, 0) & MAX_WINDOW;
    if (increment === 0) broken("widens a window by nothing");
    this.sender.widen(frame.stream, increment);
  }
}

function numberAt({ payload }: Frame, at: number): number {
  return payload.length < at + 4 ? broken("sends a frame that is too short") : payload.readUInt32BE(at);
}

function withoutPadding({ flags, payload }: Frame): Buffer {
  if ((flags & FLAG.padded) === 0) return payload;
  const padding = payload[0] ?? payload.length;
  return padding < payload.length
    ? payload.subarray(1, payload.length - padding)
    : broken("pads a frame with more than it has");
}

function broken(what: string): never {
  throw new Http2Error(ERROR_CODE.protocol, `the peer ${what}`);
}
