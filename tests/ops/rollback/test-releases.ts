import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { ReleaseCause } from "../../../contracts/release.ts";
import { FileReleaseStore } from "../../../ops/release/file-release-store.ts";
import { exportCheckpoint } from "../../../ops/release/read-state.ts";
import type { ReleaseStore } from "../../../ops/release/release-store.ts";

/** Releases in a folder, of stacks that are not our program's. */
export interface TestReleases {
  readonly store: ReleaseStore;
  /** Records the last update. */
  record(stack: Stack, cause: ReleaseCause, message?: string): Promise<void>;
}

const ZEROS = "0".repeat(64);

export function testReleases(folder: string): TestReleases {
  const store = new FileReleaseStore({ folder: join(folder, "releases"), stack: "dev" });
  return {
    store,
    async record(stack, cause, message = "a change") {
      const [entry] = await stack.history(1);
      if (entry === undefined) throw new Error("there was no update");
      const time = (date: Date | undefined) => (date ?? entry.startTime).toISOString();
      await store.append(
        {
          at: time(entry.endTime),
          by: { user: "tester", host: "here" },
          message,
          engine: { kind: "embedded", version: "3.0.0" },
          cause,
          update: {
            version: entry.version ?? 0,
            startedAt: time(entry.startTime),
            endedAt: time(entry.endTime),
          },
          images: {},
          contexts: [],
          schemas: {},
          dataSnapshots: [],
          settings: { fingerprint: ZEROS, key: "none", values: {} },
          health: { verdict: "healthy", services: {} },
          parity: { verdict: "not measured" },
          changes: {},
          durationMilliseconds: 0,
        },
        await exportCheckpoint(stack),
      );
    },
  };
}
