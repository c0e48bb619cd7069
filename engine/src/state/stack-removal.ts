/** Removing and renaming the stacks of a file backend; the caller holds the lock. */
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { ROOT_STACK_TYPE } from "../plan/urn.ts";
import type { Blobs } from "./blobs.ts";
import { encodeEnvelope } from "./checkpoint-write.ts";
import type { Compression } from "./compression.ts";
import { isObject, type ParsedJson } from "./json-reader.ts";
import { renameDeployment } from "./rename-stack.ts";
import type { StackFiles } from "./stack-files.ts";
import { findState, readStateEnvelope, replaceState } from "./state-file.ts";
import type { StackReference } from "./store.ts";

export interface RemoveOptions {
  /** Also when it still has resources. */
  readonly force: boolean;
  readonly removeBackups: boolean;
}

/** Deletes a stack's state, history and tags; the state's last content stays as `.bak` unless backups go too. @throws UserError `stack-has-resources`. */
export async function removeStack(blobs: Blobs, files: StackFiles, options: RemoveOptions): Promise<void> {
  const found = await findState(blobs, files);
  if (found === undefined) return;
  if (!options.force) {
    const { deployment } = await readStateEnvelope(blobs, found.path);
    refuseWithResources(deployment?.["resources"]);
  }
  if (options.removeBackups) {
    await blobs.remove(`${found.path}.bak`);
    await removeAll(blobs, files.backups);
    await removeAll(blobs, dirname(files.journal));
  } else {
    await blobs.copy(found.path, `${found.path}.bak`);
  }
  await blobs.remove(found.path);
  await blobs.remove(files.tags);
  await removeAll(blobs, files.history);
}

function refuseWithResources(resources: ParsedJson | undefined): void {
  if (!Array.isArray(resources) || resources.length === 0) return;
  const [only] = resources as readonly ParsedJson[];
  if (resources.length === 1 && isObject(only) && only["type"] === ROOT_STACK_TYPE) return;
  throw new UserError("stack-has-resources", "refusing to remove stack because it still contains resources");
}

async function removeAll(blobs: Blobs, folder: string): Promise<void> {
  for (const name of await blobs.list(folder)) await blobs.remove(join(folder, name));
}

export interface RenameOptions {
  readonly blobs: Blobs;
  readonly files: (reference: StackReference) => StackFiles;
  readonly from: StackReference;
  readonly to: StackReference;
  readonly compression: Compression;
}

/** Writes the state under its new name, and takes history and tags along. @throws UserError `stack-exists`. */
export async function renameStack({ blobs, files, from, to, compression }: RenameOptions): Promise<void> {
  const [oldFiles, newFiles] = [files(from), files(to)];
  if ((await findState(blobs, newFiles)) !== undefined) {
    throw new UserError("stack-exists", `a stack named ${to.stack} already exists`);
  }
  const found = await findState(blobs, oldFiles);
  if (found === undefined) return;
  const envelope = await readStateEnvelope(blobs, found.path);
  const deployment = envelope.deployment && renameDeployment(envelope.deployment, from, to);
  await replaceState(blobs, newFiles, { text: encodeEnvelope({ ...envelope, deployment }, to), compression });
  await blobs.copy(found.path, `${found.path}.bak`);
  await blobs.remove(found.path);
  await move(blobs, oldFiles.tags, newFiles.tags);
  const prefix = `${from.stack}-`;
  for (const name of await blobs.list(oldFiles.history)) {
    if (!name.startsWith(prefix)) continue;
    const renamed = `${to.stack}-${name.slice(prefix.length)}`;
    await move(blobs, join(oldFiles.history, name), join(newFiles.history, renamed));
  }
}

async function move(blobs: Blobs, path: string, target: string): Promise<void> {
  const content = await blobs.read(path);
  if (content === undefined) return;
  await blobs.write(target, content);
  await blobs.remove(path);
}
