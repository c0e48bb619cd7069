import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Case, recordingOf } from "./cases.ts";

/** The file of a case with the stack's state file after each step, as the official CLI left it; null where there is none. */
export const STATES_FILE = "states.json.gz";

/** The state files after each step of a case, in order: of its own, or of the recordings that it was taken from. */
export function readRecordedStates(item: Case): readonly (string | null)[] {
  const packed = join(item.directory, STATES_FILE);
  if (existsSync(packed)) return JSON.parse(gunzipSync(readFileSync(packed)).toString("utf8")) as string[];
  return item.steps.map((_, index) => {
    const file = join(recordingOf(item.directory, index + 1), "state.json");
    return existsSync(file) ? readFileSync(file, "utf8") : null;
  });
}

/** The stack whose state a step's recording holds. */
export function stackOfStep(item: Case, index: number): string {
  return item.steps[index]?.stack ?? item.stack ?? "dev";
}
