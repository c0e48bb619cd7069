/** A file that only grows: what was added is on disk, or it is not there at all. */
import { dirname } from "node:path";
import { codeOf, describeFailure, type FileSystem, syncDirectory } from "./durable-file.ts";
import type { SyncedFile } from "./synced-file.ts";

export interface AppendLog {
  /** Adds to the end; settles when that is on disk. After a failure the file is as it was before. */
  append(content: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a log of which the first `keep` bytes count; whatever follows them is cut off. With 0 it begins anew. */
export async function openLog(fs: FileSystem, path: string, keep: number): Promise<AppendLog> {
  try {
    const made = keep > 0 ? undefined : await fs.mkdir(dirname(path), { recursive: true });
    const file = await fs.openSynced(path, keep > 0 ? "r+" : "w", 0o600);
    if (keep === 0) await syncFolders(fs, dirname(path), made);
    return new FileLog(file, path, keep);
  } catch (error) {
    throw describeFailure(error, path);
  }
}

/** A new file survives a power failure once the folders that lead to it do. */
async function syncFolders(fs: FileSystem, folder: string, made: string | undefined): Promise<void> {
  await syncDirectory(fs, folder);
  if (made === undefined) return;
  for (let path = folder; path.length >= made.length; path = dirname(path))
    await syncDirectory(fs, dirname(path));
}

class FileLog implements AppendLog {
  private readonly file: SyncedFile;
  private readonly path: string;
  private length: number;
  /** True where bytes may follow that do not count. */
  private ragged = true;

  constructor(file: SyncedFile, path: string, length: number) {
    this.file = file;
    this.path = path;
    this.length = length;
  }

  async append(content: Uint8Array): Promise<void> {
    try {
      if (this.ragged) await this.file.truncate(this.length);
      this.ragged = true;
      await this.writeAll(content);
      this.length += content.length;
      this.ragged = false;
    } catch (error) {
      // The next append, or whoever reads the file, cuts off what this one may have left.
      await this.file.truncate(this.length).catch(() => undefined);
      throw describeFailure(error, this.path);
    }
  }

  private async writeAll(content: Uint8Array): Promise<void> {
    for (let done = 0; done < content.length; ) {
      const written = await this.file.write(content.subarray(done), this.length + done);
      if (written === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
      done += written;
    }
  }

  async close(): Promise<void> {
    try {
      await this.file.close();
    } catch (error) {
      if (codeOf(error) !== "EBADF") throw describeFailure(error, this.path);
    }
  }
}
