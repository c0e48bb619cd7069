import { styleText } from "node:util";
import { ensureAll, thisBootstrap } from "./bootstrap/docker-platform.ts";
import type { Check, DoctorContext, Finding } from "./bootstrap/doctor/check.ts";
import { allChecks } from "./bootstrap/doctor/checks.ts";
import { progressPrinter } from "./bootstrap/print-progress.ts";
import { runCheck } from "./doctor/stack-check.ts";
import { machineChecksFor, stackChecksFor } from "./doctor/stack-checks.ts";
import { stackContext } from "./doctor/stack-context.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";
import { requireStack } from "./workspace.ts";

export const doctorVerb: Verb = {
  name: "doctor",
  usage: "[STACK]",
  summary: "what this machine, or a stack, needs and has; each ✗ ends in the command that mends it",
  flags: {
    mend: { type: "boolean", default: false, summary: "first bring Docker, base image and build settings" },
    engine: { type: "string", default: "auto", summary: "auto, official or embedded" },
    json: { type: "boolean", default: false, summary: "machine-readable output" },
  },
  examples: ["./infra doctor", "./infra doctor dev", "./infra doctor cloud --json", "./infra doctor --mend"],
  exitCodes: { 1: "something is missing (✗)" },
  async run(args, output) {
    const bootstrap = thisBootstrap(progressPrinter(output), output.signal);
    if (args.flags["mend"] === true) await ensureAll(bootstrap);
    const context = { ...bootstrap, root: args.checkout.root, nodeVersion: process.versions.node };
    const diagnoses = await diagnose(args, context, output);
    const healthy = diagnoses.every(({ state }) => state !== "failed");
    const text =
      args.flags["json"] === true
        ? JSON.stringify({ healthy, checks: diagnoses }, null, 2)
        : renderDiagnoses(diagnoses, output.stdout.isTTY === true);
    output.stdout.write(`${text}\n`);
    return healthy ? 0 : 1;
  },
};

export type Diagnosis = Finding & { readonly name: string };

async function diagnose(args: VerbArguments, context: DoctorContext, output: Output): Promise<Diagnosis[]> {
  const { root } = args.checkout;
  const [stack] = args.positionals;
  if (stack === undefined) return examine(allChecks(root), context);
  requireStack(root, stack);
  output.stderr.write(`looking at ${stack} …\n`);
  const asked = stackContext(args, output);
  const checks = stackChecksFor(stack).map((check) => runCheck(check, asked));
  return [...(await examine(machineChecksFor(stack), context)), ...(await Promise.all(checks))];
}

/** Runs all checks at once; gives their findings in the order of the checks. */
export function examine(checks: readonly Check[], context: DoctorContext): Promise<Diagnosis[]> {
  return Promise.all(checks.map(async (check) => ({ name: check.name, ...(await check.run(context)) })));
}

const MARKS = {
  ok: { mark: "✓", word: "ok", colour: "green" },
  warning: { mark: "⚠", word: "warning", colour: "yellow" },
  failed: { mark: "✗", word: "failed", colour: "red" },
} as const;

/** A line a check; below what did not pass, the command that mends it. Off a terminal words stand for the marks. */
export function renderDiagnoses(diagnoses: readonly Diagnosis[], terminal: boolean): string {
  const width = Math.max(...diagnoses.map(({ name }) => name.length));
  return diagnoses
    .map((diagnosis) => {
      const head = terminal ? markOf(diagnosis) : MARKS[diagnosis.state].word.padEnd(7);
      const line = `${head} ${diagnosis.name.padEnd(width)}  ${diagnosis.detail}`;
      const mend = diagnosis.state === "ok" ? undefined : diagnosis.mend;
      return mend === undefined ? line : `${line}\n  ${" ".repeat(width)}  → ${mend}`;
    })
    .join("\n");
}

function markOf({ state }: Diagnosis): string {
  const { mark, colour } = MARKS[state];
  return process.env["NO_COLOR"] ? mark : styleText(colour, mark, { validateStream: false });
}
