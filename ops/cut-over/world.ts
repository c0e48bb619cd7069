import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { readOutputs } from "../outputs.ts";
import { applySettings, type TrafficSite } from "../traffic/apply.ts";
import { runInside } from "../traffic/inside.ts";
import type { ProgressFile } from "../traffic/progress-file.ts";
import type { CutOverProgress } from "./progress.ts";
import { replicationReportSchema } from "./replication-report.ts";
import type { CutOverWorld } from "./run-cut-over.ts";

const PAUSE = 500;
/** There is none before the first round has ended. */
const READ_REPORT = "test ! -e /tmp/replication.json || cat /tmp/replication.json";
const CACHES = ["backend-node-cache", "backend-python-cache"];
const EMPTY_CACHE = ". /usr/local/lib/cache/settings.sh; REDISCLI_AUTH=$(cache_password) valkey-cli flushall";

export interface CutOverWorldArgs {
  readonly site: TrafficSite;
  readonly file: ProgressFile<CutOverProgress>;
  /** While this file is there, writes are not stopped. */
  readonly postponeFile: string | undefined;
}

/** The real stack. */
export function stackWorld({ site, file, postponeFile }: CutOverWorldArgs): CutOverWorld {
  const { opened, output } = site;
  const containerOf = async (role: string) =>
    (await readOutputs(opened.name, opened.stack, false)).services[role]?.name ?? role;
  return {
    apply: (changes, what) => {
      const release = { cause: { kind: "cut-over" }, message: `cut over: ${what}` } as const;
      return applySettings(site, changes, release);
    },
    async report() {
      const text = await runInside(await containerOf("replication"), ["sh", "-c", READ_REPORT]);
      return text === "" ? undefined : replicationReportSchema.parse(JSON.parse(text));
    },
    isPostponed: () => postponeFile !== undefined && existsSync(postponeFile),
    async emptyCaches() {
      for (const cache of CACHES) await runInside(await containerOf(cache), ["sh", "-c", EMPTY_CACHE]);
    },
    save: (progress) => file.write(progress),
    forget: () => file.remove(),
    say: (line) => output.stderr.write(`${line}\n`),
    now: () => performance.now(),
    pause: async () => {
      await delay(PAUSE, undefined, { signal: output.signal });
    },
  };
}
