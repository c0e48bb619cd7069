import type { Header } from "./http2/hpack-decoder.ts";
import { MessageReader } from "./message.ts";
import { CallError, Status, type StatusCode, statusOf, statusOfHttp } from "./status.ts";
import { decodeStatusText } from "./status-text.ts";

/** Puts the answer to a call together: its message and its status. */
export class ResponseReader {
  private readonly message = new MessageReader();
  private http = "200";
  private status: StatusCode | undefined;
  private text = "";
  private details: Uint8Array | undefined;

  /** The status is in the last headers only, which may be the first. */
  headers(headers: readonly Header[], isLast: boolean): void {
    for (const [name, value] of headers) {
      if (name === ":status") this.http = value;
      else if (!isLast) continue;
      else if (name === "grpc-status") this.status = statusOf(value);
      else if (name === "grpc-message") this.text = decodeStatusText(value);
      else if (name === "grpc-status-details-bin") this.details = Buffer.from(value, "base64");
    }
  }

  /** @throws CallError */
  data(bytes: Buffer): void {
    this.message.push(bytes);
  }

  /** The message, when everything has arrived. @throws CallError */
  finish(): Buffer {
    if (this.status === undefined) {
      const status = this.http === "200" ? Status.UNKNOWN : statusOfHttp(this.http);
      throw new CallError(status, `the call ended without a status of gRPC (HTTP status ${this.http})`);
    }
    if (this.status !== Status.OK) throw new CallError(this.status, this.text, this.details);
    const message = this.message.finish();
    if (message === undefined) throw new CallError(Status.INTERNAL, "the call succeeded without a message");
    return message;
  }
}
