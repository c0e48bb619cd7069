import { basename, dirname } from "node:path";
import { UserError } from "../src/errors.ts";
import type { AppendLog } from "../src/state/append-log.ts";
import type { Blobs } from "../src/state/blobs.ts";
import type { Disk } from "./disk.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { kindOf } from "./file-kind.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import { CANARY } from "./secrets.ts";

interface Blob {
  readonly content: Buffer;
  readonly modified: number;
}

/** A disk whose files are written whole or not at all: the quick one. */
export class BlobDisk implements Disk {
  private readonly folders = new Map<string, Map<string, Blob>>();
  private readonly seen: (content: Buffer, path: string) => void;
  private readonly faults: FaultPlan;
  private readonly random: Random;
  private time = 0;

  constructor(parts: { faults: FaultPlan; random: Random; seen: (content: Buffer, path: string) => void }) {
    this.faults = parts.faults;
    this.random = parts.random;
    this.seen = parts.seen;
  }

  crash(): void {
    // What was written is there; what was not is not.
  }

  isDurable(): boolean {
    return true;
  }

  mount(scheduler: Scheduler | undefined): Blobs {
    return {
      read: async (path) => this.find(path)?.content,
      write: (path, content, before) => this.write(scheduler, { path, content, before }),
      // Nobody waits for a lock here.
      writeWithMetadata: (path, content) => this.write(scheduler, { path, content, before: undefined }),
      metadata: async () => ({}),
      changed: async () => undefined,
      copy: async (path, copy) => {
        const found = this.find(path);
        if (found !== undefined) this.put(copy, found);
      },
      remove: async (path) => {
        await scheduler?.wait(`remove ${kindOf(path)}`);
        this.folders.get(dirname(path))?.delete(basename(path));
      },
      list: async (folder) => [...(this.folders.get(folder)?.keys() ?? [])].sort(),
      modified: async (path) => this.find(path)?.modified,
      isThere: (path) => this.find(path) !== undefined,
      log: async (path, keep) => this.log(scheduler, path, keep),
      sweep: async () => undefined,
    };
  }

  private find(path: string): Blob | undefined {
    return this.folders.get(dirname(path))?.get(basename(path));
  }

  private put(path: string, blob: Blob): void {
    const folder = dirname(path);
    const files = this.folders.get(folder) ?? new Map<string, Blob>();
    this.folders.set(folder, files);
    files.set(basename(path), blob);
  }

  private async write(
    scheduler: Scheduler | undefined,
    file: { path: string; content: Buffer; before: (() => Promise<void>) | undefined },
  ): Promise<void> {
    const { path, content, before } = file;
    await scheduler?.wait(`write ${kindOf(path)}`);
    this.refuseWhenFull(scheduler, path);
    await before?.();
    this.seen(content, path);
    this.put(path, { content, modified: ++this.time });
  }

  /** What is appended is there as a whole, or, where the process dies meanwhile, in part. */
  private log(scheduler: Scheduler | undefined, path: string, keep: number): AppendLog {
    let content = (this.find(path)?.content ?? Buffer.alloc(0)).subarray(0, keep);
    const put = (now: Buffer): void => this.put(path, { content: now, modified: ++this.time });
    return {
      append: async (added) => {
        await scheduler?.wait(`append ${kindOf(path)}`);
        this.refuseWhenFull(scheduler, path);
        const all = Buffer.concat([content, added]);
        this.seen(all.subarray(Math.max(0, content.length - CANARY.length)), path);
        if (scheduler !== undefined && this.random.chance(TORN)) {
          put(all.subarray(0, content.length + this.random.below(added.length)));
          await scheduler.wait(`append more ${kindOf(path)}`);
        }
        content = all;
        put(content);
      },
      close: async () => undefined,
    };
  }

  private refuseWhenFull(scheduler: Scheduler | undefined, path: string): void {
    if (scheduler === undefined || !this.faults.fillsDisk()) return;
    throw new UserError("disk-full", `could not write ${path}: no space left on the disk`);
  }
}

/** How often an append takes two turns. */
const TORN = 0.1;
