/** The state file of one stack: finding it among its forms, reading it, replacing it. */
import { join } from "node:path";
import { UserError } from "../errors.ts";
import type { Blobs } from "./blobs.ts";
import { parseEnvelope } from "./checkpoint.ts";
import type { Envelope } from "./checkpoint-envelope.ts";
import { COMPRESSIONS, type Compression, compress, decompress } from "./compression.ts";
import type { StackFiles } from "./stack-files.ts";

export interface FoundState {
  readonly path: string;
  readonly compression: Compression;
}

/** The state file in use: of several forms, the one written last. Undefined where the stack does not exist. */
export async function findState(blobs: Blobs, files: StackFiles): Promise<FoundState | undefined> {
  const found = await Promise.all(
    COMPRESSIONS.map(async (compression) => {
      const path = files.state(compression);
      return { path, compression, modified: await blobs.modified(path) };
    }),
  );
  return found
    .filter(({ modified }) => modified !== undefined)
    .reduce<(typeof found)[number] | undefined>(
      (best, next) => (best === undefined || (next.modified ?? 0) >= (best.modified ?? 0) ? next : best),
      undefined,
    );
}

/** The text of a state file. @throws UserError `state-corrupt`. */
export async function readStateText(blobs: Blobs, path: string): Promise<string> {
  try {
    return await decompress((await blobs.read(path)) ?? Buffer.alloc(0));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

/** What of a state can be read without its secrets. @throws UserError `state-corrupt` and others. */
export async function readStateEnvelope(blobs: Blobs, path: string): Promise<Envelope> {
  return parseEnvelope(await readStateText(blobs, path), path);
}

/** Replaces the state file, keeping the one before as `.bak`. Gives the path of the copy, where there was something to keep. */
export async function replaceState(
  blobs: Blobs,
  files: StackFiles,
  { text, compression }: { readonly text: string | Buffer; readonly compression: Compression },
): Promise<{ readonly path: string; readonly backup: string | undefined }> {
  const path = files.state(compression);
  const before = await findState(blobs, files);
  const backup = before && `${before.path}.bak`;
  await blobs.write(path, await compress(text, compression), async () => {
    if (before !== undefined && backup !== undefined) await blobs.copy(before.path, backup);
  });
  if (before !== undefined && before.path !== path) await blobs.remove(before.path);
  return { path, backup };
}

/** Adds to the error about a damaged state which file can take its place. */
export async function adviseOnDamage(
  error: unknown,
  blobs: Blobs,
  files: StackFiles,
  damaged: string,
): Promise<unknown> {
  if (!(error instanceof UserError) || error.code !== "state-corrupt") return error;
  const good = await findGoodCopy(blobs, files);
  const help =
    good === undefined
      ? "No good copy was found among its backups: restore the file from a backup of the machine."
      : `The newest good copy is ${good.path} (${good.resources} resources, written ${good.time}). ` +
        `To go on from there: cp '${good.path}' '${damaged}'. Then run \`pulumi refresh\`, as later changes are not in it.`;
  return new UserError(error.code, error.message, { help, cause: error });
}

interface GoodCopy {
  readonly path: string;
  readonly resources: number;
  readonly time: string;
}

/** More than this many copies are not read: a store may hold years of them. */
const MAX_COPIES = 10;

async function findGoodCopy(blobs: Blobs, files: StackFiles): Promise<GoodCopy | undefined> {
  const backups = (await blobs.list(files.backups)).toReversed().slice(0, MAX_COPIES);
  const candidates = [
    ...COMPRESSIONS.map((compression) => `${files.state(compression)}.bak`),
    ...backups.map((name) => join(files.backups, name)),
  ];
  const copies = await Promise.all(candidates.map((path) => readCopy(blobs, path)));
  return copies
    .filter((copy) => copy !== undefined)
    .reduce<GoodCopy | undefined>((best, copy) => (best && best.time >= copy.time ? best : copy), undefined);
}

async function readCopy(blobs: Blobs, path: string): Promise<GoodCopy | undefined> {
  try {
    const { deployment } = await readStateEnvelope(blobs, path);
    const manifest = deployment?.["manifest"] as { readonly time?: unknown } | undefined;
    const resources = deployment?.["resources"];
    if (typeof manifest?.time !== "string") return undefined;
    return { path, time: manifest.time, resources: Array.isArray(resources) ? resources.length : 0 };
  } catch {
    return undefined;
  }
}
