import { UserError } from "./errors.ts";
import { readOutputs } from "./outputs.ts";
import { recordBelatedly } from "./release/recover-release.ts";
import { askedFor, type JudgingFlags, judgingFlags } from "./shift/judging-flags.ts";
import { readShiftOptions, type ShiftOptions } from "./shift/options.ts";
import { type ShiftProgress, shiftProgressFile } from "./shift/progress.ts";
import { runShift, type ShiftResult } from "./shift/run-shift.ts";
import { weightsBetween } from "./shift/steps.ts";
import { stackWorld } from "./shift/world.ts";
import { openStack, stackFlags } from "./stack.ts";
import { refusePendingChanges, type TrafficSite } from "./traffic/apply.ts";
import { settingsFile } from "./traffic/settings-file.ts";
import type { Verb } from "./verb.ts";

const RETURNED = 4;

export const shiftVerb: Verb = {
  name: "shift",
  usage: "STACK",
  summary:
    "give Python more or less of the traffic, step by step; goes back by itself when Python does badly",
  flags: {
    to: { type: "string", summary: "share of reads for Python in the end, percent" },
    step: { type: "string", default: "25", summary: "percent a step (default: 25)" },
    resume: { type: "boolean", default: false, summary: "go on with the shift that was broken off" },
    ...judgingFlags,
    ...stackFlags,
  },
  examples: [
    "./infra shift dev --to 50 --hold 30s --probe",
    "./infra shift dev --resume",
    "./infra shift dev --to 0 --step 100",
  ],
  exitCodes: { [RETURNED]: "a gate failed: Python has again the last share that was good" },
  async run(args, output) {
    readShiftOptions(args.flags);
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    const broken = shiftProgressFile(opened.checkout.local, opened.name).read();
    const asked = { ...broken?.flags, ...askedFor(args.flags) };
    const flags = { ...args.flags, ...asked };
    const options = { ...readShiftOptions(flags), probes: flags["probe"] === true, asked };
    const result = await shiftStack({ opened, output }, options);
    const text =
      args.flags["json"] === true ? JSON.stringify(result, null, 2) : renderShift(opened.name, result);
    output.stdout.write(`${text}\n`);
    return result.outcome === "done" ? 0 : RETURNED;
  },
};

/** Begins a shift, or goes on with the one that was broken off, and takes it to its end. @throws UserError */
export async function shiftStack(
  site: TrafficSite,
  options: ShiftOptions & { readonly probes: boolean; readonly asked?: JudgingFlags },
): Promise<ShiftResult> {
  const { opened, output } = site;
  await recordBelatedly(opened, (line) => output.stderr.write(`${line}\n`));
  const outputs = await readOutputs(opened.name, opened.stack, false);
  const file = shiftProgressFile(opened.checkout.local, opened.name);
  const broken = file.read();
  if (broken === undefined) await refusePendingChanges(site);
  const start = startOf(options, broken, { stack: opened.name, weight: outputs.pythonWeight });
  const { holdMilliseconds, probes, asked } = options;
  const result = await runShift(
    asked === undefined ? start : { ...start, flags: asked },
    options,
    stackWorld({ site, file, holdMilliseconds, probes }),
  );
  file.remove();
  return result;
}

/** The shift that was broken off, or a new one. @throws UserError `shift-under-way`, `no-shift` */
export function startOf(
  { to, step }: Pick<ShiftOptions, "to" | "step">,
  broken: ShiftProgress | undefined,
  { stack, weight }: { readonly stack: string; readonly weight: number },
): ShiftProgress {
  if (broken !== undefined) {
    if (to === undefined || to === broken.to) return broken;
    throw new UserError("shift-under-way", `a shift of ${stack} to ${broken.to} % was broken off`, {
      help: `./infra shift ${stack} --resume ends it`,
    });
  }
  if (to === undefined) {
    throw new UserError("no-shift", `no shift of ${stack} was broken off`, {
      help: `./infra shift ${stack} --to P`,
    });
  }
  const remaining = weightsBetween(weight, to, step);
  return { from: weight, to, remaining, lastGood: weight, phase: "applying", steps: [] };
}

/** The result for people. */
export function renderShift(stack: string, { outcome, weight, reason }: ShiftResult): string {
  const kept = `${settingsFile(stack)} says so too: commit it, and the next ./infra up keeps it`;
  return outcome === "done"
    ? `Python answers ${weight} % of the reads of ${stack}; ${kept}`
    : `went back: Python answers ${weight} % of the reads of ${stack}; ${kept}\n  because of ${reason}`;
}
