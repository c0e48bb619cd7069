/** What a long step is doing right now. */
export interface Progress {
  /** The step: `docker`, `base-image`, `build-settings`. */
  readonly phase: string;
  readonly message: string;
  /** Milliseconds since the step began. */
  readonly elapsed: number;
}

export type Report = (progress: Progress) => void;

/** What a step did. */
export interface Ensured {
  readonly phase: string;
  /** True where everything was in place already. */
  readonly unchanged: boolean;
  /** What is there now, for a person. */
  readonly detail: string;
  /** Milliseconds it took. */
  readonly elapsed: number;
}

/** A running step: reports with the time since it began, and closes with what it did. */
export interface Step {
  report(message: string): void;
  unchanged(detail: string): Ensured;
  done(detail: string): Ensured;
}

/** Begins a step; its clock starts now. */
export function beginStep(phase: string, report: Report, now: () => number = () => performance.now()): Step {
  const start = now();
  const elapsed = () => Math.round(now() - start);
  return {
    report: (message) => report({ phase, message, elapsed: elapsed() }),
    unchanged: (detail) => ({ phase, unchanged: true, detail, elapsed: elapsed() }),
    done(detail) {
      report({ phase, message: detail, elapsed: elapsed() });
      return { phase, unchanged: false, detail, elapsed: elapsed() };
    },
  };
}
