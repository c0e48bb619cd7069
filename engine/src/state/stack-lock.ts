import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../errors.ts";
import { awaitLock, type LockPolicy } from "./await-lock.ts";
import type { Blobs } from "./blobs.ts";
import { encodeGoJson, JsonRecord } from "./go-json.ts";
import { isHolderGone, type LockHolder, ownIdentity, type ProcessIdentity } from "./lock-holder.ts";
import type { StackLock } from "./store.ts";

/** A lock as its owner sees it. */
export interface HeldLock extends StackLock {
  /** False once somebody took it away. */
  isHeld(): boolean;
}

export interface LockOptions {
  readonly now: () => Date;
  readonly uuid: () => string;
  readonly policy: LockPolicy;
}

/**
 * Takes the lock of a stack: a file of our own in the folder of its locks, where there must be no other of a process
 * that may still run. Locks of processes that are gone are removed, once ours is there.
 * @throws UserError `stack-locked`.
 */
export function takeLock(blobs: Blobs, folder: string, options: LockOptions): Promise<HeldLock> {
  const { policy, uuid } = options;
  return awaitLock(() => tryLock(blobs, folder, options), { blobs, folder, policy, uuid });
}

async function tryLock(blobs: Blobs, folder: string, options: LockOptions): Promise<HeldLock> {
  const name = `${options.uuid()}.json`;
  const path = join(folder, name);
  refuseIfHeld(await otherLocks(blobs, folder, name), options.policy);
  await blobs.writeWithMetadata(path, Buffer.from(describeHolder(options.now())), identityMetadata());
  try {
    // Two processes may both have found no lock: whoever sees the other's file now gives way.
    const dead = await otherLocks(blobs, folder, name);
    refuseIfHeld(dead, options.policy);
    for (const lock of dead) {
      await blobs.remove(lock.path);
      options.policy.notice?.(
        `warning: the lock of a process that has ended is taken over:\n  ${lock.text}\n`,
      );
    }
  } catch (error) {
    await blobs.remove(path);
    throw error;
  }
  return {
    release: () => blobs.remove(path),
    isHeld: () => blobs.isThere(path),
  };
}

/** Deletes every lock of a stack, whoever holds it. True where no process that had one may still run. */
export async function breakLocks(blobs: Blobs, folder: string): Promise<boolean> {
  const locks = await otherLocks(blobs, folder, "");
  for (const name of await blobs.list(folder)) await blobs.remove(join(folder, name));
  return locks.every(({ isDead }) => isDead);
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

let user: string | undefined;

/** The name of the user this process runs as; it is asked for once. */
export function currentUser(): string {
  user ??= readCurrentUser();
  return user;
}

function readCurrentUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under an id that its password file does not list.
    return String(process.getuid?.() ?? "unknown");
  }
}

interface FoundLock {
  readonly path: string;
  readonly text: string;
  readonly isDead: boolean;
}

async function otherLocks(blobs: Blobs, folder: string, own: string): Promise<readonly FoundLock[]> {
  const others = (await blobs.list(folder)).filter((name) => name !== own);
  const locks = await Promise.all(others.map((name) => readLock(blobs, join(folder, name))));
  return locks.filter((lock) => lock !== undefined);
}

function refuseIfHeld(locks: readonly FoundLock[], { takeOver = true }: LockPolicy): void {
  const isDead = locks.every((lock) => lock.isDead);
  if (locks.length === 0 || (isDead && takeOver)) return;
  const lines = locks.map(({ text }) => `\n  ${text}`).join("");
  throw new UserError(
    "stack-locked",
    `the stack is currently locked by ${locks.length} lock(s). Either wait for the other process(es) to end or ` +
      `delete the lock file with \`pulumi cancel\`.${lines}`,
    isDead
      ? { help: "The process that took it has ended without releasing it: `pulumi cancel` is safe." }
      : {},
  );
}

/** Undefined where the lock was released in the meantime. */
async function readLock(blobs: Blobs, path: string): Promise<FoundLock | undefined> {
  const content = await blobs.read(path);
  if (content === undefined) return undefined;
  const holder = parseHolder(content.toString());
  const url = pathToFileURL(path).href;
  if (holder === undefined) return { path, text: `${url}: created by an unknown process`, isDead: false };
  const seconds = holder.timestamp.replace(/\.\d+/, "");
  const text = `${url}: created by ${holder.username}@${holder.hostname} (pid ${holder.pid}) at ${seconds}`;
  return { path, text, isDead: isHolderGone(holder, recordedIdentity(await blobs.metadata(path))) };
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

type Metadata = { readonly [key: string]: string };

/** The lock's own file is read by the official CLI and stays as that writes it; this goes into the sidecar. */
function identityMetadata(): Metadata {
  return { ...ownIdentity() };
}

function recordedIdentity({ boot, namespace, started }: Metadata): ProcessIdentity | undefined {
  return boot === undefined || namespace === undefined || started === undefined
    ? undefined
    : { boot, namespace, started };
}
