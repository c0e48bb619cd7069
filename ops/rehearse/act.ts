/** Something that was looked at in an act, and what it was. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly passed: boolean;
}

export interface ActReport {
  readonly name: string;
  readonly title: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly milliseconds: number;
  readonly checks: readonly Check[];
  /** What happened, in the order in which it did. */
  readonly notes: readonly string[];
  /** Why the act broke off. */
  readonly error?: string;
}

/** A part of a rehearsal. */
export interface Act<World> {
  readonly name: string;
  /** A sentence: what this act shows. */
  readonly title: string;
  /** Also played after an act has failed: it clears up. @default false */
  readonly always?: boolean;
  /** @throws Error when it cannot go on. */
  run(world: World, record: ActRecord): Promise<void>;
}

/** Collects what an act looks at. */
export class ActRecord {
  readonly checks: Check[] = [];
  readonly notes: string[] = [];
  private readonly say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.say = say;
  }

  /** Compares two plain values; the act goes on when they differ, and has failed. */
  check(what: string, found: unknown, expected: unknown): void {
    const texts = { expected: render(expected), found: render(found) };
    const passed = texts.expected === texts.found;
    this.checks.push({ what, ...texts, passed });
    this.say(passed ? `  ✓ ${what}: ${texts.found}` : `  ✗ ${what}: ${texts.found}, not ${texts.expected}`);
  }

  /** Checks that a text tells something. */
  checkTells(what: string, found: string, expected: RegExp): void {
    const passed = expected.test(found);
    const shown = passed ? (expected.exec(found)?.[0] ?? "") : found.slice(0, 300);
    this.checks.push({ what, expected: `a text like ${String(expected)}`, found: shown, passed });
    this.say(`  ${passed ? "✓" : "✗"} ${what}: ${shown}`);
  }

  note(text: string): void {
    this.notes.push(text);
    this.say(`  · ${text}`);
  }
}

function render(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
