import { createHash } from "node:crypto";

/** What the service needs of its cache; every method rejects while the cache is down. */
export interface Cache {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, seconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Counts up within a window that starts with the first count; tells the seconds that it still lasts. */
  countWithin(key: string, seconds: number): Promise<{ count: number; secondsLeft: number }>;
  ping(): Promise<void>;
}

const LIST_SECONDS = 60;
const ITEM_SECONDS = 600;

/** Answers from the cache where it can. A cache that is down makes answers slower, never wrong. */
export class ReadThrough {
  readonly #cache: Cache;
  readonly #prefix: string;

  constructor(cache: Cache, prefix: string) {
    this.#cache = cache;
    this.#prefix = prefix;
  }

  /** One item as JSON; an absent one is not remembered. */
  item(key: string, load: () => Promise<object | undefined>): Promise<string | undefined> {
    return this.#through(`${this.#prefix}${key}`, ITEM_SECONDS, load);
  }

  /** A list as JSON. Its key holds the generation of the data, so that a load of new data shows at once. */
  async list(
    request: { generation: "trials" | "companies"; query: object },
    load: () => Promise<object>,
  ): Promise<string> {
    const generation = await attempt(() => this.#cache.get(`${this.#prefix}gen:${request.generation}`));
    if (generation === FAILED) return JSON.stringify(await load());
    const hash = queryHash({ ...request.query, generation: generation ?? "0" });
    return this.#through(`${this.#prefix}list:${hash}`, LIST_SECONDS, load);
  }

  async #through<Loaded extends object | undefined>(
    key: string,
    seconds: number,
    load: () => Promise<Loaded>,
  ): Promise<Loaded extends object ? string : string | undefined> {
    const known = await attempt(() => this.#cache.get(key));
    if (typeof known === "string") return known;
    const loaded = await load();
    if (loaded === undefined) return undefined as never;
    const body = JSON.stringify(loaded);
    if (known !== FAILED) await attempt(() => this.#cache.set(key, body, seconds));
    return body;
  }
}

/** The hash of a query; the order of its parts and absent parts do not count. */
export function queryHash(query: object): string {
  const parts = Object.entries(query).filter(([, value]) => value !== undefined);
  const sorted = Object.fromEntries(parts.sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}

const FAILED = Symbol("the cache did not answer");

/** The cache client itself logs when it loses the connection; a single failed look-up is an ordinary value. */
async function attempt<Value>(use: () => Promise<Value>): Promise<Value | typeof FAILED> {
  try {
    return await use();
  } catch {
    return FAILED;
  }
}
