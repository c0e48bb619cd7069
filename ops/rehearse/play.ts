import { messageOf } from "../errors.ts";
import { renderDuration } from "../report/duration.ts";
import { type Act, ActRecord, type ActReport } from "./act.ts";

export interface Playing<World> {
  readonly acts: readonly Act<World>[];
  readonly world: World;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly clock: () => number;
}

/** Plays the acts in their order. After one that fails only those are played that clear up. */
export async function playActs<World>(playing: Playing<World>): Promise<ActReport[]> {
  const reports: ActReport[] = [];
  for (const act of playing.acts) {
    const broken = playing.signal.aborted || reports.some(({ status }) => status === "failed");
    reports.push(broken && act.always !== true ? skipped(act) : await playAct(act, playing));
  }
  return reports;
}

function skipped<World>({ name, title }: Act<World>): ActReport {
  return { name, title, status: "skipped", milliseconds: 0, checks: [], notes: [] };
}

async function playAct<World>(
  act: Act<World>,
  { world, say, clock, acts }: Playing<World>,
): Promise<ActReport> {
  say(`\n— act ${acts.indexOf(act) + 1} of ${acts.length}, ${act.name}: ${act.title}`);
  const record = new ActRecord(say);
  const started = clock();
  const error = await act.run(world, record).then(() => undefined, messageOf);
  const milliseconds = Math.round(clock() - started);
  const failed = error !== undefined || record.checks.some(({ passed }) => !passed);
  if (error !== undefined) say(`  ✗ ${error}`);
  say(`  ${failed ? "failed" : "passed"} after ${renderDuration(milliseconds)}`);
  return {
    name: act.name,
    title: act.title,
    status: failed ? "failed" : "passed",
    milliseconds,
    checks: record.checks,
    notes: record.notes,
    ...(error !== undefined && { error }),
  };
}
