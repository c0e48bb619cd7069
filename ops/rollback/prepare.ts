import type { Release } from "../../contracts/release.ts";
import { UserError } from "../errors.ts";
import { chooseRelease } from "./choose-release.ts";
import { type ClassifiedChange, classify, type SchemaChange, worstOf } from "./classify.ts";
import type { RollbackEntry } from "./entry.ts";
import type { RollbackParts } from "./parts.ts";
import { planSchemaUndo } from "./plan-schema-undo.ts";
import { previewReplay } from "./preview-undo.ts";
import { dataOfRelease, intactReleases, keeperOf } from "./stack-deeds.ts";
import { checkRecorded, openReplay, readCurrent } from "./undo.ts";

export interface RollbackWish {
  /** @default the release before the current one */
  readonly to?: number;
  readonly withData: boolean;
  /** Give up an update that no release recorded. */
  readonly discard: boolean;
}

/** A rollback that could be begun: nothing is changed yet. */
export interface PreparedRollback {
  readonly current: Release;
  readonly target: Release;
  readonly changes: readonly ClassifiedChange[];
  readonly entry: RollbackEntry;
}

/** Previews the undo and classifies it. @throws UserError for every reason why it cannot be done. */
export async function prepareRollback(parts: RollbackParts, wish: RollbackWish): Promise<PreparedRollback> {
  const { opened } = parts;
  const releases = await intactReleases(parts);
  const newest = releases.at(-1);
  const current = await readCurrent(opened);
  const isAhead =
    newest !== undefined && (await checkRecorded(parts, { newest, current, isFine: wish.discard }));
  const { to } = wish;
  // Says what is wrong with a record that is damaged.
  if (to !== undefined && releases.every(({ number }) => number !== to)) await parts.store.get(to);
  const choice = chooseRelease(opened.name, releases, to, isAhead);
  const { target } = choice;
  if (wish.withData) keeperOf(parts);
  const snapshots = wish.withData ? dataOfRelease(target.number, releases) : [];
  const replay = await openReplay(parts, target, current);
  const steps = await previewReplay(opened, replay, parts.output);
  const schema = parts.schema ? planSchemaUndo(await parts.schema.status(), target.schemas) : [];
  const changes = [...classify(steps, schema), ...snapshots.map(dataChange)];
  return { ...choice, changes, entry: beginEntry({ parts, wish, schema, isAhead, ...choice }) };
}

function dataChange({ store, at }: { readonly store: string; readonly at: string }): ClassifiedChange {
  const reason = `data is put back as of ${at}: what was written since is only in the data snapshot taken first`;
  return { op: "restore", name: store, reversibility: "lossy", reason };
}

interface Beginning {
  readonly parts: RollbackParts;
  readonly wish: RollbackWish;
  readonly schema: readonly SchemaChange[];
  readonly isAhead: boolean;
  readonly current: Release;
  readonly target: Release;
}

function beginEntry({ parts, wish, schema, isAhead, current, target }: Beginning): RollbackEntry {
  return {
    id: crypto.randomUUID(),
    stack: parts.opened.name,
    ...(!isAhead && { from: current.number }),
    to: target.number,
    withData: wish.withData,
    movesSchema: schema.length > 0,
    dropsData: schema.some(({ safety }) => safety === "lossy"),
    direction: "there",
    phase: "data-snapshot",
    startedAt: new Date().toISOString(),
    pid: process.pid,
  };
}

/** Stops where a change cannot be undone. @throws UserError `rollback-impossible` */
export function refuseImpossible({ changes, target }: PreparedRollback): void {
  if (worstOf(changes) !== "impossible") return;
  const impossible = changes.filter(({ reversibility }) => reversibility === "impossible");
  throw new UserError(
    "rollback-impossible",
    `release ${target.number} cannot be made current again: ${impossible.map(({ name, reason }) => `${name}: ${reason}`).join("; ")}`,
    { help: "change that in the program and bring it up, or choose another release" },
  );
}
