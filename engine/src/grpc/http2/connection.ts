import type { Socket } from "node:net";
import {
  DEFAULT_HEADER_TABLE,
  DEFAULT_MAX_FRAME,
  DEFAULT_WINDOW,
  ERROR_CODE,
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  Http2Error,
  LARGEST_MAX_FRAME,
  MAX_HEADER_BLOCK,
  MAX_STREAM,
  MAX_WINDOW,
  PREFACE,
  SETTING,
} from "./constants.ts";
import { encodeFrame, type Frame, FrameReader, numberFrame, settingsFrame } from "./frames.ts";
import { type Header, HpackDecoder } from "./hpack-decoder.ts";
import { Sender } from "./sender.ts";

/** What a connection tells of its streams. What its listener throws as `Http2Error` ends it. */
export interface StreamListener {
  /** True where a stream has been begun, also where it has ended. Nothing but headers is taken of others. */
  hasBegun(stream: number): boolean;
  /** Headers or trailers, `isLast` where nothing follows. */
  onHeaders(stream: number, headers: readonly Header[], isLast: boolean): void;
  onData(stream: number, bytes: Buffer, isLast: boolean): void;
  /** The peer gave the stream up. */
  onReset(stream: number, code: number): void;
  /** The peer has said what it can take: from then on it is known to speak HTTP/2. */
  onSettings(settings: { readonly maxConcurrentStreams: number | undefined }): void;
  /** The peer takes no new streams; it has not looked at those after `last`. */
  onGoAway(last: number, reason: string): void;
  /** The connection has ended, for whatever reason, or is about to. Called once; nothing is told after it. */
  onEnd(reason: Error | undefined): void;
}

/** The connection is given back what it took only when it is this much: bytes. */
const CREDIT = 1024 * 1024;
/** How long a connection that has ended may take to send what was written before: milliseconds. */
const LINGER_MS = 1000;
/** A peer that asks and does not read the answers must not fill the memory with them. */
const MAX_UNREAD_ANSWERS = 10_000;
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
    [FRAME.resetStream]: (frame) => this.takeReset(frame),
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
  private unreadAnswers = 0;
  private failure: Error | undefined;
  private hasEnded = false;
  private lingering: NodeJS.Timeout | undefined;

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
    // A peer that says no more does not listen either.
    socket.on("end", () => this.end());
    socket.on("close", () => {
      clearTimeout(this.lingering);
      this.conclude();
    });
  }

  resetStream(stream: number, code: number): void {
    this.write(numberFrame(FRAME.resetStream, stream, code));
  }

  /** Ends the connection at once; what was written before still goes out, if the peer takes it. */
  end(): void {
    if (this.hasEnded) return;
    this.flush();
    this.socket.destroySoon();
    this.lingering = setTimeout(() => this.socket.destroy(), LINGER_MS).unref();
    this.conclude();
  }

  private conclude(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.listener.onEnd(this.failure);
  }

  /** Bytes that are written in one turn of the event loop go out together. */
  private write(bytes: Buffer): void {
    if (this.outgoing.push(bytes) === 1) setImmediate(() => this.flush());
  }

  private flush(): void {
    const { outgoing } = this;
    if (outgoing.length === 0) return;
    this.outgoing = [];
    if (this.socket.writable) this.socket.write(Buffer.concat(outgoing));
  }

  /** What a peer has asked for without a call. */
  private answer(bytes: Buffer): void {
    this.unreadAnswers = this.socket.writableNeedDrain ? this.unreadAnswers + 1 : 0;
    if (this.unreadAnswers > MAX_UNREAD_ANSWERS) {
      throw new Http2Error(ERROR_CODE.enhanceYourCalm, "the peer does not read what it asks for");
    }
    this.write(bytes);
  }

  private receive(chunk: Buffer): void {
    if (this.hasEnded) return;
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
    if (this.hasEnded) return;
    if (!this.sawSettings && frame.type !== FRAME.settings) broken("does not begin with its settings");
    if (this.block !== undefined && frame.type !== FRAME.continuation) broken("breaks off its headers");
    // Frames of an unknown kind are passed over (RFC 9113, 4.1).
    this.takers[frame.type]?.(frame);
  }

  private takeData(frame: Frame): void {
    this.checkStream(frame.stream);
    this.taken += frame.payload.length;
    if (this.taken >= CREDIT) {
      this.write(numberFrame(FRAME.windowUpdate, 0, this.taken));
      this.taken = 0;
    }
    this.listener.onData(frame.stream, withoutPadding(frame), (frame.flags & FLAG.endStream) !== 0);
  }

  private takeHeaders(frame: Frame): void {
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
    // Pieces of no bytes have no end either.
    block.size += bytes.length + FRAME_HEADER_BYTES;
    if (block.size > MAX_HEADER_BLOCK) {
      throw new Http2Error(ERROR_CODE.enhanceYourCalm, "headers have no end");
    }
    if ((flags & FLAG.endHeaders) === 0) return;
    this.block = undefined;
    const whole = block.pieces.length === 1 ? bytes : Buffer.concat(block.pieces);
    this.listener.onHeaders(block.stream, this.hpack.decode(whole), block.isLast);
  }

  private takeSettings({ flags, payload, stream }: Frame): void {
    if (stream !== 0) broken("sends settings of a stream");
    const isAnswer = (flags & FLAG.ack) !== 0;
    if (isAnswer ? payload.length > 0 : payload.length % 6 !== 0) wrongSize();
    if (isAnswer) return;
    this.sawSettings = true;
    // The peer counts on what it has set from the answer on: what waits may go out only after it.
    this.answer(encodeFrame({ type: FRAME.settings, flags: FLAG.ack, stream: 0, payload: NO_BYTES }));
    let maxConcurrentStreams: number | undefined;
    for (let at = 0; at < payload.length; at += 6) {
      const value = payload.readUInt32BE(at + 2);
      switch (payload.readUInt16BE(at)) {
        case SETTING.headerTableSize:
          if (value < DEFAULT_HEADER_TABLE) this.sender.emptyTable();
          break;
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
    this.listener.onSettings({ maxConcurrentStreams });
  }

  private takeReset(frame: Frame): void {
    this.checkStream(frame.stream);
    this.listener.onReset(frame.stream, numberOf(frame));
  }

  private checkStream(stream: number): void {
    if (!this.listener.hasBegun(stream)) broken(`speaks of stream ${stream}, which nobody has begun`);
  }

  private takePing(frame: Frame): void {
    if (frame.stream !== 0) broken("pings a stream");
    if (frame.payload.length !== 8) wrongSize();
    if ((frame.flags & FLAG.ack) === 0) this.answer(encodeFrame({ ...frame, flags: FLAG.ack }));
  }

  private takeGoAway(frame: Frame): void {
    if (frame.stream !== 0) broken("goes away from a stream");
    if (frame.payload.length < 8) wrongSize();
    const last = frame.payload.readUInt32BE(0) & MAX_STREAM;
    const reason = frame.payload.subarray(8).toString();
    this.listener.onGoAway(last, reason);
  }

  private takeWindowUpdate(frame: Frame): void {
    if (frame.stream !== 0) this.checkStream(frame.stream);
    const increment = numberOf(frame) & MAX_WINDOW;
    if (increment === 0) broken("widens a window by nothing");
    this.sender.widen(frame.stream, increment);
  }
}

/** The number that is all that a frame says. */
function numberOf({ payload }: Frame): number {
  return payload.length === 4 ? payload.readUInt32BE(0) : wrongSize();
}

function withoutPadding({ flags, payload }: Frame): Buffer {
  if ((flags & FLAG.padded) === 0) return payload;
  const padding = payload[0] ?? payload.length;
  return padding < payload.length
    ? payload.subarray(1, payload.length - padding)
    : broken("pads a frame with more than it has");
}

function wrongSize(): never {
  throw new Http2Error(ERROR_CODE.frameSize, "the peer sends a frame of the wrong size");
}

/** @throws Http2Error */
export function broken(what: string): never {
  throw new Http2Error(ERROR_CODE.protocol, `the peer ${what}`);
}
