import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Files that survive a kill and a loss of power: each call has happened as a whole, or not at all. */
export interface Disk {
  read(path: string): Promise<Buffer | undefined>;
  /** Names in a folder, sorted; none where there is no such folder. Files that are half written are left out. */
  names(folder: string): Promise<string[]>;
  /** Writes a file, or replaces it. */
  write(path: string, text: string): Promise<void>;
  /** Writes a file unless it is there. False where it is there: of two writers at once one gets true. */
  create(path: string, text: string): Promise<boolean>;
  remove(path: string): Promise<void>;
}

const PARTIAL = ".partial-";

export const fileDisk: Disk = {
  read: (path) => readFile(path).catch(unlessMissing),

  async names(folder) {
    const names = (await readdir(folder).catch(unlessMissing)) ?? [];
    return names.filter((name) => !name.includes(PARTIAL)).sort();
  },

  async write(path, text) {
    await rename(await writePartial(path, text), path);
    await syncFolder(dirname(path));
  },

  async create(path, text) {
    const partial = await writePartial(path, text);
    try {
      await link(partial, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      await rm(partial);
    }
    await syncFolder(dirname(path));
    return true;
  },

  async remove(path) {
    await rm(path, { force: true });
  },
};

function unlessMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}

/** Records name persons and hosts: only their owner may read them. */
async function writePartial(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const partial = join(dirname(path), `${PARTIAL}${randomUUID()}`);
  await withFile(await open(partial, "wx", 0o600), async (file) => {
    await file.writeFile(text);
    await file.sync();
  });
  return partial;
}

async function syncFolder(folder: string): Promise<void> {
  await withFile(await open(folder, "r"), (handle) => handle.sync());
}

async function withFile(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(file);
  } finally {
    await file.close();
  }
}
