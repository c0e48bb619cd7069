import { type FileSystem, realFileSystem } from "../../src/state/durable-file.ts";
import type { SyncedFile } from "../../src/state/synced-file.ts";

/** Where a run can be killed, in the order in which a run comes by. */
export const BOUNDARIES = [
  "before the lock",
  "after the lock",
  "before a journal record",
  "in a journal record",
  "after a journal record",
  "before a provider call",
  "after a provider call, unanswered",
  "before the fold",
  "after the fold",
  "before the history",
  "after the history",
  "before the journal's removal",
  "after the journal's removal",
  "before the unlock",
  "after the unlock",
] as const;

export type Boundary = (typeof BOUNDARIES)[number];

/** Counts the boundaries that a run comes by, and kills the process at one of them. */
export class Reaper {
  readonly passed: Boundary[] = [];
  private readonly killAt: number | undefined;

  constructor(killAt: number | undefined) {
    this.killAt = killAt;
  }

  /** True where the process is to die here. */
  isDue(boundary: Boundary): boolean {
    this.passed.push(boundary);
    return this.passed.length - 1 === this.killAt;
  }

  /** Dies here, if it is time. */
  async at(boundary: Boundary): Promise<void> {
    if (this.isDue(boundary)) await die();
  }
}

/** SIGKILL, as from outside: nothing is cleaned up. */
export async function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise<never>(() => undefined);
}

type Write = "the lock" | "the fold" | "the history";

function writeOf(path: string): Write | undefined {
  if (/\/locks\/.*\.json$/.test(path)) return "the lock";
  if (/\/stacks\/.*\.json$/.test(path)) return "the fold";
  return /\.history\.json$/.test(path) ? "the history" : undefined;
}

function removalOf(path: string): "the journal's removal" | "the unlock" | undefined {
  if (path.endsWith("current.journal")) return "the journal's removal";
  return /\/locks\/.*\.json$/.test(path) ? "the unlock" : undefined;
}

/** The real file system with a reaper at every write that counts. */
export function reaped(reaper: Reaper): FileSystem {
  return {
    ...realFileSystem,
    async rename(from, to) {
      const write = writeOf(String(to));
      if (write !== undefined) await reaper.at(`before ${write}`);
      await realFileSystem.rename(from, to);
      if (write !== undefined) await reaper.at(`after ${write}`);
    },
    async unlink(path) {
      const removal = removalOf(String(path));
      if (removal !== undefined) await reaper.at(`before ${removal}`);
      await realFileSystem.unlink(path);
      if (removal !== undefined) await reaper.at(`after ${removal}`);
    },
    async openSynced(path, flags, mode) {
      const file = await realFileSystem.openSynced(path, flags, mode);
      return path.endsWith("current.journal") ? reapedJournal(file, reaper) : file;
    },
  };
}

function reapedJournal(file: SyncedFile, reaper: Reaper): SyncedFile {
  return {
    async write(content, position) {
      await reaper.at("before a journal record");
      if (reaper.isDue("in a journal record")) {
        await file.write(content.subarray(0, Math.floor(content.length / 2)), position);
        await die();
      }
      const written = await file.write(content, position);
      await reaper.at("after a journal record");
      return written;
    },
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  };
}
