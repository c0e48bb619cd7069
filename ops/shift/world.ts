import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors.ts";
import { readOutputs } from "../outputs.ts";
import { applySettings, type TrafficSite } from "../traffic/apply.ts";
import { askInside } from "../traffic/inside.ts";
import type { ProgressFile } from "../traffic/progress-file.ts";
import { probe } from "./probe.ts";
import type { ShiftProgress } from "./progress.ts";
import { type ParityReport, parityReportSchema, type Readings, readGatewayMetrics } from "./readings.ts";
import type { ShiftWorld } from "./run-shift.ts";

const PARITY_PORT = 8080;
const METRICS_PORT = 8404;

export interface ShiftWorldArgs {
  readonly site: TrafficSite;
  readonly file: ProgressFile<ShiftProgress>;
  readonly holdMilliseconds: number;
  readonly probes: boolean;
}

/** The real stack. */
export function stackWorld({ site, file, holdMilliseconds, probes }: ShiftWorldArgs): ShiftWorld {
  const { opened, output } = site;
  const outputs = () => readOutputs(opened.name, opened.stack, true);
  return {
    async apply(weight, from) {
      const cause = { kind: "shift", from, to: weight } as const;
      const release = { cause, message: `shift Python from ${from} to ${weight} %` };
      await applySettings(site, { "gateway.pythonWeight": weight }, release);
    },
    read: async () => readCounters((await outputs()).services),
    async hold() {
      const held = delay(holdMilliseconds, undefined, { signal: output.signal });
      await Promise.all([held, probes && probe(await outputs())]);
    },
    save: (progress) => file.write(progress),
    say: (line) => output.stderr.write(`${line}\n`),
  };
}

/** Asks the comparator and the gateway. @throws UserError `no-comparator`, `not-answering` */
export async function readCounters(services: {
  readonly [role: string]: { readonly name: string };
}): Promise<Readings> {
  const { parity, gateway } = services;
  if (parity === undefined || gateway === undefined) {
    throw new UserError(
      "no-comparator",
      "the stack has no comparator, so there is nothing to judge a step by",
      {
        help: "set parity.enabled, or shift with --gate none",
      },
    );
  }
  const report = await readParityReport(parity);
  const metrics = await askInside(gateway.name, METRICS_PORT, "/metrics");
  return { parity: report, gateway: readGatewayMetrics(metrics) };
}

/** Asks the comparator. @throws UserError `not-answering` */
export async function readParityReport(parity: { readonly name: string }): Promise<ParityReport> {
  return parityReportSchema.parse(JSON.parse(await askInside(parity.name, PARITY_PORT, "/report")));
}
