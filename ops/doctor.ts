import { ensureAll, thisBootstrap } from "./bootstrap/docker-platform.ts";
import type { Check, DoctorContext, Finding } from "./bootstrap/doctor/check.ts";
import { allChecks } from "./bootstrap/doctor/checks.ts";
import { progressPrinter } from "./bootstrap/print-progress.ts";
import { root } from "./paths.ts";
import type { Verb } from "./verb.ts";

export const doctorVerb: Verb = {
  name: "doctor",
  usage: "",
  summary: "what this machine needs and has; each ✗ ends in the command that mends it",
  flags: {
    mend: { type: "boolean", default: false, summary: "first bring Docker, base image and build settings" },
    json: { type: "boolean", default: false, summary: "machine-readable output" },
  },
  examples: ["./infra doctor", "./infra doctor --mend", "./infra doctor --json"],
  async run(args, output) {
    const bootstrap = thisBootstrap(progressPrinter(output), output.signal);
    if (args.flags["mend"] === true) await ensureAll(bootstrap);
    const context = { ...bootstrap, root, nodeVersion: process.versions.node };
    const diagnoses = await examine(allChecks(root), context);
    const healthy = diagnoses.every(({ state }) => state !== "failed");
    const text =
      args.flags["json"] === true
        ? JSON.stringify({ healthy, checks: diagnoses }, null, 2)
        : renderDiagnoses(diagnoses);
    output.stdout.write(`${text}\n`);
    return healthy ? 0 : 1;
  },
};

export type Diagnosis = Finding & { readonly name: string };

/** Runs all checks at once; gives their findings in the order of the checks. */
export function examine(checks: readonly Check[], context: DoctorContext): Promise<Diagnosis[]> {
  return Promise.all(checks.map(async (check) => ({ name: check.name, ...(await check.run(context)) })));
}

const MARKS = { ok: "✓", warning: "⚠", failed: "✗" } as const;

/** A line a check; below what did not pass, the command that mends it. */
export function renderDiagnoses(diagnoses: readonly Diagnosis[]): string {
  const width = Math.max(...diagnoses.map(({ name }) => name.length));
  return diagnoses
    .map((diagnosis) => {
      const line = `${MARKS[diagnosis.state]} ${diagnosis.name.padEnd(width)}  ${diagnosis.detail}`;
      const mend = diagnosis.state === "ok" ? undefined : diagnosis.mend;
      return mend === undefined ? line : `${line}\n  ${" ".repeat(width)}  → ${mend}`;
    })
    .join("\n");
}
