import {
  DEFAULT_MAX_FRAME,
  DEFAULT_WINDOW,
  ERROR_CODE,
  FLAG,
  FRAME,
  Http2Error,
  MAX_WINDOW,
} from "./constants.ts";
import { frameHeader } from "./frames.ts";

/** What one stream has to say, in order. */
interface Part {
  readonly kind: "headers" | "data";
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

interface OutgoingStream {
  /** How many bytes of data the peer takes on this stream. */
  window: number;
  readonly waiting: Part[];
}

/** A table of no size, as a header block says it first. */
const EMPTY_TABLE = Buffer.of(0x20);

/**
 * Sends headers and data on the streams of one connection, no more data at once than the peer takes. A stream that has
 * sent its last is forgotten.
 */
export class Sender {
  private readonly write: (bytes: Buffer) => void;
  private readonly streams = new Map<number, OutgoingStream>();
  private readonly blocked = new Set<number>();
  private window = DEFAULT_WINDOW;
  private initialWindow = DEFAULT_WINDOW;
  private maxFrame = DEFAULT_MAX_FRAME;
  private emptiesTable = false;

  constructor(write: (bytes: Buffer) => void) {
    this.write = write;
  }

  open(stream: number): void {
    this.streams.set(stream, { window: this.initialWindow, waiting: [] });
  }

  /** Forgets a stream and what waits on it. False where the peer still expects something on it. */
  close(stream: number): boolean {
    this.blocked.delete(stream);
    return !this.streams.delete(stream);
  }

  headers(stream: number, bytes: Buffer, isLast: boolean): void {
    this.send(stream, { kind: "headers", bytes, isLast });
  }

  data(stream: number, bytes: Buffer, isLast: boolean): void {
    this.send(stream, { kind: "data", bytes, isLast });
  }

  /** The peer takes more; 0 is the connection. @throws Http2Error where a window grows beyond what there is */
  widen(stream: number, increment: number): void {
    if (stream === 0) {
      this.window = checkWindow(this.window + increment);
      this.resume();
      return;
    }
    const outgoing = this.streams.get(stream);
    if (outgoing === undefined) return;
    outgoing.window = checkWindow(outgoing.window + increment);
    if (this.blocked.has(stream)) this.flow(stream, outgoing);
  }

  /** @throws Http2Error where a window grows beyond what there is */
  setInitialWindow(size: number): void {
    checkWindow(size);
    for (const outgoing of this.streams.values()) {
      outgoing.window = checkWindow(outgoing.window + size - this.initialWindow);
    }
    this.initialWindow = size;
    this.resume();
  }

  setMaxFrame(size: number): void {
    this.maxFrame = size;
  }

  /** The peer's table becomes smaller, which the next headers have to confirm (RFC 7541, 4.2). It is not made use of. */
  emptyTable(): void {
    this.emptiesTable = true;
  }

  private send(stream: number, part: Part): void {
    const outgoing = this.streams.get(stream);
    if (outgoing === undefined) return;
    outgoing.waiting.push(part);
    if (!this.blocked.has(stream)) this.flow(stream, outgoing);
  }

  private resume(): void {
    for (const stream of [...this.blocked]) {
      const outgoing = this.streams.get(stream);
      if (outgoing !== undefined) this.flow(stream, outgoing);
    }
  }

  /** Sends of what waits on a stream as much as may be sent. */
  private flow(stream: number, outgoing: OutgoingStream): void {
    const { waiting } = outgoing;
    let sent = 0;
    for (let part = waiting[sent]; part !== undefined; part = waiting[sent]) {
      if (part.kind === "headers") {
        this.writeHeaders(stream, part);
      } else {
        const room = Math.max(0, Math.min(this.window, outgoing.window));
        const fits = part.bytes.length <= room;
        const now = fits ? part : { ...part, bytes: part.bytes.subarray(0, room), isLast: false };
        this.window -= now.bytes.length;
        outgoing.window -= now.bytes.length;
        if (fits || room > 0) this.writeData(stream, now);
        if (!fits) {
          waiting[sent] = { ...part, bytes: part.bytes.subarray(room) };
          waiting.splice(0, sent);
          this.blocked.add(stream);
          return;
        }
      }
      sent += 1;
      if (!part.isLast) continue;
      this.streams.delete(stream);
      break;
    }
    waiting.length = 0;
    this.blocked.delete(stream);
  }

  private writeHeaders(stream: number, part: Part): void {
    const { isLast } = part;
    const bytes = this.emptiesTable ? Buffer.concat([EMPTY_TABLE, part.bytes]) : part.bytes;
    this.emptiesTable = false;
    let type: number = FRAME.headers;
    let at = 0;
    do {
      const piece = bytes.subarray(at, at + this.maxFrame);
      at += piece.length;
      const ends = at >= bytes.length ? FLAG.endHeaders : 0;
      const flags = ends | (isLast && type === FRAME.headers ? FLAG.endStream : 0);
      this.write(frameHeader({ type, flags, stream }, piece.length));
      this.write(piece);
      type = FRAME.continuation;
    } while (at < bytes.length);
  }

  private writeData(stream: number, { bytes, isLast }: Part): void {
    let at = 0;
    do {
      const piece = bytes.subarray(at, at + this.maxFrame);
      at += piece.length;
      const flags = isLast && at >= bytes.length ? FLAG.endStream : 0;
      this.write(frameHeader({ type: FRAME.data, flags, stream }, piece.length));
      if (piece.length > 0) this.write(piece);
    } while (at < bytes.length);
  }
}

function checkWindow(size: number): number {
  if (size <= MAX_WINDOW) return size;
  throw new Http2Error(ERROR_CODE.flowControl, "a window is larger than HTTP/2 allows");
}
