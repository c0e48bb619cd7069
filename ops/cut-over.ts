import type { StackOutputs } from "../contracts/stack-outputs.ts";
import { confirm } from "./confirm.ts";
import { type CutOverProgress, cutOverProgressFile, type Phase } from "./cut-over/progress.ts";
import { abandonCutOver, runCutOver } from "./cut-over/run-cut-over.ts";
import { stackWorld } from "./cut-over/world.ts";
import { UserError } from "./errors.ts";
import { readOutputs } from "./outputs.ts";
import { recordBelatedly } from "./release/recover-release.ts";
import { readDuration } from "./shift/options.ts";
import { shiftProgressFile } from "./shift/progress.ts";
import { openStack, stackFlags } from "./stack.ts";
import { refusePendingChanges, type TrafficSite } from "./traffic/apply.ts";
import { settingsFile } from "./traffic/settings-file.ts";
import type { Verb } from "./verb.ts";

export const cutOverVerb: Verb = {
  name: "cut-over",
  usage: "STACK",
  summary: "make Python and its store the system of record; with a way back until it is confirmed",
  flags: {
    "postpone-file": { type: "string", summary: "writes are not stopped while this file is there" },
    "freeze-timeout": {
      type: "string",
      default: "60s",
      summary: "how long writes may wait for the last documents (default: 60s); then they go on as before",
    },
    back: {
      type: "boolean",
      default: false,
      summary: "make Node the system of record again; nothing is lost",
    },
    confirm: { type: "boolean", default: false, summary: "end the copying back: there is no way back then" },
    yes: { type: "boolean", short: "y", default: false, summary: "do not ask" },
    ...stackFlags,
  },
  examples: ["./infra cut-over dev", "./infra cut-over dev --back", "./infra cut-over dev --confirm --yes"],
  async run(args, output) {
    const wish = wishOf(args.flags);
    const freezeMilliseconds = readDuration(args.flags, "freeze-timeout");
    const postponeFile = args.flags["postpone-file"] as string | undefined;
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    const site = { opened, output };
    const isSure = args.flags["yes"] === true;
    const result = await cutOverStack(site, { wish, freezeMilliseconds, postponeFile, isSure });
    const text = args.flags["json"] === true ? JSON.stringify(result, null, 2) : renderCutOver(result);
    output.stdout.write(`${text}\n`);
    return 0;
  },
};

/** What a cut-over is asked for. */
export interface CutOverOptions {
  readonly wish: Wish;
  readonly freezeMilliseconds: number;
  readonly postponeFile: string | undefined;
  /** Nobody is asked. */
  readonly isSure: boolean;
}

/** Where it ended. */
export interface CutOverResult extends Partial<NonNullable<StackOutputs["traffic"]>> {
  readonly stack: string;
  readonly reversible: boolean;
}

/** Begins a cut-over, its way back or its end, or goes on with what was broken off. @throws UserError */
export async function cutOverStack(site: TrafficSite, options: CutOverOptions): Promise<CutOverResult> {
  const { opened, output } = site;
  const { wish, freezeMilliseconds, postponeFile } = options;
  await recordBelatedly(opened, (line) => output.stderr.write(`${line}\n`));
  const outputs = await readOutputs(opened.name, opened.stack, false);
  const file = cutOverProgressFile(opened.checkout.local, opened.name);
  const broken = file.read();
  if (broken === undefined) {
    refuseShift(opened.checkout.local, opened.name);
    await refusePendingChanges(site);
  }
  const plan = planCutOver(wish, broken, { stack: opened.name, outputs });
  if (!options.isSure && broken?.phase !== plan.start.phase) {
    await confirm(QUESTIONS[wish], output, opened.name);
  }
  const world = stackWorld({ site, file, postponeFile });
  if (plan.abandons) await abandonCutOver(world);
  const ended = plan.abandons ? undefined : await runCutOver(plan.start, { freezeMilliseconds }, world);
  const { traffic } = await readOutputs(opened.name, opened.stack, false);
  return { stack: opened.name, reversible: ended === "reversible", ...traffic };
}

type Wish = "forward" | "back" | "confirm";

const QUESTIONS: { readonly [wish in Wish]: string } = {
  forward: "Writes will be stopped for a moment, then go to Python.",
  back: "Writes will be stopped for a moment, then go to Node.",
  confirm: "Node's documents will not be kept up any more: there is no way back.",
};

function wishOf(flags: { readonly back?: unknown; readonly confirm?: unknown }): Wish {
  if (flags.back === true && flags.confirm === true) {
    throw new UserError("usage", "--back and --confirm exclude each other");
  }
  if (flags.back === true) return "back";
  return flags.confirm === true ? "confirm" : "forward";
}

/** @throws UserError `shift-under-way` */
function refuseShift(folder: string, stack: string): void {
  if (shiftProgressFile(folder, stack).read() === undefined) return;
  throw new UserError("shift-under-way", `a shift of ${stack} was broken off`, {
    help: `./infra shift ${stack} --resume ends it`,
  });
}

export interface CutOverPlan {
  readonly start: CutOverProgress;
  /** Undo what has been begun: nothing has been switched yet. */
  readonly abandons: boolean;
}

const FORWARD: readonly Phase[] = ["catch-up", "freeze", "switch", "open", "reversible"];
const UNDECIDED: readonly Phase[] = ["catch-up", "freeze"];

/** Where to begin, from what is wished and what is under way. @throws UserError `cut-over-…` */
export function planCutOver(
  wish: Wish,
  broken: CutOverProgress | undefined,
  {
    stack,
    outputs,
  }: { readonly stack: string; readonly outputs: Pick<StackOutputs, "pythonWeight" | "traffic"> },
): CutOverPlan {
  const { traffic, pythonWeight } = outputs;
  if (traffic === undefined) {
    throw new UserError(
      "cut-over-not-ready",
      `${stack} runs what an older program made, which cannot stop writes`,
      {
        help: `./infra up ${stack}`,
      },
    );
  }
  if (broken === undefined) return { start: begin(wish, { stack, traffic, pythonWeight }), abandons: false };
  const { phase } = broken;
  const go = (next: Phase) => ({ start: { ...broken, phase: next }, abandons: false });
  if (wish === "back" && UNDECIDED.includes(phase)) return { start: broken, abandons: true };
  if (wish === "back" && phase === "reversible") return go("back-freeze");
  if (wish === "confirm" && phase === "reversible") return go("confirm");
  if (wish === directionOf(phase)) return go(phase);
  throw new UserError("cut-over-under-way", `a cut-over of ${stack} was broken off in its phase ${phase}`, {
    help: `./infra cut-over ${stack}${FLAGS[directionOf(phase)]} ends it`,
  });
}

const FLAGS: { readonly [wish in Wish]: string } = { forward: "", back: " --back", confirm: " --confirm" };

function directionOf(phase: Phase): Wish {
  if (phase === "confirm") return "confirm";
  return FORWARD.includes(phase) ? "forward" : "back";
}

function begin(
  wish: Wish,
  now: {
    readonly stack: string;
    readonly traffic: NonNullable<StackOutputs["traffic"]>;
    readonly pythonWeight: number;
  },
): CutOverProgress {
  const { stack, traffic, pythonWeight } = now;
  if (wish !== "forward") {
    throw new UserError(
      "cut-over-not-made",
      `there is no cut-over of ${stack} to go back from or to confirm`,
      {
        help: `./infra outputs ${stack} says who is the system of record`,
      },
    );
  }
  if (traffic.systemOfRecord === "python") {
    throw new UserError("cut-over-made", `Python is the system of record of ${stack} already`, {
      help: `set gateway.systemOfRecord in ${settingsFile(stack)} by hand only after copying the documents back`,
    });
  }
  return { phase: "catch-up", previousWeight: pythonWeight };
}

/** The result for people. */
export function renderCutOver(result: CutOverResult): string {
  const { stack, reversible, systemOfRecord } = result;
  const kept = `${settingsFile(stack)} says so too: commit it`;
  const first = `${systemOfRecord} is the system of record of ${stack}; ${kept}`;
  if (!reversible) return first;
  const next = `its documents are copied back to Node: ./infra cut-over ${stack} --back returns, --confirm ends that`;
  return `${first}\n${next}`;
}
