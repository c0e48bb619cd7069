/** Files that are either whole or not there, whatever happens while they are written. */
import { hash, randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import * as nodeFileSystem from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf, UserError } from "../errors.ts";
import { openSynced, type SyncedFile } from "./synced-file.ts";

/** The calls that a store makes; tests put failures in. */
export type FileSystem = Pick<
  typeof nodeFileSystem,
  "open" | "rename" | "unlink" | "link" | "copyFile" | "readFile" | "mkdir" | "readdir" | "stat"
> & {
  openSynced(path: string, flags: "w" | "r+", mode: number): Promise<SyncedFile>;
  /** Looks at once: quicker than handing the question to another thread. */
  isThere(path: string): boolean;
};

export const realFileSystem: FileSystem = {
  ...nodeFileSystem,
  openSynced,
  isThere: (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
};

const TEMPORARY = /^\..+\.[0-9a-f-]{36}\.tmp$/;

/** True for what a write that was killed left behind. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

export interface PreparedFile {
  /** Puts the new content in place. */
  commit(): Promise<void>;
  /** Forgets it. */
  discard(): Promise<void>;
}

/** Writes new content beside a file, on disk and ready to take its place: from here on nothing can fail for lack of space. */
export async function prepareFile(
  fs: FileSystem,
  path: string,
  content: Uint8Array | string,
): Promise<PreparedFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await fs.mkdir(dirname(path), { recursive: true });
    await writeAndSync(fs, temporary, content);
  } catch (error) {
    await removeIfPresent(fs, temporary).catch(() => undefined);
    throw describeFailure(error, path);
  }
  return {
    async commit() {
      try {
        await fs.rename(temporary, path);
        await syncDirectory(fs, dirname(path));
      } catch (error) {
        throw describeFailure(error, path);
      }
    },
    discard: () => removeIfPresent(fs, temporary),
  };
}

/** Replaces a file: after this settles, its new content survives a crash; before, the old one does. */
export async function writeDurably(
  fs: FileSystem,
  path: string,
  content: Uint8Array | string,
): Promise<void> {
  const prepared = await prepareFile(fs, path, content);
  await prepared.commit();
}

async function writeAndSync(fs: FileSystem, path: string, content: Uint8Array | string): Promise<void> {
  const file = await fs.open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable once its directory is. Some file systems cannot sync one, and need not. */
export async function syncDirectory(fs: FileSystem, path: string): Promise<void> {
  const directory = await fs.open(path, "r");
  try {
    await directory.sync();
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EISDIR", "EPERM"].includes(codeOf(error))) throw error;
  } finally {
    await directory.close();
  }
}

/** Deletes a file if it is there. */
export async function removeIfPresent(fs: FileSystem, path: string): Promise<void> {
  try {
    await fs.unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw describeFailure(error, path);
  }
}

/** The content of a file, or undefined where there is none. */
export async function readIfPresent(fs: FileSystem, path: string): Promise<Buffer | undefined> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw new UserError("state-not-readable", `could not read ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Makes `copy` another name of the present content of `path`, without reading it where the file system can. */
export async function keepCopy(fs: FileSystem, path: string, copy: string): Promise<void> {
  await removeIfPresent(fs, copy);
  try {
    await fs.link(path, copy);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    await fs.copyFile(path, copy).catch((cause: unknown) => {
      throw describeFailure(cause, copy);
    });
  }
}

/** What the official CLI's storage library keeps beside each file. */
export function attributesOf(content: Uint8Array, metadata: { readonly [key: string]: string } = {}): string {
  return JSON.stringify({
    "user.cache_control": "",
    "user.content_disposition": "",
    "user.content_encoding": "",
    "user.content_language": "",
    "user.content_type": contentType(content),
    "user.metadata": Object.keys(metadata).length > 0 ? metadata : null,
    md5: md5Of(content),
  });
}

/** A state is recorded under several names, one after the other; nobody changes bytes that are being written. */
let last: { readonly content: WeakRef<Uint8Array>; readonly sum: string } | undefined;

function md5Of(content: Uint8Array): string {
  const before = last?.content.deref();
  if (last !== undefined && before !== undefined && Buffer.compare(before, content) === 0) return last.sum;
  const sum = hash("md5", content, "base64");
  if (content.length >= LARGE) last = { content: new WeakRef(content), sum };
  return sum;
}

/** Bytes from which on their sum takes longer than it takes to compare them with what was written before. */
const LARGE = 65_536;

function contentType(content: Uint8Array): string {
  const [first, second] = content;
  if (first === 0x1f && second === 0x8b) return "application/x-gzip";
  if (first === 0x28 && second === 0xb5) return "application/octet-stream";
  return "text/plain; charset=utf-8";
}

export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

const UNCHANGED = "What was there before is unchanged.";

/** An error for people about a file that could not be written. */
export function describeFailure(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new UserError("disk-full", `could not write ${path}: no space left on the disk`, {
        help: `${UNCHANGED} Free some space and run the command again.`,
        cause: error,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new UserError("state-not-writable", `could not write ${path}: ${messageOf(error)}`, {
        help: `${UNCHANGED} Give yourself write permission to ${dirname(path)}, or choose another backend.`,
        cause: error,
      });
    case "":
      return error;
    default:
      return new UserError("state-not-writable", `could not write ${path}: ${messageOf(error)}`, {
        help: UNCHANGED,
        cause: error,
      });
  }
}
