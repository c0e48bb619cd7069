import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface ReplaceOptions {
  /** Who may read it. @default whom the system lets */
  readonly mode?: number;
}

/** Writes a file, its folder too: whoever reads it finds the old text or the new one, never a part. */
export function replaceFile(file: string, text: string, options: ReplaceOptions = {}): void {
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.partial-${process.pid}`;
  writeFileSync(partial, text, { ...options, flush: true });
  renameSync(partial, file);
}

/** The same for a file that only its owner may read, and that has to be there after a loss of power too. */
export function writeDurably(file: string, text: string): void {
  replaceFile(file, text, { mode: 0o600 });
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
