/** One stack of a file backend. */
import { UserError } from "../errors.ts";
import { isTruthy } from "../is-truthy.ts";
import type { LockPolicy } from "./await-lock.ts";
import type { Blobs } from "./blobs.ts";
import { parseCheckpoint, parseEnvelope } from "./checkpoint.ts";
import type { Envelope } from "./checkpoint-envelope.ts";
import { freshCheckpoint, fullStackName, serializeCheckpointBytes } from "./checkpoint-write.ts";
import { type Compression, compress } from "./compression.ts";
import { FileJournal } from "./file-journal.ts";
import type { UpdateRecord } from "./history.ts";
import { type HistoryPage, readHistory } from "./history-files.ts";
import { verifyIntegrity } from "./integrity.ts";
import { type PresentState, readPresentState, settleJournal } from "./left-journal.ts";
import { recordUpdate, retainsStates } from "./record-update.ts";
import type { Snapshot } from "./resource.ts";
import type { SecretsSource } from "./secrets.ts";
import type { StackFiles } from "./stack-files.ts";
import { breakLocks, type HeldLock, takeLock } from "./stack-lock.ts";
import { readTags, type StackTags, writeTags } from "./stack-tags.ts";
import { adviseOnDamage, type FoundState, findState, replaceState } from "./state-file.ts";
import type { StackReference, StackStore } from "./store.ts";

/** A stack of a file backend: what an operation needs, and what the commands about stacks need. */
export interface FileStackStore extends StackStore {
  exists(): Promise<boolean>;
  /** Like `load`, but also a snapshot whose integrity is broken. */
  loadUnchecked(): Promise<Snapshot>;
  /** Like `save`, but also a snapshot whose integrity is broken. */
  saveUnchecked(snapshot: Snapshot): Promise<void>;
  /** Writes the file of a stack that does not exist yet. @throws UserError `stack-exists`. */
  create(): Promise<void>;
  /** The state as it stands in the file: secrets are neither decrypted nor needed. */
  readEnvelope(): Promise<Envelope>;
  /** Newest first. */
  history(page?: HistoryPage): Promise<readonly UpdateRecord[]>;
  tags(): Promise<StackTags>;
  setTags(tags: StackTags): Promise<void>;
  /** Deletes every lock, whoever holds it; where its holder is gone, what that left in its journal is folded. */
  breakLocks(): Promise<void>;
}

export interface FileStoreOptions {
  readonly blobs: Blobs;
  readonly files: StackFiles;
  readonly reference: StackReference;
  readonly secrets: SecretsSource;
  readonly compression: Compression;
  readonly env: { readonly [name: string]: string | undefined };
  readonly now: () => Date;
  /** Unix nanoseconds, greater with every call. */
  readonly nanoseconds: () => bigint;
  readonly uuid: () => string;
  readonly locking: LockPolicy;
  /** Beyond this many bytes a journal is folded in the middle of a run. */
  readonly journalLimit: number;
  /** Hears what a person must know about a journal that an earlier run left. */
  readonly notify: (notice: string) => void;
}

/** Opens one stack of a file backend; nothing is read or written yet. */
export function createFileStore(options: FileStoreOptions): FileStackStore {
  const { blobs, files, reference, secrets } = options;
  let held: HeldLock | undefined;
  let journal: FileJournal | undefined;
  const store: FileStackStore = {
    reference,
    exists: async () => (await findState(blobs, files)) !== undefined,
    load: () => load(options),
    loadUnchecked: () => loadUnchecked(options),
    async save(snapshot) {
      const text = await serializeCheckpointBytes(snapshot, reference, secrets);
      const verify = await save(options, snapshot, text);
      verify();
    },
    async saveUnchecked(snapshot) {
      await replace(options, await serializeCheckpointBytes(snapshot, reference, secrets));
    },
    async create() {
      if (await store.exists()) {
        throw new UserError("stack-exists", `stack '${fullStackName(reference)}' already exists`);
      }
      await replace(options, freshCheckpoint(reference));
    },
    readEnvelope: async () => {
      const { path, text } = await present(options);
      return parseEnvelope(text, path);
    },
    openJournal(start) {
      journal = new FileJournal({
        ...{ place: options, start, secrets, limit: options.journalLimit },
        isLocked: () => held?.isHeld() ?? true,
        isKept: !isTruthy(options.env["PULUMI_SKIP_CHECKPOINTS"]),
        serialize: (snapshot) => serializeCheckpointBytes(snapshot, reference, secrets),
        replace: (text, snapshot) => save(options, snapshot, text),
      });
      return journal;
    },
    async recordUpdate(update) {
      await recordUpdate(options, await requireState(options), update);
    },
    async lock() {
      const lock = await takeLock(blobs, files.locks, {
        now: options.now,
        uuid: options.uuid,
        policy: options.locking,
      });
      await sweepFolders(options);
      await trySettle(options);
      held = lock;
      return {
        async release() {
          held = undefined;
          await giveBack(options, lock, journal);
        },
      };
    },
    async breakLocks() {
      // A run that goes on without its lock ends at its next write; its journal is left to whoever comes then.
      if (await breakLocks(blobs, files.locks)) await (await store.lock()).release();
    },
    history: (page = { size: 0, page: 1 }) => readHistory(blobs, files.history, page),
    tags: () => readTags(blobs, files.tags),
    setTags: (tags) => writeTags(blobs, files.tags, tags),
  };
  return store;
}

/** What is half written for longer than this, in milliseconds, was left by a process that was killed. */
const LONGEST_WRITE = 60_000;

/** Under the lock nobody else writes this stack's state. Whoever asks for the lock writes beside it. */
async function sweepFolders({ blobs, files, reference, now }: FileStoreOptions): Promise<void> {
  const oldest = now().getTime() - LONGEST_WRITE;
  await blobs.sweep(files.stacks, (name) => name.startsWith(`.${reference.stack}.json`));
  await blobs.sweep(files.locks, (_name, modified) => modified < oldest);
}

/** The error about a stack that is not there, as tools look for it. */
export function stackNotFound(name: string): UserError {
  return new UserError("stack-not-found", `no stack named '${name}' found`, { exitCode: 6 });
}

async function requireState({ blobs, files, reference }: FileStoreOptions): Promise<FoundState> {
  const found = await findState(blobs, files);
  if (found === undefined) throw stackNotFound(reference.stack);
  return found;
}

async function present(options: FileStoreOptions): Promise<PresentState> {
  return readPresentState(options, await requireState(options));
}

async function loadUnchecked(options: FileStoreOptions): Promise<Snapshot> {
  const { blobs, files, secrets } = options;
  const found = await requireState(options);
  try {
    const { path, text } = await readPresentState(options, found);
    return await parseCheckpoint(text, secrets, path);
  } catch (error) {
    throw await adviseOnDamage(error, blobs, files, found.path);
  }
}

/** The lock goes once the journal is gone: who reads the state alone must not take an old one for the present. */
async function giveBack(
  options: FileStoreOptions,
  lock: HeldLock,
  journal: FileJournal | undefined,
): Promise<void> {
  await journal?.close();
  // Without the lock the journal is not ours any more.
  if (!lock.isHeld()) return;
  if (journal?.isFolded === true) await journal.discard();
  else if (!(await trySettle(options))) return;
  await lock.release();
}

/** False where the journal is still to be folded. A state that cannot be read is told by whoever loads it. */
async function trySettle(options: FileStoreOptions): Promise<boolean> {
  try {
    await settleJournal(options);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code === "state-corrupt") return true;
    options.notify(unsettled(options, error));
    return false;
  }
}

function unsettled({ files }: FileStoreOptions, { message, help }: UserError): string {
  return (
    `The last changes are in ${files.journal} and could not be folded into the state: ${message}.` +
    `${help === undefined ? "" : ` ${help}`} The next command that takes the lock folds them; until then the lock ` +
    "stays, so that nothing takes the state without them for the present one (`pulumi cancel` gives it back)."
  );
}

async function load(options: FileStoreOptions): Promise<Snapshot> {
  const snapshot = await loadUnchecked(options);
  rethrowIntegrity(snapshot, (problem) => `snapshot integrity failure; refusing to use it: ${problem}`);
  return snapshot;
}

/** The state is written first, as it may record what was really done, and checked then. */
async function save(
  options: FileStoreOptions,
  snapshot: Snapshot,
  text: string | Buffer,
): Promise<() => void> {
  const { path, backup } = await replace(options, text);
  const copy = backup === undefined ? "" : ` (backup available at ${backup})`;
  return () =>
    rethrowIntegrity(
      snapshot,
      (problem) =>
        `${path}: snapshot integrity failure; it was already written, but is invalid${copy}: ${problem}`,
    );
}

function rethrowIntegrity(snapshot: Snapshot, describe: (problem: string) => string): void {
  try {
    verifyIntegrity(snapshot);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, describe(error.message), { cause: error });
  }
}

async function replace(
  { blobs, files, compression, env, nanoseconds }: FileStoreOptions,
  text: string | Buffer,
): Promise<{ readonly path: string; readonly backup: string | undefined }> {
  const replaced = await replaceState(blobs, files, { text, compression });
  if (retainsStates(env)) {
    await blobs.write(`${replaced.path}.${nanoseconds()}`, await compress(text, compression));
  }
  return replaced;
}
