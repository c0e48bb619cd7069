// Numbers of HTTP/2 (RFC 9113) that are used here.
import { EngineError } from "../../errors.ts";

/** What a client says first on a connection. */
export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export const FRAME_HEADER_BYTES = 9;

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const FLAG = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

export const SETTING = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
} as const;

/** What holds until settings say otherwise: bytes. */
export const DEFAULT_WINDOW = 65_535;
export const DEFAULT_MAX_FRAME = 16_384;
export const DEFAULT_HEADER_TABLE = 4096;
export const LARGEST_MAX_FRAME = 2 ** 24 - 1;
export const MAX_WINDOW = 2 ** 31 - 1;
export const MAX_STREAM = 2 ** 31 - 1;
/** The headers of one call must not fill the memory: bytes. */
export const MAX_HEADER_BLOCK = 16 * 1024 * 1024;

export const ERROR_CODE = {
  none: 0x0,
  protocol: 0x1,
  flowControl: 0x3,
  frameSize: 0x6,
  refusedStream: 0x7,
  cancel: 0x8,
  compression: 0x9,
  enhanceYourCalm: 0xb,
  inadequateSecurity: 0xc,
} as const;

/** The peer broke the protocol: the connection cannot be used any more. */
export class Http2Error extends EngineError {
  override name = "Http2Error";
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
