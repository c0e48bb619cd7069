import { CallError, Status } from "./status.ts";

/** Both sides of every connection take messages of this size: programs send whole documents as inputs. */
export const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** One byte that says whether the message is compressed, four of its length. */
const PREFIX_BYTES = 5;

/** A message as it goes over the wire. */
export function encodeMessage(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, PREFIX_BYTES);
  return bytes;
}

/** Puts the one message of a call together from what arrives. */
export class MessageReader {
  private readonly pieces: Buffer[] = [];
  private size = 0;

  /** @throws CallError where the message is larger than is taken */
  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.pieces.push(bytes);
    this.size += bytes.length;
    if (this.size > MAX_MESSAGE_BYTES + PREFIX_BYTES) {
      throw new CallError(
        Status.RESOURCE_EXHAUSTED,
        `a message is larger than ${MAX_MESSAGE_BYTES} bytes, which is the most that is taken`,
      );
    }
  }

  /** The message, when everything has arrived; undefined where there is none. @throws CallError where it is none or several */
  finish(): Buffer | undefined {
    const [first] = this.pieces;
    if (first === undefined) return undefined;
    const bytes = this.pieces.length === 1 ? first : Buffer.concat(this.pieces);
    if (bytes.length < PREFIX_BYTES) throw malformed("is cut off");
    if (bytes[0] !== 0) {
      throw new CallError(Status.UNIMPLEMENTED, "a message is compressed, which nobody asked for");
    }
    const length = bytes.readUInt32BE(1);
    if (bytes.length < PREFIX_BYTES + length) throw malformed("is cut off");
    if (bytes.length > PREFIX_BYTES + length) throw malformed("is followed by another");
    return bytes.subarray(PREFIX_BYTES);
  }
}

function malformed(what: string): CallError {
  return new CallError(Status.INTERNAL, `the message of a call ${what}`);
}
