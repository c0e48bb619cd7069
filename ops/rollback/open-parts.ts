import { awaitHealth } from "../health/check-health.ts";
import { readOutputs } from "../outputs.ts";
import { clusterOf, makeRelease } from "../release/make-release.ts";
import { openReleaseStore } from "../release/open-release-store.ts";
import type { OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";
import type { RollbackParts } from "./parts.ts";
import { smokeTest } from "./smoke.ts";

/** Milliseconds in which services have to be well after a rollback. @default of the health phase */
export const HEALTH_PATIENCE = 60_000;

export interface PartsOptions {
  readonly rebuild: boolean;
  /** Milliseconds. @default a minute */
  readonly patience?: number;
}

/** Everything that a rollback of a real stack works with. */
export function openParts(
  opened: OpenStack,
  output: Output,
  { rebuild, patience = HEALTH_PATIENCE }: PartsOptions,
): RollbackParts {
  const store = openReleaseStore(opened);
  const outputs = () => readOutputs(opened.name, opened.stack, false);
  return {
    opened,
    output,
    store,
    rebuild,
    async health() {
      const cluster = clusterOf(await opened.stack.getAllConfig(), opened.project);
      const subject = { outputs: await outputs(), cluster };
      const verdict = await awaitHealth(subject, { milliseconds: patience, signal: output.signal });
      return smokeTest(subject.outputs, verdict);
    },
    async record({ cause, message, dataSnapshots }) {
      const request = { cause, message, dataSnapshots };
      await makeRelease({ opened, store, request, output }, async () => undefined);
    },
  };
}
