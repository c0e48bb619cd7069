import {
  DEFAULT_MAX_FRAME,
  ERROR_CODE,
  FRAME,
  FRAME_HEADER_BYTES,
  Http2Error,
  MAX_STREAM,
} from "./constants.ts";

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** The nine bytes before a payload of a length. */
export function frameHeader(frame: Omit<Frame, "payload">, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  bytes.writeUIntBE(length, 0, 3);
  bytes[3] = frame.type;
  bytes[4] = frame.flags;
  bytes.writeUInt32BE(frame.stream, 5);
  return bytes;
}

export function encodeFrame(frame: Frame): Buffer {
  return Buffer.concat([frameHeader(frame, frame.payload.length), frame.payload]);
}

/** A frame whose payload is one number of four bytes. */
export function numberFrame(type: number, stream: number, value: number): Buffer {
  const payload = Buffer.allocUnsafe(4);
  payload.writeUInt32BE(value);
  return encodeFrame({ type, flags: 0, stream, payload });
}

/** Settings, by number. */
export function settingsFrame(settings: readonly (readonly [setting: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(6 * settings.length);
  for (const [index, [setting, value]] of settings.entries()) {
    payload.writeUInt16BE(setting, 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  }
  return encodeFrame({ type: FRAME.settings, flags: 0, stream: 0, payload });
}

/** Cuts what arrives into frames. Payloads are parts of what arrived. */
export class FrameReader {
  private rest: Buffer | undefined;

  /** Hands on each frame that is complete. @throws Http2Error where one is larger than is allowed, and what `take` throws */
  push(chunk: Buffer, take: (frame: Frame) => void): void {
    const bytes = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = undefined;
    let at = 0;
    while (bytes.length - at >= FRAME_HEADER_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      if (length > DEFAULT_MAX_FRAME) {
        throw new Http2Error(ERROR_CODE.frameSize, `a frame has ${length} bytes: is this HTTP/2?`);
      }
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > bytes.length) break;
      take({
        type: bytes.readUInt8(at + 3),
        flags: bytes.readUInt8(at + 4),
        stream: bytes.readUInt32BE(at + 5) & MAX_STREAM,
        payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
      });
      at = end;
    }
    if (at < bytes.length) this.rest = bytes.subarray(at);
  }
}
