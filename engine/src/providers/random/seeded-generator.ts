import { INITIAL_STATE } from "./go-random-table.ts";

const LENGTH = 607;
const TAP = 273;
const MASK_64 = (1n << 64n) - 1n;
const MASK_63 = (1n << 63n) - 1n;
const MAX_INT32 = 2 ** 31 - 1;

/**
 * Draws the numbers that the official provider draws from a seed, so that a seed gives the same result there and here:
 * Go's `math/rand` (https://pkg.go.dev/math/rand, Go 1 promises its sequence) seeded with the CRC-64 of the text.
 */
export class SeededGenerator {
  private readonly state: BigUint64Array;
  private tap = 0;
  private feed = LENGTH - TAP;

  constructor(seed: string) {
    this.state = stateOf(BigInt.asIntN(64, crc64(Buffer.from(seed))));
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: bigint): bigint {
    return limit <= BigInt(MAX_INT32) ? this.below31(limit) : this.below63(limit);
  }

  /** The numbers from 0 to `length` - 1 in some order. */
  permutation(length: number): number[] {
    const order: number[] = [];
    for (let i = 0; i < length; i++) {
      const j = Number(this.below(BigInt(i + 1)));
      order[i] = order[j] ?? i;
      order[j] = i;
    }
    return order;
  }

  private below31(limit: bigint): bigint {
    if ((limit & (limit - 1n)) === 0n) return this.next31() & (limit - 1n);
    const max = (1n << 31n) - 1n - ((1n << 31n) % limit);
    let value = this.next31();
    while (value > max) value = this.next31();
    return value % limit;
  }

  private below63(limit: bigint): bigint {
    if ((limit & (limit - 1n)) === 0n) return this.next63() & (limit - 1n);
    const max = (1n << 63n) - 1n - ((1n << 63n) % limit);
    let value = this.next63();
    while (value > max) value = this.next63();
    return value % limit;
  }

  private next31(): bigint {
    return this.next63() >> 32n;
  }

  private next63(): bigint {
    this.tap = (this.tap + LENGTH - 1) % LENGTH;
    this.feed = (this.feed + LENGTH - 1) % LENGTH;
    const sum = ((this.state[this.feed] ?? 0n) + (this.state[this.tap] ?? 0n)) & MASK_64;
    this.state[this.feed] = sum;
    return sum & MASK_63;
  }
}

function stateOf(seed: bigint): BigUint64Array {
  const initial = Buffer.from(INITIAL_STATE, "base64");
  const state = new BigUint64Array(LENGTH);
  let x = Number(seed % BigInt(MAX_INT32));
  if (x < 0) x += MAX_INT32;
  if (x === 0) x = 89_482_311;
  for (let i = 0; i < 20; i++) x = nextSeed(x);
  for (let i = 0; i < LENGTH; i++) {
    const words = [0, 0, 0].map(() => {
      x = nextSeed(x);
      return BigInt(x);
    });
    const [high = 0n, middle = 0n, low = 0n] = words;
    state[i] = ((high << 40n) ^ (middle << 20n) ^ low ^ initial.readBigUInt64LE(i * 8)) & MASK_64;
  }
  return state;
}

/** The "minimal standard" generator: 48271 * x mod 2^31 - 1. */
function nextSeed(x: number): number {
  const next = 48_271 * (x % 44_488) - 3399 * Math.trunc(x / 44_488);
  return next < 0 ? next + MAX_INT32 : next;
}

/** CRC-64 of ISO 3309. */
function crc64(bytes: Uint8Array): bigint {
  let crc = MASK_64;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0xd800000000000000n : crc >> 1n;
  }
  return crc ^ MASK_64;
}
