import { join } from "node:path";
import { z } from "zod";
import { ProgressFile } from "../traffic/progress-file.ts";

/** In the order of a cut-over, then of its way back and of its end. */
export const PHASES = [
  "catch-up",
  "freeze",
  "switch",
  "open",
  "reversible",
  "back-freeze",
  "back-switch",
  "back-open",
  "confirm",
] as const;

export type Phase = (typeof PHASES)[number];

export const cutOverProgressSchema = z.strictObject({
  phase: z.enum(PHASES),
  /** Share of Python before it, which the way back restores. */
  previousWeight: z.int().min(0).max(100),
});

export type CutOverProgress = z.infer<typeof cutOverProgressSchema>;

/** Where a stack's cut-over is written down. It stays while there is a way back. */
export function cutOverProgressFile(local: string, stack: string): ProgressFile<CutOverProgress> {
  return new ProgressFile(join(local, "cut-over", `${stack}.json`), cutOverProgressSchema);
}
