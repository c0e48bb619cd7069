import type { Socket } from "node:net";
import { EngineError } from "../errors.ts";
import { broken, Http2Connection, type StreamListener } from "./http2/connection.ts";
import { ERROR_CODE } from "./http2/constants.ts";
import type { Header } from "./http2/hpack-decoder.ts";
import { encodeHeaders } from "./http2/hpack-encoder.ts";
import { encodeMessage, MessageReader } from "./message.ts";
import type { Metadata } from "./method.ts";
import { type CallError, Status, type StatusCode } from "./status.ts";
import { encodeStatusText } from "./status-text.ts";

/** Answers one call. @throws RpcError for a status of its own choice */
export type Responder = (request: Buffer, metadata: Metadata) => Promise<Uint8Array>;

/** A call answered with a status of our choice. */
export class RpcError extends EngineError {
  override name = "RpcError";
  readonly code: StatusCode;
  constructor(code: StatusCode, details: string) {
    super(details);
    this.code = code;
  }
}

interface RpcStatus {
  readonly code: StatusCode;
  readonly details: string;
}

/** The answer to calls of a method that nobody serves. */
export function notImplemented(path: string): RpcError {
  return new RpcError(Status.UNIMPLEMENTED, `the server does not implement the method ${path}`);
}

interface ServerCall {
  readonly respond: Responder;
  readonly metadata: Metadata;
  readonly request: MessageReader;
}

/** Error texts travel in a header block, of which Python takes 8 kB: characters, as they are encoded. */
const MAX_DETAILS_LENGTH = 6000;
const LARGEST_ENCODED = 9;
const CONTENT_TYPE = "application/grpc";
const RESPONSE = [
  [":status", "200"],
  ["content-type", CONTENT_TYPE],
] as const;
const RESPONSE_HEADERS = encodeHeaders(RESPONSE);
const SUCCESS = encodeHeaders([["grpc-status", String(Status.OK)]]);
const NOT_GRPC = encodeHeaders([[":status", "415"]]);

/** One connection of a server, and the calls that come on it. */
export class ServerConnection implements StreamListener {
  private readonly http2: Http2Connection;
  private readonly find: (path: string) => Responder | undefined;
  /** Calls whose request has not arrived in full. */
  private readonly arriving = new Map<number, ServerCall>();
  private lastStream = 0;

  constructor(socket: Socket, find: (path: string) => Responder | undefined) {
    this.find = find;
    this.http2 = new Http2Connection(socket, "server", this);
  }

  hasBegun(stream: number): boolean {
    return stream % 2 === 1 && stream <= this.lastStream;
  }

  onHeaders(stream: number, headers: readonly Header[], isLast: boolean): void {
    if (stream % 2 === 0) broken(`begins stream ${stream}, which is not for it to begin`);
    if (stream > this.lastStream) {
      this.lastStream = stream;
      this.arrive(stream, new Map(headers), isLast);
    }
    if (isLast) this.answer(stream);
  }

  onData(stream: number, bytes: Buffer, isLast: boolean): void {
    try {
      this.arriving.get(stream)?.request.push(bytes);
    } catch (error) {
      this.refuse(stream, error as CallError, isLast);
    }
    if (isLast) this.answer(stream);
  }

  onReset(stream: number): void {
    this.arriving.delete(stream);
    this.http2.sender.close(stream);
  }

  onSettings(): void {
    // How many streams the client takes does not matter: a server opens none.
  }

  onGoAway(): void {
    // A client that is going away waits for its answers, and then closes the connection.
  }

  onEnd(): void {
    this.arriving.clear();
  }

  private arrive(stream: number, metadata: Metadata, isLast: boolean): void {
    this.http2.sender.open(stream);
    if (!metadata.get("content-type")?.startsWith(CONTENT_TYPE)) {
      this.answerEarly(stream, NOT_GRPC, isLast);
      return;
    }
    const path = metadata.get(":path") ?? "";
    const respond = this.find(path);
    if (respond === undefined) {
      this.refuse(stream, toStatus(notImplemented(path)), isLast);
    } else {
      this.arriving.set(stream, { respond, metadata, request: new MessageReader() });
    }
  }

  private answer(stream: number): void {
    const call = this.arriving.get(stream);
    if (call === undefined) return;
    this.arriving.delete(stream);
    let message: Buffer | undefined;
    try {
      message = call.request.finish();
    } catch (error) {
      this.fail(stream, error as CallError);
      return;
    }
    if (message === undefined) {
      this.fail(stream, { code: Status.INTERNAL, details: "the call has no message" });
      return;
    }
    this.respond(stream, call, message);
  }

  /**
   * One call after the other, also where several arrive at once: what the first decides without waiting holds for the
   * next.
   */
  private respond(stream: number, { respond, metadata }: ServerCall, message: Buffer): void {
    setImmediate(() => {
      respond(message, metadata).then(
        (response) => this.succeed(stream, response),
        (error: unknown) => this.fail(stream, toStatus(error)),
      );
    });
  }

  private succeed(stream: number, response: Uint8Array): void {
    const { sender } = this.http2;
    sender.headers(stream, RESPONSE_HEADERS, false);
    sender.data(stream, encodeMessage(response), false);
    sender.headers(stream, SUCCESS, true);
  }

  private fail(stream: number, status: RpcStatus): void {
    this.http2.sender.headers(stream, failure(status), true);
  }

  private refuse(stream: number, status: RpcStatus, isLast: boolean): void {
    this.arriving.delete(stream);
    this.answerEarly(stream, failure(status), isLast);
  }

  /** Answers a call without its request, and takes no more of it unless it `isLast` anyway. */
  private answerEarly(stream: number, headers: Buffer, isLast: boolean): void {
    this.http2.sender.headers(stream, headers, true);
    if (!isLast) this.http2.resetStream(stream, ERROR_CODE.none);
  }
}

function failure({ code, details }: RpcStatus): Buffer {
  return encodeHeaders([
    ...RESPONSE,
    ["grpc-status", String(code)],
    ["grpc-message", encodeStatusText(shortened(details))],
  ]);
}

/** The beginning of a text that is too long to send. */
function shortened(text: string): string {
  // No character takes more than its three bytes of UTF-8, encoded.
  if (text.length * LARGEST_ENCODED <= MAX_DETAILS_LENGTH) return text;
  let room = MAX_DETAILS_LENGTH;
  let kept = "";
  for (const character of text) {
    room -= encodeStatusText(character).length;
    if (room < 0) return `${kept}…`;
    kept += character;
  }
  return text;
}

function toStatus(error: unknown): RpcStatus {
  const code = error instanceof RpcError ? error.code : Status.UNKNOWN;
  return { code, details: error instanceof Error ? error.message : String(error) };
}
