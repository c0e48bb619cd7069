import { join } from "node:path";
import { isTruthy } from "../is-truthy.ts";
import type { Blobs } from "./blobs.ts";
import { type Compression, compress } from "./compression.ts";
import type { UpdateRecord } from "./history.ts";
import { encodeUpdate } from "./history-files.ts";
import type { StackFiles } from "./stack-files.ts";
import type { FoundState } from "./state-file.ts";
import type { StackReference } from "./store.ts";

export interface UpdatePlace {
  readonly blobs: Blobs;
  readonly files: StackFiles;
  readonly reference: StackReference;
  readonly compression: Compression;
  readonly env: { readonly [name: string]: string | undefined };
  /** Unix nanoseconds, greater with every call. */
  readonly nanoseconds: () => bigint;
}

/** True where states that were replaced are to be kept beside the state. */
export function retainsStates(env: UpdatePlace["env"]): boolean {
  return anyTruthy(env, RETAIN);
}

const RETAIN = [
  "PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS",
  "PULUMI_SELF_MANAGED_STATE_RETAIN_CHECKPOINTS",
  "PULUMI_RETAIN_CHECKPOINTS",
];
const NO_BACKUPS = [
  "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS",
  "PULUMI_SELF_MANAGED_STATE_DISABLE_CHECKPOINT_BACKUPS",
  "PULUMI_DISABLE_CHECKPOINT_BACKUPS",
];

function anyTruthy(env: UpdatePlace["env"], names: readonly string[]): boolean {
  return names.some((name) => isTruthy(env[name]));
}

/** An entry, a copy of the state as it is now beside it, and another among the backups. */
export async function recordUpdate(
  place: UpdatePlace,
  { path, compression: present }: FoundState,
  update: UpdateRecord,
): Promise<void> {
  const { blobs, files, reference, compression, env, nanoseconds } = place;
  const state = (await blobs.read(path)) ?? Buffer.alloc(0);
  const prefix = join(files.history, `${reference.stack}-${nanoseconds()}`);
  await blobs.write(
    `${prefix}.history.json${compression}`,
    await compress(encodeUpdate(update), compression),
  );
  await blobs.write(`${prefix}.checkpoint.json${compression}`, state);
  if (anyTruthy(env, NO_BACKUPS)) return;
  await blobs.write(join(files.backups, `${reference.stack}.${nanoseconds()}.json${present}`), state);
}
