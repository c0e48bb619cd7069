import type { ClientConnection, StreamOwner } from "./client-connection.ts";
import type { Header } from "./http2/hpack-decoder.ts";
import { ResponseReader } from "./response-reader.ts";
import type { CallError } from "./status.ts";

/** How a call ended: with the bytes of a message, or with an error. */
export interface CallEnd {
  resolve(message: Buffer): void;
  reject(error: CallError): void;
}

export interface CallStart {
  readonly headers: Buffer;
  /** Begins a call that a connection has refused on the next one. */
  readonly again: (call: ClientCall) => void;
  readonly end: CallEnd;
}

/** What of many requests is kept to send it anew where the peer refuses the call: bytes. One request is always kept. */
const MAX_KEPT = 1024 * 1024;
/** A peer that refuses a call so often does not take it. */
const MAX_REFUSALS = 5;

/** A call with one response. Its requests may come before there is a connection. */
export class ClientCall implements StreamOwner {
  readonly headers: Buffer;
  private readonly start: CallStart;
  private readonly requests: { readonly bytes: Buffer; readonly isLast: boolean }[] = [];
  private response = new ResponseReader();
  private connection: ClientConnection | undefined;
  private stream: number | undefined;
  private hasEnded = false;
  private size = 0;
  /** False where requests have been sent that are not kept. */
  private isWhole = true;
  private refusals = 0;

  constructor(start: CallStart) {
    this.headers = start.headers;
    this.start = start;
  }

  /** Sends a message, or what is left of none, and `isLast` that there will be no other. */
  write(bytes: Buffer, isLast: boolean): void {
    if (this.hasEnded) return;
    this.size += bytes.length;
    if (this.isWhole) this.requests.push({ bytes, isLast });
    if (this.stream === undefined) return;
    this.connection?.write(this.stream, bytes, isLast);
    if (!isLast) this.keepLittle();
  }

  beginOn(connection: ClientConnection): void {
    this.connection = connection;
    this.stream = undefined;
    connection.begin(this);
  }

  /** Ends the call here; the peer is told. */
  cancel(error: CallError): void {
    if (this.hasEnded) return;
    this.connection?.cancel(this, this.stream);
    this.onFailure(error);
  }

  onOpen(connection: ClientConnection, stream: number): void {
    this.stream = stream;
    for (const { bytes, isLast } of this.requests) connection.write(stream, bytes, isLast);
    if (this.requests.length > 1) this.keepLittle();
  }

  onHeaders(headers: readonly Header[], isLast: boolean): void {
    this.response.headers(headers, isLast);
    if (isLast) this.finish();
  }

  onData(bytes: Buffer, isLast: boolean): void {
    try {
      this.response.data(bytes);
    } catch (error) {
      this.cancel(error as CallError);
      return;
    }
    if (isLast) this.finish();
  }

  onFailure(error: CallError): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.start.end.reject(error);
  }

  onRefused(error: CallError): void {
    if (this.stream !== undefined) this.refusals += 1;
    if (!this.isWhole || this.refusals > MAX_REFUSALS) {
      this.onFailure(error);
      return;
    }
    this.response = new ResponseReader();
    this.start.again(this);
  }

  private keepLittle(): void {
    if (this.size <= MAX_KEPT) return;
    this.requests.length = 0;
    this.isWhole = false;
  }

  private finish(): void {
    let message: Buffer;
    try {
      message = this.response.finish();
    } catch (error) {
      this.onFailure(error as CallError);
      return;
    }
    this.hasEnded = true;
    this.start.end.resolve(message);
  }
}
