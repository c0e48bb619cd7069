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

/** A call with one response. Its requests may come before there is a connection. */
export class ClientCall implements StreamOwner {
  readonly headers: Buffer;
  private readonly start: CallStart;
  private readonly requests: { readonly bytes: Buffer; readonly isLast: boolean }[] = [];
  private response = new ResponseReader();
  private connection: ClientConnection | undefined;
  private stream: number | undefined;
  private hasEnded = false;

  constructor(start: CallStart) {
    this.headers = start.headers;
    this.start = start;
  }

  /** Sends a message, or what is left of none, and `isLast` that there will be no other. */
  write(bytes: Buffer, isLast: boolean): void {
    this.requests.push({ bytes, isLast });
    if (this.stream !== undefined) this.connection?.write(this.stream, bytes, isLast);
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

  onRefused(): void {
    if (this.hasEnded) return;
    this.response = new ResponseReader();
    this.start.again(this);
  }

  private finish(): void {
    if (this.hasEnded) return;
    try {
      const message = this.response.finish();
      this.hasEnded = true;
      this.start.end.resolve(message);
    } catch (error) {
      this.onFailure(error as CallError);
    }
  }
}
