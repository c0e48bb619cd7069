import { connect, type NetConnectOpts, type Socket } from "node:net";
import { broken, Http2Connection, type StreamListener } from "./http2/connection.ts";
import { ERROR_CODE, MAX_STREAM } from "./http2/constants.ts";
import type { Header } from "./http2/hpack-decoder.ts";
import { CallError, Status, statusOfReset } from "./status.ts";

/** One call, as its stream sees it. */
export interface StreamOwner {
  /** The header block that begins the stream. */
  readonly headers: Buffer;
  /** The stream has begun: now it can be written to. */
  onOpen(connection: ClientConnection, stream: number): void;
  onHeaders(headers: readonly Header[], isLast: boolean): void;
  onData(bytes: Buffer, isLast: boolean): void;
  onFailure(error: CallError): void;
  /** The peer has not looked at the stream: it can be begun anew on another connection. */
  onRefused(error: CallError): void;
}

type State = "connecting" | "open" | "leaving" | "ended";

/** One connection of a client, and its streams. It holds the process only while a call is open or waits. */
export class ClientConnection implements StreamListener {
  /** Settles when the peer is known to speak HTTP/2. */
  readonly ready: Promise<void>;
  private readonly socket: Socket;
  private readonly http2: Http2Connection;
  private readonly settled = Promise.withResolvers<void>();
  private readonly streams = new Map<number, StreamOwner>();
  /** Calls that wait for the connection, or for room on it. */
  private readonly waiting = new Set<StreamOwner>();
  private nextStream = 1;
  private maxStreams = Number.POSITIVE_INFINITY;
  private state: State = "connecting";

  constructor(target: NetConnectOpts) {
    this.socket = connect(target).unref();
    this.http2 = new Http2Connection(this.socket, "client", this);
    this.ready = this.settled.promise;
    // Who waits for it is told; nobody has to.
    this.ready.catch(() => undefined);
  }

  /** True where calls can be begun, now or soon. */
  get takesCalls(): boolean {
    return (this.state === "connecting" || this.state === "open") && this.nextStream < MAX_STREAM;
  }

  /** Begins a stream, when there is room for it. */
  begin(owner: StreamOwner): void {
    if (this.isIdle) this.socket.ref();
    if (this.state !== "open" || this.streams.size >= this.maxStreams) {
      this.waiting.add(owner);
      return;
    }
    const stream = this.nextStream;
    this.nextStream += 2;
    this.streams.set(stream, owner);
    this.http2.sender.open(stream);
    this.http2.sender.headers(stream, owner.headers, false);
    owner.onOpen(this, stream);
  }

  write(stream: number, bytes: Buffer, isLast: boolean): void {
    this.http2.sender.data(stream, bytes, isLast);
  }

  /** Gives a call up. */
  cancel(owner: StreamOwner, stream: number | undefined): void {
    if (this.waiting.delete(owner)) this.release();
    if (stream === undefined || !this.streams.has(stream)) return;
    this.http2.resetStream(stream, ERROR_CODE.cancel);
    this.forget(stream, { toldToPeer: true });
  }

  /** Begins nothing new. Calls that have begun are waited for. */
  close(): void {
    if (this.state === "ended") return;
    this.state = "leaving";
    this.failWaiting(new CallError(Status.UNAVAILABLE, "the client was closed"));
    if (this.streams.size === 0) this.http2.end();
  }

  hasBegun(stream: number): boolean {
    return stream % 2 === 1 && stream < this.nextStream;
  }

  onSettings({ maxConcurrentStreams }: { maxConcurrentStreams: number | undefined }): void {
    this.maxStreams = maxConcurrentStreams ?? this.maxStreams;
    if (this.state === "connecting") {
      this.state = "open";
      this.settled.resolve();
    }
    this.beginWaiting();
    this.release();
  }

  onHeaders(stream: number, headers: readonly Header[], isLast: boolean): void {
    if (!this.hasBegun(stream)) broken(`answers on stream ${stream}, which nobody has begun`);
    const owner = this.streams.get(stream);
    if (isLast) this.forget(stream);
    owner?.onHeaders(headers, isLast);
  }

  onData(stream: number, bytes: Buffer, isLast: boolean): void {
    const owner = this.streams.get(stream);
    if (isLast) this.forget(stream);
    owner?.onData(bytes, isLast);
  }

  onReset(stream: number, code: number): void {
    const owner = this.streams.get(stream);
    this.forget(stream, { toldToPeer: true });
    const error = new CallError(statusOfReset(code), `the call was given up with HTTP/2's error ${code}`);
    if (code === ERROR_CODE.refusedStream) owner?.onRefused(error);
    else owner?.onFailure(error);
  }

  onGoAway(last: number, reason: string): void {
    this.state = "leaving";
    const error = new CallError(Status.UNAVAILABLE, `the peer is going away${reason && `: ${reason}`}`);
    for (const [stream, owner] of [...this.streams]) {
      if (stream <= last) continue;
      this.forget(stream, { toldToPeer: true });
      owner.onRefused(error);
    }
    this.refuseWaiting(error);
    if (this.streams.size === 0) this.http2.end();
  }

  onEnd(reason: Error | undefined): void {
    const wasConnected = this.state !== "connecting";
    this.state = "ended";
    const why = reason === undefined ? "" : `: ${reason.message || (reason as NodeJS.ErrnoException).code}`;
    const error = new CallError(
      Status.UNAVAILABLE,
      wasConnected ? `Connection dropped${why}` : `No connection established${why}`,
    );
    this.settled.reject(error);
    const owners = [...this.streams.values()];
    this.streams.clear();
    for (const owner of owners) owner.onFailure(error);
    this.refuseWaiting(error);
    this.socket.unref();
  }

  private forget(stream: number, { toldToPeer = false } = {}): void {
    if (!this.streams.delete(stream)) return;
    const isDone = this.http2.sender.close(stream);
    // An answer to half a request: the peer need not wait for the other half.
    if (!isDone && !toldToPeer) this.http2.resetStream(stream, ERROR_CODE.cancel);
    if (this.waiting.size > 0) this.beginWaiting();
    if (this.streams.size > 0) return;
    this.release();
    if (this.state === "leaving") this.http2.end();
  }

  private get isIdle(): boolean {
    return this.streams.size === 0 && this.waiting.size === 0;
  }

  /** Lets the process end where nothing is called any more. */
  private release(): void {
    if (this.isIdle) this.socket.unref();
  }

  private beginWaiting(): void {
    for (const owner of this.waiting) {
      if (this.state !== "open" || this.streams.size >= this.maxStreams) return;
      this.waiting.delete(owner);
      this.begin(owner);
    }
  }

  /** What waits goes on elsewhere, unless there was no room for a single call: it might be so for ever. */
  private refuseWaiting(error: CallError): void {
    if (this.nextStream === 1) this.failWaiting(error);
    else for (const owner of this.takeWaiting()) owner.onRefused(error);
  }

  private failWaiting(error: CallError): void {
    for (const owner of this.takeWaiting()) owner.onFailure(error);
  }

  private takeWaiting(): StreamOwner[] {
    const owners = [...this.waiting];
    this.waiting.clear();
    return owners;
  }
}
