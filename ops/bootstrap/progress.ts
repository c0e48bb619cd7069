/** What a long step is doing right now. */
export interface Progress {
  /** The step: `docker`, `base-image`, `build-settings`. */
  readonly phase: string;
  readonly message: string;
  /** `headline`: a part of the step begins or ends; `detail`: a line of the tool that works on it. */
  readonly kind: "headline" | "detail";
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
  headline(message: string): void;
  detail(message: string): void;
  unchanged(detail: string): Ensured;
  done(detail: string): Ensured;
}

/** Begins a step; its clock starts now. */
export function beginStep(phase: string, report: Report, now: () => number = () => performance.now()): Step {
  const start = now();
  const elapsed = () => Math.round(now() - start);
  const headline = (message: string) => report({ phase, message, kind: "headline", elapsed: elapsed() });
  return {
    headline,
    detail: (message) => report({ phase, message, kind: "detail", elapsed: elapsed() }),
    unchanged: (detail) => ({ phase, unchanged: true, detail, elapsed: elapsed() }),
    done(detail) {
      headline(detail);
      return { phase, unchanged: false, detail, elapsed: elapsed() };
    },
  };
}
