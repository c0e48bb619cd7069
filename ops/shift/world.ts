import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors.ts";
import { readOutputs } from "../outputs.ts";
import { applySettings, type TrafficSite } from "../traffic/apply.ts";
import type { ProgressFile } from "../traffic/progress-file.ts";
import { askOne, openAsker, type ServiceAsker } from "../traffic/service-asker.ts";
import { probe } from "./probe.ts";
import type { ShiftProgress } from "./progress.ts";
import { type ParityReport, parityReportSchema, type Readings, readGatewayMetrics } from "./readings.ts";
import { readAnswers } from "./request-metrics.ts";
import type { ShiftWorld } from "./run-shift.ts";

const REPORT = { port: 8080, path: "/report" };
const METRICS_PORT = 8404;
/** Where there is no gateway of our own that counts Python's answers, its pods do. */
const PYTHON = "backend-python";

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
    async read() {
      const { services, cloud } = await outputs();
      return readCounters(services, await openAsker(opened, { services, cloud }));
    },
    async hold() {
      const held = delay(holdMilliseconds, undefined, { signal: output.signal });
      await Promise.all([held, probes && probe(await outputs())]);
    },
    save: (progress) => file.write(progress),
    say: (line) => output.stderr.write(`${line}\n`),
  };
}

/** Asks the comparator, and who counts Python's answers. @throws UserError `no-comparator`, `not-answering` */
export async function readCounters(
  services: { readonly [role: string]: unknown },
  asker: ServiceAsker,
): Promise<Readings> {
  if (services["parity"] === undefined) {
    throw new UserError(
      "no-comparator",
      "the stack has no comparator, so there is nothing to judge a step by",
      {
        help: "set parity.enabled, or shift with --gate none",
      },
    );
  }
  const [counter, read] =
    services["gateway"] === undefined ? [PYTHON, readAnswers] : ["gateway", readGatewayMetrics];
  const [parity, told] = await Promise.all([
    readParityReport(asker),
    asker.ask(counter, METRICS_PORT, "/metrics"),
  ]);
  return {
    parity,
    answers: Object.fromEntries([...told].map(([instance, text]) => [instance, read(text)])),
  };
}

/** Asks the comparator. @throws UserError `not-answering` */
export async function readParityReport(asker: ServiceAsker): Promise<ParityReport> {
  return parityReportSchema.parse(JSON.parse(await askOne(asker, "parity", REPORT)));
}
