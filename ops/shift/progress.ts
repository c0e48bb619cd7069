import { join } from "node:path";
import { z } from "zod";
import { ProgressFile } from "../traffic/progress-file.ts";
import { GATES } from "./gates.ts";
import { judgingFlagsSchema } from "./judging-flags.ts";

const weight = z.int().min(0).max(100);

/** A shift under way. */
export const shiftProgressSchema = z.strictObject({
  from: weight,
  to: weight,
  /** Weights that are still to come; the first is the one being worked on. */
  remaining: z.array(weight),
  /** Held and judged, or the weight that the shift began with. */
  lastGood: weight,
  phase: z.enum(["applying", "holding", "returning"]),
  /** How it is judged, as far as that was asked for. */
  flags: judgingFlagsSchema.optional(),
  /** Why it goes back. */
  reason: z.string().optional(),
  steps: z.array(
    z.strictObject({
      weight,
      gates: z.array(z.strictObject({ gate: z.enum(GATES), passed: z.boolean(), reason: z.string() })),
    }),
  ),
});

export type ShiftProgress = z.infer<typeof shiftProgressSchema>;

/** Where a stack's shift is written down. */
export function shiftProgressFile(local: string, stack: string): ProgressFile<ShiftProgress> {
  return new ProgressFile(join(local, "shift", `${stack}.json`), shiftProgressSchema);
}
