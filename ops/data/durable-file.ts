import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file that only its owner may read: after a crash it is there as a whole, or as it was before. */
export function writeDurably(file: string, text: string): void {
  const partial = `${file}.partial-${process.pid}`;
  writeFileSync(partial, text, { mode: 0o600, flush: true });
  renameSync(partial, file);
  syncFolder(dirname(file));
}

/** Makes what was created, renamed or removed in a folder last. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
