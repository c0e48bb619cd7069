import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { emptyState, type SimulationState, TABLE_NAMES } from "./state.ts";

const rows = z.record(z.string(), z.record(z.string(), z.json()));
const transition = z.strictObject({ machine: z.string(), key: z.string(), from: z.string(), to: z.string() });
const event = z.strictObject({
  at: z.number(),
  sequence: z.number(),
  transition,
  stuck: z.boolean().optional(),
});
const stateSchema = z.strictObject({
  format: z.literal(1),
  organisationId: z.string(),
  clock: z.strictObject({ now: z.number(), sequence: z.number(), events: z.array(event) }),
  identifiers: z.number(),
  tables: z.partialRecord(z.enum(TABLE_NAMES), rows),
});

/** Reads the state; undefined where there is no file yet. @throws where the file is something else */
export function readState(file: string): SimulationState | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const parsed = stateSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(
      `${file} is not a state of this simulator (${z.prettifyError(parsed.error)}); name another file, or remove it to begin anew`,
    );
  }
  const state = parsed.data as SimulationState;
  return { ...state, tables: { ...emptyState("").tables, ...state.tables } };
}

/** Writes all of it or nothing, readable by its owner only. */
export function writePrivately(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.new`;
  writeFileSync(draft, `${JSON.stringify(content, undefined, 1)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
