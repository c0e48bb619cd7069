/** A seeded source of random numbers (the sfc32 generator): equal seeds give equal sequences. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(seed: number, stream: number, purpose = 0) {
    this.a = seed | 0;
    this.b = stream | 0;
    this.c = purpose | 0;
    for (let i = 0; i < 12; i++) this.word();
  }

  /** 32 bits. */
  word(): number {
    const sum = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }

  /** An integer from 0 to `count - 1`. */
  below(count: number): number {
    return this.word() % count;
  }

  chance(probability: number): boolean {
    return this.word() < probability * 2 ** 32;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  /** An element, or undefined of an empty list. */
  pickAny<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.below(list.length)];
  }

  bytes(count: number): Uint8Array {
    const found = new Uint8Array(count);
    for (let i = 0; i < count; i++) found[i] = this.word() & 0xff;
    return found;
  }

  uuid(): string {
    const hex = Buffer.from(this.bytes(16)).toString("hex");
    return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join("-");
  }
}
