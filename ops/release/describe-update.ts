import type { Stack, UpdateSummary } from "@pulumi/pulumi/automation/index.js";
import type { RecordedSettings } from "../../contracts/release.ts";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { readOutputs } from "../outputs.ts";
import { contextsOf } from "./checkpoint.ts";
import { environmentOf } from "./open-release-store.ts";
import { exportCheckpoint } from "./read-state.ts";
import type { Checkpoint, ReleaseDraft, ReleaseStore } from "./release-store.ts";
import { fingerprintKey, recordSettings } from "./settings.ts";
import { recordUpdate } from "./standing.ts";

/** What the engine tells of an update that it has made. */
export interface DescribedUpdate {
  readonly checkpoint: Checkpoint;
  /** With secrets in clear. */
  readonly outputs: StackOutputs;
  readonly draft: Pick<ReleaseDraft, "update" | "images" | "contexts" | "settings" | "changes">;
}

/** Reads all that a record says of an update, while the state is still what it left. */
export async function describeUpdate(
  stack: Stack,
  store: ReleaseStore,
  entry: UpdateSummary,
): Promise<DescribedUpdate> {
  const [checkpoint, outputs, settings] = await Promise.all([
    exportCheckpoint(stack),
    readOutputs(stack.name, stack, true),
    settingsOf(stack, store, entry),
  ]);
  const images = Object.fromEntries(
    Object.entries(outputs.services).map(([service, { imageId }]) => [service, imageId]),
  );
  return {
    checkpoint,
    outputs,
    draft: {
      update: recordUpdate(entry),
      images,
      contexts: contextsOf(checkpoint),
      settings,
      changes: { ...entry.resourceChanges },
    },
  };
}

async function settingsOf(
  stack: Stack,
  store: ReleaseStore,
  { config }: UpdateSummary,
): Promise<RecordedSettings> {
  const key = fingerprintKey(await store.fingerprintSalt(), environmentOf(stack));
  return recordSettings(config, key);
}
