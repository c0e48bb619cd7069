import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { EngineEvent } from "../../src/events.ts";
import { runOperation } from "../../src/execute/run-operation.ts";
import type { OperationContext, OperationResult } from "../../src/operation.ts";
import { openFileBackend } from "../../src/state/file-backend.ts";
import type { FileStackStore } from "../../src/state/file-store.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import type { SecretsManager } from "../../src/state/secrets.ts";
import { defaultOptions, fakeHost } from "../../src/testing/index.ts";
import { type Reaper, reaped } from "./boundaries.ts";
import { DiskCloud } from "./disk-cloud.ts";
import type { Deed } from "./operations.ts";

const reference = { organization: "organization", project: "proj", stack: "test" };

export interface World {
  /** The folder of the backend and of the cloud. */
  readonly root: string;
  readonly tells: boolean;
  readonly reaper: Reaper;
  readonly secrets?: SecretsManager;
  readonly notify?: (notice: string) => void;
}

export interface DeedResult extends OperationResult {
  readonly events: readonly EngineEvent[];
}

export async function openStore(world: World): Promise<FileStackStore> {
  const { root, reaper, notify = () => undefined, secrets = base64Secrets } = world;
  const options = { root: join(root, "state"), env: {}, notify };
  const plain = await openFileBackend(options);
  const store = plain.stack(reference, secrets);
  if (!(await store.exists())) await plain.create(reference, secrets);
  const backend = await openFileBackend({ ...options, fileSystem: reaped(reaper) });
  return backend.stack(reference, secrets);
}

/** Does something to the stack of a world, as a process of its own would. */
export async function runDeed(deed: Deed, world: World): Promise<DeedResult> {
  const { root, reaper, tells, secrets = base64Secrets } = world;
  const events: EngineEvent[] = [];
  const cloud = new DiskCloud(root);
  const context: OperationContext = {
    project: { name: "proj", root: "/", directory: "/", entry: ".", runtimeOptions: {} },
    store: await openStore(world),
    secrets,
    config: { values: {}, secretKeys: [] },
    providers: fakeHost({ fake: () => cloud.provider(reaper, tells) }),
    program: deed.program,
    listener: (event) => events.push(event),
    signal: new AbortController().signal,
    clock: { now: () => new Date() },
    random: { bytes: (count) => randomBytes(count), uuid: () => randomUUID() },
  };
  const options = { ...defaultOptions, parallel: 1, ...deed.options };
  return { ...(await runOperation(deed.kind, options, context)), events };
}
