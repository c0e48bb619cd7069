import { randomBytes } from "node:crypto";
import type { Parts } from "./parts.ts";

export interface Posting {
  /** `STACK/PART`. */
  readonly key: string;
  /** `BOOT-NUMBER`: grows with each change; another boot counts anew. */
  readonly id: string;
  readonly value: unknown;
}

/** What the page shows now. Who watches is told of each change, and catches up after a break. */
export class Board {
  private readonly boot = randomBytes(4).toString("hex");
  private readonly postings = new Map<string, Posting & { readonly text: string }>();
  private readonly watchers = new Set<(posting: Posting) => void>();
  private count = 0;

  /** Replaces a part. One that says the same as before is no change. */
  post<Name extends keyof Parts>(stack: string, part: Name, value: Parts[Name]): void {
    const key = `${stack}/${part}`;
    const text = JSON.stringify(value);
    if (this.postings.get(key)?.text === text) return;
    this.count += 1;
    const posting = { key, id: `${this.boot}-${this.count}`, value, text };
    this.postings.delete(key);
    this.postings.set(key, posting);
    for (const tell of this.watchers) tell(posting);
  }

  find<Name extends keyof Parts>(stack: string, part: Name): Parts[Name] | undefined {
    return this.postings.get(`${stack}/${part}`)?.value as Parts[Name] | undefined;
  }

  /** What has changed since a posting, oldest first: everything where it is unknown or of another boot. */
  since(id: string | undefined): Posting[] {
    const [boot, number] = (id ?? "").split("-");
    const seen = boot === this.boot ? Number(number) : 0;
    return [...this.postings.values()].filter((posting) => Number(posting.id.split("-")[1]) > seen);
  }

  /** Gives what ends it. */
  watch(tell: (posting: Posting) => void): () => void {
    this.watchers.add(tell);
    return () => this.watchers.delete(tell);
  }
}
