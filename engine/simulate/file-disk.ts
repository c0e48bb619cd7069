import { basename, dirname } from "node:path";
import { type Blobs, createBlobs } from "../src/state/blobs.ts";
import type { FileSystem } from "../src/state/durable-file.ts";
import type { SyncedFile } from "../src/state/synced-file.ts";
import type { Disk } from "./disk.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { kindOf } from "./file-kind.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import { Inode, VolatileFiles } from "./volatile-files.ts";

interface Parts {
  readonly faults: FaultPlan;
  readonly random: Random;
  /** Sees everything that is written. */
  readonly seen: (content: Buffer, path: string) => void;
}

/** A disk with a file system that the engine's own code writes to, call by call. A crash may lose what was not synced. */
export class FileDisk implements Disk {
  private readonly files = new VolatileFiles();
  private readonly parts: Parts;
  private time = 0;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Half of the crashes end the process alone: what it wrote is there. */
  crash(): void {
    if (this.parts.random.chance(0.5)) this.files.lose(this.parts.random);
  }

  isDurable(): boolean {
    return this.files.areDurable();
  }

  mount(scheduler: Scheduler | undefined): Blobs {
    const blobs = createBlobs(this.fileSystem(scheduler) as unknown as FileSystem);
    return { ...blobs, changed: async () => undefined };
  }

  private fileSystem(scheduler: Scheduler | undefined) {
    const { files } = this;
    return {
      open: async (path: string, flags: string) => this.open(scheduler, path, flags),
      openSynced: async (path: string, flags: string) => this.openSynced(scheduler, path, flags),
      rename: async (from: string, to: string) => {
        await scheduler?.wait(`rename ${kindOf(to)}`);
        const inode = this.get(from);
        files.rename(
          dirname(to),
          new Map<string, Inode | undefined>([
            [basename(from), undefined],
            [basename(to), inode],
          ]),
        );
      },
      unlink: async (path: string) => {
        this.get(path);
        files.rename(dirname(path), new Map([[basename(path), undefined]]));
      },
      link: async (path: string, copy: string) => {
        const inode = this.get(path);
        if (files.find(copy) !== undefined) throw failure("EEXIST");
        files.rename(dirname(copy), new Map([[basename(copy), inode]]));
      },
      copyFile: async () => {
        throw failure("ENOSYS");
      },
      readFile: async (path: string) => Buffer.from(this.get(path).content),
      mkdir: async (path: string) => files.makeFolder(path),
      readdir: async (path: string) => {
        const names = files.namesIn(path);
        if (names === undefined) throw failure("ENOENT");
        return names;
      },
      isThere: (path: string) => this.files.find(path) !== undefined,
      stat: async (path: string) => ({ mtimeMs: this.get(path).modified }),
    };
  }

  private get(path: string): Inode {
    const inode = this.files.find(path);
    if (inode === undefined) throw failure("ENOENT");
    return inode;
  }

  private open(scheduler: Scheduler | undefined, path: string, flags: string) {
    if (this.files.hasFolder(path)) return this.folderHandle(path);
    const inode = this.openInode(path, flags);
    const sync = () => this.sync(scheduler, path, inode);
    return {
      writeFile: async (content: Uint8Array | string) => {
        await this.write(scheduler, path, inode, {
          content: Buffer.from(content as Uint8Array),
          position: 0,
        });
      },
      sync,
      close: async () => undefined,
    };
  }

  private folderHandle(path: string) {
    return { sync: async () => this.files.syncFolder(path), close: async () => undefined };
  }

  private openSynced(scheduler: Scheduler | undefined, path: string, flags: string): SyncedFile {
    const inode = this.openInode(path, flags);
    return {
      write: async (content, position) => {
        const length = await this.write(scheduler, path, inode, { content, position });
        await this.sync(scheduler, path, inode);
        return length;
      },
      truncate: async (length) => {
        inode.content = inode.content.subarray(0, length);
      },
      close: async () => undefined,
    };
  }

  private openInode(path: string, flags: string): Inode {
    const existing = this.files.find(path);
    if (flags === "wx" && existing !== undefined) throw failure("EEXIST");
    if (flags.startsWith("r") && existing === undefined) throw failure("ENOENT");
    const inode = existing ?? new Inode();
    if (existing === undefined) this.files.rename(dirname(path), new Map([[basename(path), inode]]));
    if (flags === "w") inode.content = Buffer.alloc(0);
    return inode;
  }

  private async write(
    scheduler: Scheduler | undefined,
    path: string,
    inode: Inode,
    { content, position }: { readonly content: Uint8Array; readonly position: number },
  ): Promise<number> {
    await scheduler?.wait(`write ${kindOf(path)}`);
    if (scheduler !== undefined && this.parts.faults.fillsDisk()) throw failure("ENOSPC");
    const length = this.taken(scheduler, content.length, position);
    this.parts.seen(Buffer.from(content), path);
    const rest = inode.content.subarray(position + length);
    inode.content = Buffer.concat([inode.content.subarray(0, position), content.subarray(0, length), rest]);
    this.time += 1;
    inode.modified = this.time;
    return length;
  }

  private async sync(scheduler: Scheduler | undefined, path: string, inode: Inode): Promise<void> {
    await scheduler?.wait(`sync ${kindOf(path)}`);
    inode.sync();
  }

  /** A write in the middle of a file may take a part only, and say so. */
  private taken(scheduler: Scheduler | undefined, length: number, position: number): number {
    const isShort = scheduler !== undefined && position > 0 && length > 1 && this.parts.random.chance(0.1);
    return isShort ? 1 + this.parts.random.below(length - 1) : length;
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
