import { setTimeout as delay } from "node:timers/promises";
import type { ParityVerdict } from "../../contracts/release.ts";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import type { OpenStack } from "../stack.ts";
import { openAsker } from "../traffic/service-asker.ts";
import { DEFAULT_THRESHOLDS } from "./gates.ts";
import { probe } from "./probe.ts";
import { type ParityReport, parityBetween } from "./readings.ts";
import { readParityReport } from "./world.ts";

/** Reads sent through the gateway: each kind of path several times. */
const READS = 24;
const SETTLE_MILLISECONDS = 100;
const SETTLE_ROUNDS = 30;

/**
 * Whether both backends answer alike now: a few reads through the gateway, of which the comparator gets copies. Nothing
 * is measured where there is no comparator, or where it gets no copies.
 *
 * @param outputs with secrets in clear: the reads need a login.
 * @throws UserError `probe-failed`, `not-answering`
 */
export async function measureParity(
  opened: Pick<OpenStack, "name" | "stack" | "project">,
  outputs: StackOutputs,
): Promise<ParityVerdict> {
  if (outputs.services["parity"] === undefined) return { verdict: "not measured" };
  const asker = await openAsker(opened, outputs);
  const read = () => readParityReport(asker);
  const before = await read();
  await probe(outputs, READS);
  const { compared, different } = parityBetween(before, await readSettled(read, before));
  if (compared === 0) return { verdict: "not measured" };
  const passed = different / compared <= DEFAULT_THRESHOLDS.maxMismatch;
  return { verdict: passed ? "passed" : "failed", compared, mismatched: different };
}

/** Copies are compared in the background: waits until another moment brings no more of them, or all are there. */
async function readSettled(read: () => Promise<ParityReport>, before: ParityReport): Promise<ParityReport> {
  let last = await read();
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
    const seen = parityBetween(before, last).compared;
    if (seen >= READS) break;
    await delay(SETTLE_MILLISECONDS);
    const next = await read();
    if (seen > 0 && parityBetween(before, next).compared === seen) return next;
    last = next;
  }
  return last;
}
