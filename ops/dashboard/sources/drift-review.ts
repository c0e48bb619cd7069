import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { driftReportSchema } from "../../../contracts/drift.ts";
import { messageOf } from "../../errors.ts";
import { root } from "../../paths.ts";
import type { DriftPart } from "../parts.ts";

/** What `./infra drift` ends with where it has made a review: nothing wants an answer, or something does. */
const REVIEWED = [0, 3];

export interface DriftRequest {
  readonly stack: string;
  readonly engine: string;
  readonly signal: AbortSignal;
}

/** Has `./infra drift` review a stack, in a process of its own; it changes nothing. */
export async function reviewDrift({ stack, engine, signal }: DriftRequest): Promise<DriftPart> {
  const args = [join(root, "ops", "start.ts"), "drift", stack, "--json", "--engine", engine];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], signal });
  const [said, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return toDriftPart(code, said, complained);
}

/** What a review said, or why there is none. */
export function toDriftPart(code: number | null, said: string, complained: string): DriftPart {
  const at = new Date().toISOString();
  if (code === null || !REVIEWED.includes(code)) {
    const error = /error: ([\s\S]*)/.exec(complained)?.[1]?.trim();
    return { state: "failed", at, error: error ?? `the review ended with ${code}` };
  }
  try {
    return { state: "done", report: driftReportSchema.parse(JSON.parse(said)) };
  } catch (error) {
    return { state: "failed", at, error: `the review cannot be read: ${messageOf(error)}` };
  }
}
