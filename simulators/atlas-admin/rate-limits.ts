import { AtlasFailure } from "./errors.ts";

export interface RateLimit {
  /** Calls that may come at once. */
  readonly capacity: number;
  /** Calls that may come per minute in the long run. */
  readonly perMinute: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const MINUTE_MS = 60_000;

/** A token bucket for each caller and set of endpoints; vendors count like this, by limits that are not published. */
export class RateLimiter {
  private readonly limit: RateLimit;
  private readonly now: () => number;
  private readonly buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit, now: () => number) {
    this.limit = limit;
    this.now = now;
  }

  /** Headers for the answer. @throws AtlasFailure 429 with `Retry-After` */
  take(bucketName: string): { readonly [name: string]: string } {
    const bucket = this.refill(bucketName);
    if (bucket.tokens < 1) {
      const seconds = Math.ceil(((1 - bucket.tokens) * MINUTE_MS) / this.limit.perMinute / 1000);
      const headers = { ...this.headersOf(bucket), "Retry-After": String(seconds) };
      throw new AtlasFailure("RATE_LIMITED", [String(seconds)], { headers });
    }
    bucket.tokens -= 1;
    return this.headersOf(bucket);
  }

  private refill(name: string): Bucket {
    const now = this.now();
    const bucket = this.buckets.get(name) ?? { tokens: this.limit.capacity, at: now };
    const gained = ((now - bucket.at) * this.limit.perMinute) / MINUTE_MS;
    bucket.tokens = Math.min(this.limit.capacity, bucket.tokens + gained);
    bucket.at = now;
    this.buckets.set(name, bucket);
    return bucket;
  }

  private headersOf({ tokens }: Bucket): { readonly [name: string]: string } {
    return {
      "RateLimit-Limit": String(this.limit.capacity),
      "RateLimit-Remaining": String(Math.floor(tokens)),
    };
  }
}
