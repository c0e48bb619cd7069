import { basename, dirname } from "node:path";
import type { Random } from "./random.ts";

/** The content of a file, under however many names. */
export class Inode {
  content: Buffer = Buffer.alloc(0);
  modified = 0;
  /** What is on the medium. */
  private durable: Buffer = Buffer.alloc(0);

  sync(): void {
    this.durable = this.content;
  }

  isDurable(): boolean {
    return this.content === this.durable;
  }

  /** The power goes: of what was not synced any part may have reached the medium, or room for it that was never filled. */
  lose(random: Random): void {
    if (this.isDurable()) return;
    const start = commonLength(this.content, this.durable);
    const kept = start + random.below(this.content.length - start + 1);
    const gap = random.chance(0.2) ? this.content.length - kept : 0;
    const torn = Buffer.concat([this.content.subarray(0, kept), Buffer.alloc(gap)]);
    this.content = random.chance(0.3) ? this.durable : torn;
    this.durable = this.content;
  }
}

function commonLength(a: Buffer, b: Buffer): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

/** A change of names that happens as a whole or not at all: undefined = the name goes. */
type Renaming = ReadonlyMap<string, Inode | undefined>;

class Folder {
  names = new Map<string, Inode>();
  private durable = new Map<string, Inode>();
  private pending: Renaming[] = [];

  change(renaming: Renaming): void {
    apply(this.names, renaming);
    this.pending.push(renaming);
  }

  sync(): void {
    this.durable = new Map(this.names);
    this.pending = [];
  }

  /** Changes reach the medium in their order: some of the last may not have. */
  lose(random: Random): void {
    for (const renaming of this.pending.slice(0, random.below(this.pending.length + 1)))
      apply(this.durable, renaming);
    this.names = new Map(this.durable);
    this.pending = [];
  }
}

function apply(names: Map<string, Inode>, renaming: Renaming): void {
  for (const [name, inode] of renaming) {
    if (inode === undefined) names.delete(name);
    else names.set(name, inode);
  }
}

/** Folders of files of which only what was synced is sure to survive. Folders themselves do. */
export class VolatileFiles {
  private readonly folders = new Map<string, Folder>();

  find(path: string): Inode | undefined {
    return this.folders.get(dirname(path))?.names.get(basename(path));
  }

  hasFolder(path: string): boolean {
    return this.folders.has(path);
  }

  /** Gives the first folder that was not there. */
  makeFolder(path: string): string | undefined {
    if (path === "/" || this.folders.has(path)) return undefined;
    const above = this.makeFolder(dirname(path));
    this.folders.set(path, new Folder());
    return above ?? path;
  }

  namesIn(path: string): readonly string[] | undefined {
    const folder = this.folders.get(path);
    return folder && [...folder.names.keys()];
  }

  /** Several names at once change in one folder. */
  rename(folder: string, renaming: Renaming): void {
    this.folders.get(folder)?.change(renaming);
  }

  syncFolder(path: string): void {
    this.folders.get(path)?.sync();
  }

  areDurable(): boolean {
    return [...this.inodes()].every((inode) => inode.isDurable());
  }

  lose(random: Random): void {
    for (const folder of this.folders.values()) folder.lose(random);
    for (const inode of this.inodes()) inode.lose(random);
  }

  private inodes(): ReadonlySet<Inode> {
    return new Set([...this.folders.values()].flatMap(({ names }) => [...names.values()]));
  }
}
