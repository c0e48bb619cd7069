import { clusterOf } from "../cluster-access.ts";
import { type KeeperOptions, openDataKeeper } from "../data/open-keeper.ts";
import type { SchemaVersions } from "../data/plan-schema.ts";
import { migrateSchema, readSchemaStatus } from "../data/schema.ts";
import { dataProgressPrinter } from "../data/show-progress.ts";
import { tellMonitoring } from "../data/tell-monitoring.ts";
import { awaitHealth } from "../health/check-health.ts";
import { readOutputs } from "../outputs.ts";
import { openReleaseStore } from "../release/open-release-store.ts";
import type { OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";
import type { RollbackParts } from "./parts.ts";
import { UpdateRecorder } from "./record-update.ts";
import { smokeTest } from "./smoke.ts";

/** Milliseconds in which services have to be well after a rollback. @default of the health phase */
export const HEALTH_PATIENCE = 60_000;

export interface PartsOptions extends Pick<KeeperOptions, "env"> {
  readonly rebuild: boolean;
  /** Schema versions of the stores after an update. @default the stack's schema jobs tell */
  readonly schemas?: () => Promise<SchemaVersions>;
  /** Milliseconds. @default a minute */
  readonly patience?: number;
}

/** Everything that a rollback of a real stack works with. */
export function openParts(
  opened: OpenStack,
  output: Output,
  { rebuild, patience = HEALTH_PATIENCE, schemas, ...keeping }: PartsOptions,
): RollbackParts {
  const store = openReleaseStore(opened);
  const outputs = () => readOutputs(opened.name, opened.stack, false);
  const work = () => ({ onProgress: dataProgressPrinter(output), signal: output.signal });
  return {
    opened,
    output,
    store,
    rebuild,
    data: {
      async takeSnapshot(label) {
        const now = await outputs();
        const snapshots = await openDataKeeper(opened, now, keeping).takeSnapshot({ label, ...work() });
        await tellMonitoring(snapshots, now, output);
        return snapshots;
      },
      restore: async (snapshots) =>
        openDataKeeper(opened, await outputs(), keeping).restore(snapshots, work()),
    },
    schema: {
      status: () => readSchemaStatus(opened),
      async migrate(to) {
        const say = (line: string) => output.stderr.write(`${line}\n`);
        await migrateSchema(opened, to, { say, signal: output.signal });
      },
    },
    async health() {
      const cluster = clusterOf(await opened.stack.getAllConfig(), opened.project);
      const subject = { outputs: await outputs(), cluster };
      const verdict = await awaitHealth(subject, { milliseconds: patience, signal: output.signal });
      return smokeTest(subject.outputs, verdict);
    },
    releases: new UpdateRecorder({ opened, store, output }, schemas),
  };
}
