import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../errors.ts";
import type { Blobs } from "./blobs.ts";
import { encodeGoJson, JsonRecord } from "./go-json.ts";
import type { StackLock } from "./store.ts";

/** Who holds a lock, as its file says. */
interface LockHolder {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

export interface LockOptions {
  readonly now: Date;
  readonly uuid: string;
}

/**
 * Takes the lock of a stack: a file of our own in the folder of its locks, where there must be no other.
 * @throws UserError `stack-locked`.
 */
export async function takeLock(blobs: Blobs, folder: string, { now, uuid }: LockOptions): Promise<StackLock> {
  const name = `${uuid}.json`;
  const path = join(folder, name);
  await refuseIfLocked(blobs, folder, name);
  await blobs.write(path, Buffer.from(describeHolder(now)));
  try {
    // Two processes may both have found no lock: whoever sees the other's file now gives way.
    await refuseIfLocked(blobs, folder, name);
  } catch (error) {
    await blobs.remove(path);
    throw error;
  }
  return { release: () => blobs.remove(path) };
}

/** Deletes every lock of a stack, whoever holds it. */
export async function breakLocks(blobs: Blobs, folder: string): Promise<void> {
  for (const name of await blobs.list(folder)) await blobs.remove(join(folder, name));
}

function describeHolder(now: Date): string {
  return encodeGoJson(
    new JsonRecord([
      ["pid", process.pid],
      ["username", currentUser()],
      ["hostname", hostname()],
      ["timestamp", now.toISOString()],
    ]),
  );
}

/** The name of the user this process runs as. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under an id that its password file does not list.
    return String(process.getuid?.() ?? "unknown");
  }
}

async function refuseIfLocked(blobs: Blobs, folder: string, own: string): Promise<void> {
  const others = (await blobs.list(folder)).filter((name) => name !== own);
  const locks = await Promise.all(others.map((name) => readLock(blobs, join(folder, name))));
  const held = locks.filter((lock) => lock !== undefined);
  if (held.length === 0) return;
  const lines = held.map(({ text }) => `\n  ${text}`).join("");
  const gone = held.every(({ holder }) => holder !== undefined && isGone(holder));
  throw new UserError(
    "stack-locked",
    `the stack is currently locked by ${held.length} lock(s). Either wait for the other process(es) to end or ` +
      `delete the lock file with \`pulumi cancel\`.${lines}`,
    gone ? { help: "The process that took it has ended without releasing it: `pulumi cancel` is safe." } : {},
  );
}

/** Undefined where the lock was released in the meantime. */
async function readLock(
  blobs: Blobs,
  path: string,
): Promise<{ readonly text: string; readonly holder: LockHolder | undefined } | undefined> {
  const content = await blobs.read(path);
  if (content === undefined) return undefined;
  const holder = parseHolder(content.toString());
  const url = pathToFileURL(path).href;
  if (holder === undefined) return { text: `${url}: created by an unknown process`, holder };
  const seconds = holder.timestamp.replace(/\.\d+/, "");
  const text = `${url}: created by ${holder.username}@${holder.hostname} (pid ${holder.pid}) at ${seconds}`;
  return { text, holder };
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<LockHolder> | null;
    const known = typeof holder?.pid === "number" && typeof holder.timestamp === "string";
    return known ? (holder as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}

/** True where the holder ran on this machine and runs no more. */
function isGone(holder: LockHolder): boolean {
  if (holder.hostname !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
