import { createHash } from "node:crypto";

import { normaliseEmail } from "./accounts.ts";
import { Problem } from "./problem.ts";
import type { Cache } from "./read-through.ts";

const ATTEMPTS = 5;
const WINDOW_SECONDS = 60;

/** Holds back the guessing of passwords: five failures a minute for an account from an address. */
export class LoginLimit {
  readonly #cache: Cache;
  readonly #prefix: string;

  constructor(cache: Cache, prefix: string) {
    this.#cache = cache;
    this.#prefix = prefix;
  }

  /** Counts an attempt. Without the counter nobody logs in: unlimited guessing is worse than a pause. */
  async count(email: string, address: string): Promise<void> {
    const { count, secondsLeft } = await this.#countUp(this.#key(email, address));
    if (count <= ATTEMPTS) return;
    throw new Problem("rate-limited", "There were too many attempts to log in; try again later.", {
      headers: { "retry-after": String(Math.max(1, secondsLeft)) },
    });
  }

  /** A success forgives the failures before it. */
  async forgive(email: string, address: string): Promise<void> {
    await this.#cache.delete(this.#key(email, address)).catch(() => undefined);
  }

  async #countUp(key: string): Promise<{ count: number; secondsLeft: number }> {
    try {
      return await this.#cache.countWithin(key, WINDOW_SECONDS);
    } catch (cause) {
      throw new Problem("dependency-down", "Nobody can log in while the cache is down.", {
        headers: { "retry-after": "5" },
        cause,
      });
    }
  }

  #key(email: string, address: string): string {
    const hash = createHash("sha256")
      .update(`${normaliseEmail(email)}\n${address}`)
      .digest("hex");
    return `${this.#prefix}rl:login:${hash}`;
  }
}
