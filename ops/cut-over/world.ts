import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { readOutputs } from "../outputs.ts";
import { applySettings, type TrafficSite } from "../traffic/apply.ts";
import type { ProgressFile } from "../traffic/progress-file.ts";
import { askOne, openAsker, type ServiceAsker } from "../traffic/service-asker.ts";
import { type CutOverPlatform, onCluster, onDocker } from "./platform.ts";
import type { CutOverProgress } from "./progress.ts";
import { replicationReportSchema } from "./replication-report.ts";
import type { CutOverWorld } from "./run-cut-over.ts";

const PAUSE = 500;
const ROUND = { port: 8080, path: "/round" };

export interface CutOverWorldArgs {
  readonly site: TrafficSite;
  readonly file: ProgressFile<CutOverProgress>;
  /** While this file is there, writes are not stopped. */
  readonly postponeFile: string | undefined;
}

/** The real stack. */
export function stackWorld({ site, file, postponeFile }: CutOverWorldArgs): CutOverWorld {
  const { output } = site;
  const clock = {
    now: () => performance.now(),
    pause: async () => {
      await delay(PAUSE, undefined, { signal: output.signal });
    },
  };
  let known: Promise<Running> | undefined;
  const running = () => {
    known ??= findRunning(site, clock);
    return known;
  };
  return {
    ...clock,
    async apply(changes, what) {
      const release = { cause: { kind: "cut-over" }, message: `cut over: ${what}` } as const;
      await applySettings(site, changes, release);
      known = undefined;
    },
    async report() {
      const { asker } = await running();
      return (
        replicationReportSchema.nullable().parse(JSON.parse(await askOne(asker, "replication", ROUND))) ??
        undefined
      );
    },
    drain: async (deadline) => (await running()).platform.drain(deadline),
    writesSeen: async () => (await running()).platform.writesSeen(),
    emptyCaches: async () => (await running()).platform.emptyCaches(),
    isPostponed: () => postponeFile !== undefined && existsSync(postponeFile),
    save: (progress) => file.write(progress),
    forget: () => file.remove(),
    say: (line) => output.stderr.write(`${line}\n`),
  };
}

/** What an update has left running. */
interface Running {
  readonly asker: ServiceAsker;
  readonly platform: CutOverPlatform;
}

async function findRunning(
  { opened }: TrafficSite,
  clock: Pick<CutOverWorld, "now" | "pause">,
): Promise<Running> {
  const outputs = await readOutputs(opened.name, opened.stack, false);
  const asker = await openAsker(opened, outputs);
  const { gatewayUrl, cloud } = outputs;
  const platform = cloud === undefined ? onDocker(outputs) : onCluster({ gatewayUrl, asker, clock });
  return { asker, platform };
}
