import type { Stack, UpdateSummary } from "@pulumi/pulumi/automation/index.js";
import type { RecordedSettings } from "../../contracts/release.ts";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { contextsOf } from "./checkpoint.ts";
import { environmentOf } from "./open-release-store.ts";
import { exportCheckpoint } from "./read-state.ts";
import type { Checkpoint, ReleaseDraft, ReleaseStore } from "./release-store.ts";
import { fingerprintKey, recordSettings } from "./settings.ts";
import { recordUpdate } from "./standing.ts";

/** What the engine tells by itself of an update that it has made. */
export interface TellingOfUpdate {
  readonly entry: UpdateSummary;
  readonly outputs: StackOutputs;
}

/** What it tells when it is asked. */
export interface DescribedUpdate {
  readonly checkpoint: Checkpoint;
  readonly draft: Pick<ReleaseDraft, "update" | "images" | "contexts" | "settings" | "changes">;
}

/** Reads what a record says of an update beside its outputs, while the state is still what it left. */
export async function describeUpdate(
  stack: Stack,
  store: ReleaseStore,
  { entry, outputs }: TellingOfUpdate,
): Promise<DescribedUpdate> {
  const [checkpoint, settings] = await Promise.all([
    exportCheckpoint(stack),
    settingsOf(stack, store, entry),
  ]);
  const images = Object.fromEntries(
    Object.entries(outputs.services).map(([service, { imageId }]) => [service, imageId]),
  );
  return {
    checkpoint,
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
