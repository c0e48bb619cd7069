import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Output } from "../verb.ts";
import { type Playing, playActs } from "./play.ts";
import { type RehearsalReport, renderRehearsal, renderRehearsalPage } from "./report.ts";

export interface Rehearsal<World> extends Omit<Playing<World>, "world"> {
  /** Sets the stage. */
  open(): Promise<{ readonly world: World; close(): Promise<void> }>;
  /** What the report says of where it was played. */
  readonly about: Pick<RehearsalReport, "commit" | "engine" | "stage">;
}

/** Sets the stage, plays the acts and clears the stage, whatever happened on it. */
export async function rehearse<World>({
  open,
  about,
  ...playing
}: Rehearsal<World>): Promise<RehearsalReport> {
  const { say, clock } = playing;
  const startedAt = new Date().toISOString();
  const started = clock();
  say("setting the stage …");
  const stage = await open();
  try {
    const acts = await playActs({ ...playing, world: stage.world });
    const passed = acts.every(({ status }) => status === "passed");
    return { startedAt, ...about, passed, milliseconds: Math.round(clock() - started), acts };
  } finally {
    say("\nclearing the stage …");
    await stage.close();
  }
}

export interface HandingOver {
  readonly output: Output;
  /** Gets the report for people and for machines. */
  readonly folder: string;
  /** Prints it for machines. */
  readonly json: boolean;
  /** Where the logs of the stage are. */
  readonly logs: string;
}

/** Writes and prints a report. Gives the exit code. */
export function handOver(report: RehearsalReport, { output, folder, json, logs }: HandingOver): number {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "rehearsal.json"), text);
  writeFileSync(join(folder, "rehearsal.html"), renderRehearsalPage(report));
  output.stdout.write(json ? text : `\n${renderRehearsal(report)}\n`);
  output.stderr.write(`report: ${join(folder, "rehearsal.html")}\n`);
  if (!report.passed) output.stderr.write(`logs of the stage: ${logs}\n`);
  return report.passed ? 0 : 1;
}
