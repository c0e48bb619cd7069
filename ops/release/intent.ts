import { z } from "zod";
import { gitStateSchema, releaseCauseSchema, releaseSchema } from "../../contracts/release.ts";

/** What is written before an update, and told by the record of it. */
const intentSchema = z.strictObject({
  id: z.uuid(),
  /** Process that intends it, on the host of `by`. */
  pid: z.int().min(1),
  at: z.iso.datetime(),
  by: releaseSchema.shape.by,
  git: gitStateSchema.optional(),
  message: z.string(),
  engine: releaseSchema.shape.engine,
  cause: releaseCauseSchema,
  dataSnapshots: releaseSchema.shape.dataSnapshots,
});

export type Intent = z.infer<typeof intentSchema>;

/** What is intended; undefined where the text is no intent. */
export function parseIntent(text: string): Intent | undefined {
  try {
    return intentSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
