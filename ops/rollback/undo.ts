import type { Release } from "../../contracts/release.ts";
import { UserError } from "../errors.ts";
import { exportCheckpoint } from "../release/read-state.ts";
import type { ReleaseStore } from "../release/release-store.ts";
import { revealCheckpoint } from "../release/reveal-checkpoint.ts";
import type { OpenStack } from "../stack.ts";
import { findUnrecorded } from "./find-unrecorded.ts";
import { builtImages, findImageFacts, useImages } from "./images.ts";
import { type Checkpoint, readCheckpoint } from "./replay/checkpoint.ts";
import { planReplay, type Replay } from "./replay/plan-replay.ts";
import { restageSources } from "./restage.ts";

/** Where replays of releases come from. */
export interface UndoSources {
  readonly opened: OpenStack;
  readonly store: Pick<ReleaseStore, "checkpoint">;
  /** Bring staged sources that are gone back out of git. */
  readonly rebuild: boolean;
}

/**
 * The replay of a release on the stack as it is now.
 *
 * @throws UserError `checkpoint-pruned`, `secrets-unreadable`, `image-gone`, …
 */
export async function openReplay(
  { opened, store, rebuild }: UndoSources,
  release: Release,
  current: Checkpoint,
): Promise<Replay> {
  const { root } = opened.checkout;
  const { deployment } = await revealCheckpoint(opened.stack, await store.checkpoint(release));
  const recorded = readCheckpoint(deployment);
  const images = builtImages(recorded);
  const commit = release.git?.dirty === false ? release.git.commit : undefined;
  if (rebuild && commit !== undefined) await restageSources(images, commit, root);
  const usable = useImages(recorded, await findImageFacts(images, root), {
    number: release.number,
    stack: opened.name,
    ...(commit !== undefined && { commit }),
  });
  return planReplay(usable, current);
}

/** What a stack holds now; secrets stay encrypted. */
export async function readCurrent({ stack }: OpenStack): Promise<Checkpoint> {
  return readCheckpoint((await exportCheckpoint(stack)).deployment);
}

/** True where the stack holds an update that no release recorded. @throws UserError `state-unrecorded` unless that is fine */
export async function checkRecorded(
  { opened, store }: Pick<UndoSources, "opened" | "store">,
  {
    newest,
    current,
    isFine,
  }: { readonly newest: Release; readonly current: Checkpoint; readonly isFine: boolean },
): Promise<boolean> {
  const recorded = readCheckpoint((await store.checkpoint(newest)).deployment);
  const unrecorded = findUnrecorded(current, recorded);
  if (unrecorded.length > 0 && !isFine) {
    const some = unrecorded.slice(0, 3).join(", ");
    throw new UserError(
      "state-unrecorded",
      `${opened.name} holds an update that no release recorded: ${unrecorded.length} resources differ from release ${newest.number} (${some}${unrecorded.length > 3 ? ", …" : ""})`,
      {
        help: `./infra up ${opened.name} finishes it and records it; or --discard gives it up, and goes back without a way back to it`,
      },
    );
  }
  return unrecorded.length > 0;
}
