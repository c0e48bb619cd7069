import { z } from "zod";

/**
 * Something that goes wrong with the next requests that match.
 *
 * `reset-before` and `reset-after` break the connection before or after the effect; `hang` has the effect and never
 * answers; `stuck`, `loading-failed` and `snapshot-failed` let the request pass and spoil what it starts.
 */
export const faultSchema = z.strictObject({
  kind: z.enum([
    "rate-limited",
    "unavailable",
    "server-error",
    "ongoing-operation",
    "reset-before",
    "reset-after",
    "hang",
    "stuck",
    "loading-failed",
    "snapshot-failed",
  ]),
  method: z.string().optional(),
  /** Matches from the start of the path, without the query. @default every path below /v1 */
  path: z.string().default("/v1/"),
  /** How many matching requests pass first. */
  after: z.int().min(0).default(0),
  /** How many requests it meets. */
  times: z.int().min(1).default(1),
  /** Sent as `Retry-After`, seconds. */
  retryAfter: z.int().min(0).optional(),
});

export type FaultOptions = z.input<typeof faultSchema>;
type Fault = z.infer<typeof faultSchema>;

/** The faults that are still to come. */
export class Faults {
  private pending: Fault[] = [];

  add(options: FaultOptions): void {
    this.pending.push(faultSchema.parse(options));
  }

  clear(): void {
    this.pending = [];
  }

  /** Takes the first fault that this request meets. */
  take(method: string, url: string): Fault | undefined {
    const path = url.split("?")[0] ?? "";
    const matching = this.pending.filter(
      (fault) => (fault.method ?? method) === method && path.startsWith(fault.path),
    );
    const met = matching.find(({ after }) => after === 0);
    for (const fault of matching) {
      if (fault === met) fault.times -= 1;
      else if (fault.after > 0) fault.after -= 1;
    }
    this.pending = this.pending.filter(({ times }) => times > 0);
    return met;
  }
}

/** How a fault spoils what its request starts. */
export type Spoiled = Extract<Fault["kind"], "stuck" | "loading-failed" | "snapshot-failed">;

export function spoilOf(fault: Fault | undefined): Spoiled | undefined {
  switch (fault?.kind) {
    case "stuck":
    case "loading-failed":
    case "snapshot-failed":
      return fault.kind;
    default:
      return undefined;
  }
}
