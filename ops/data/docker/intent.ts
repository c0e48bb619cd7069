import { existsSync, readFileSync, rmSync } from "node:fs";
import { z } from "zod";
import { writeDurably } from "../../replace-file.ts";

/** What is being done to a stack's stores. It is on disk before the first store stands still. */
const intentSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("snapshot"), id: z.string() }),
  z.strictObject({
    kind: z.literal("restore"),
    /** Roles of the stores that get other data. */
    stores: z.array(z.string()),
    /** Until `switching` the present data is in place; from then on there is no way back but forward. */
    phase: z.enum(["unpacking", "switching"]),
  }),
]);

export type Intent = z.infer<typeof intentSchema>;

/** Where the intent of one stack is written down. */
export class IntentFile {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** What a run that ended badly has left. */
  find(): Intent | undefined {
    return existsSync(this.file)
      ? intentSchema.parse(JSON.parse(readFileSync(this.file, "utf8")))
      : undefined;
  }

  write(intent: Intent): void {
    writeDurably(this.file, JSON.stringify(intent));
  }

  clear(): void {
    rmSync(this.file, { force: true });
  }
}
