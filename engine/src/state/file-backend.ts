/** A file backend: the folder of a `file://` URL, laid out as the official CLI lays it out (project layout, version 1). */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../errors.ts";
import type { LockPolicy } from "./await-lock.ts";
import { checkLayout, STATE_FILE } from "./backend-layout.ts";
import { type Blobs, createBlobs } from "./blobs.ts";
import { compressionFor } from "./compression.ts";
import { type FileSystem, realFileSystem } from "./durable-file.ts";
import { createFileStore, type FileStackStore, stackNotFound } from "./file-store.ts";
import type { ParsedJson } from "./json-reader.ts";
import type { SecretsSource } from "./secrets.ts";
import { BOOKKEEPING, stackFiles } from "./stack-files.ts";
import { ORGANIZATION, projectNameProblem, stackNameProblem } from "./stack-names.ts";
import { type RemoveOptions, removeStack, renameStack } from "./stack-removal.ts";
import type { StackReference } from "./store.ts";

export interface StackSummary {
  readonly reference: StackReference;
  /** RFC 3339; undefined for a stack that was never written to. */
  readonly lastUpdate: string | undefined;
  readonly resourceCount: number | undefined;
}

export interface FileBackend {
  readonly url: string;
  /** Opens a stack, whether it exists or not; nothing is read yet. */
  stack(reference: StackReference, secrets: SecretsSource): FileStackStore;
  /** Every stack, or those of one project, sorted by name. */
  list(project?: string): Promise<readonly StackSummary[]>;
  /** Writes the files of a new stack. @throws UserError `stack-exists`. */
  create(reference: StackReference, secrets: SecretsSource): Promise<FileStackStore>;
  /** Deletes a stack, keeping a copy of its state. @throws UserError `stack-has-resources`. */
  remove(reference: StackReference, options: RemoveOptions): Promise<void>;
  /** Gives a stack another name, in its state too. @throws UserError `stack-exists`. */
  rename(from: StackReference, to: StackReference): Promise<void>;
}

export interface FileBackendOptions {
  /** Absolute folder. */
  readonly root: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** @default the real file system */
  readonly fileSystem?: FileSystem;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** @default random */
  readonly uuid?: () => string;
  /** How locks are asked for. @default without waiting */
  readonly locking?: LockPolicy;
  /** Beyond this many bytes a journal is folded in the middle of a run. @default 64 MiB */
  readonly journalLimit?: number;
  /** Hears what a person must know about what earlier runs and releases left. @default nobody hears it */
  readonly notify?: (notice: string) => void;
}

/** Opens a backend; its folder is made when the first stack is. @throws UserError `backend-unsupported`, `backend-corrupt`. */
export async function openFileBackend(options: FileBackendOptions): Promise<FileBackend> {
  const { root } = options;
  const blobs = createBlobs(options.fileSystem ?? realFileSystem);
  const hasLayout = await checkLayout(blobs, options);
  const compression = compressionFor(options.env);
  const stack = stackOpener(options, blobs);
  const files = (reference: StackReference) => stackFiles(root, reference);
  return {
    url: pathToFileURL(root).href,
    stack,
    list: (project) =>
      listStacks(join(root, BOOKKEEPING, "stacks"), {
        blobs,
        project,
        open: (reference) => stack(reference, noSecrets),
      }),
    async create(reference, secrets) {
      const store = stack(reference, secrets);
      if (!hasLayout) await blobs.write(join(root, BOOKKEEPING, "meta.yaml"), Buffer.from("version: 1\n"));
      await locked(store, () => store.create());
      return store;
    },
    async remove(reference, removal) {
      const store = stack(reference, noSecrets);
      await requireStack(store);
      await locked(store, () => removeStack(blobs, files(reference), removal));
    },
    async rename(from, to) {
      const store = stack(from, noSecrets);
      await requireStack(store);
      await locked(store, () => renameStack({ blobs, files, from, to, compression }));
    },
  };
}

const JOURNAL_LIMIT = 64 * 2 ** 20;

/** For what does not look into secrets. */
const noSecrets: SecretsSource = {
  open: async ({ type }) => {
    throw new UserError("secrets-provider-unsupported", `secrets provider '${type}' is not at hand`);
  },
};

function stackOpener(
  options: FileBackendOptions,
  blobs: Blobs,
): (reference: StackReference, secrets: SecretsSource) => FileStackStore {
  const now = options.now ?? (() => new Date());
  let last = 0n;
  const nanoseconds = () => {
    const time = BigInt(now().getTime()) * 1_000_000n;
    last = time > last ? time : last + 1n;
    return last;
  };
  return (reference, secrets) =>
    createFileStore({
      blobs,
      files: stackFiles(options.root, reference),
      reference,
      secrets,
      compression: compressionFor(options.env),
      env: options.env,
      now,
      nanoseconds,
      uuid: options.uuid ?? randomUUID,
      locking: options.locking ?? {},
      journalLimit: options.journalLimit ?? JOURNAL_LIMIT,
      notify: options.notify ?? (() => undefined),
    });
}

async function listStacks(
  folder: string,
  {
    blobs,
    project: only,
    open,
  }: {
    readonly blobs: Blobs;
    readonly project: string | undefined;
    readonly open: (reference: StackReference) => FileStackStore;
  },
): Promise<readonly StackSummary[]> {
  const projects = only === undefined ? await blobs.list(folder) : [only];
  const references: StackReference[] = [];
  for (const project of projects.filter((name) => projectNameProblem(name) === undefined)) {
    const names = (await blobs.list(join(folder, project))).map((name) => STATE_FILE.exec(name)?.[1] ?? "");
    const stacks = new Set(names.filter((name) => stackNameProblem(name) === undefined));
    references.push(...[...stacks].map((stack) => ({ organization: ORGANIZATION, project, stack })));
  }
  const summaries = await Promise.all(references.map((reference) => summarize(open(reference))));
  return summaries.filter((summary) => summary !== undefined);
}

/** Undefined where the stack was removed in the meantime. */
async function summarize(store: FileStackStore): Promise<StackSummary | undefined> {
  const { reference } = store;
  if (!(await store.exists())) return undefined;
  const { deployment } = await store.readEnvelope();
  if (deployment === undefined) return { reference, lastUpdate: undefined, resourceCount: undefined };
  const time = (deployment["manifest"] as { readonly time?: ParsedJson } | undefined)?.time;
  const resources = deployment["resources"];
  return {
    reference,
    lastUpdate: typeof time === "string" && !time.startsWith("0001-") ? time : undefined,
    resourceCount: Array.isArray(resources) ? resources.length : 0,
  };
}

async function requireStack(store: FileStackStore): Promise<void> {
  if (!(await store.exists())) throw stackNotFound(store.reference.stack);
}

async function locked<Result>(store: FileStackStore, work: () => Promise<Result>): Promise<Result> {
  const lock = await store.lock();
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
