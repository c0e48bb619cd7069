/** A file each of whose writes is on disk when it settles. */
import { constants, fdatasync, write } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";

export interface SyncedFile {
  /** Writes at a position, maybe less than all. Gives the number of bytes written. */
  write(content: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file: `w` for a new or emptied one, `r+` for one that is there.
 *
 * Linux syncs in the call that writes. Elsewhere that flag may leave the bytes in the drive's own memory, so that a
 * second call follows each write. On the journal's way both calls are for one batch, each handed to another thread.
 */
export async function openSynced(
  path: string,
  flags: "w" | "r+",
  mode: number,
  platform: NodeJS.Platform = process.platform,
): Promise<SyncedFile> {
  const { O_RDWR, O_CREAT, O_TRUNC, O_DSYNC } = constants;
  const writesSynced = platform === "linux";
  const wanted = flags === "w" ? O_RDWR | O_CREAT | O_TRUNC : O_RDWR;
  return new OpenedFile(await open(path, writesSynced ? wanted | O_DSYNC : wanted, mode), writesSynced);
}

// Of a file handle's own methods each costs as much as handing the call to a thread does.
const writeAt = promisify(write);
const sync = promisify(fdatasync);

class OpenedFile implements SyncedFile {
  private readonly handle: FileHandle;
  private readonly writesSynced: boolean;

  constructor(handle: FileHandle, writesSynced: boolean) {
    this.handle = handle;
    this.writesSynced = writesSynced;
  }

  async write(content: Uint8Array, position: number): Promise<number> {
    const { fd } = this.handle;
    const { bytesWritten } = await writeAt(fd, content, 0, content.length, position);
    if (!this.writesSynced) await sync(fd);
    return bytesWritten;
  }

  truncate(length: number): Promise<void> {
    return this.handle.truncate(length);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
