import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { UserError } from "../errors.ts";
import { isRunning } from "../is-running.ts";

/** Runs `work` while nobody else on this machine works on the same. @throws UserError `data-locked` */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  take(file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): void {
  try {
    const handle = openSync(file, "wx", 0o600);
    writeSync(handle, String(process.pid));
    closeSync(handle);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const holder = Number(readFileSync(file, "utf8"));
    if (isRunning(holder)) {
      throw new UserError("data-locked", `process ${holder} works on the data of this stack`, {
        help: "wait until it has ended",
      });
    }
    rmSync(file, { force: true });
    take(file);
  }
}
