import { existsSync, type FSWatcher, watch } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Bell } from "./bell.ts";

/** The least time between two readings, in milliseconds. */
const BREATH = 2_000;
/** How often a state that tells no changes is read, in milliseconds. */
const POLL = 30_000;

export interface StateWatch {
  /** Where the state is, as `PULUMI_BACKEND_URL` has it. */
  readonly backend: string;
  read(): Promise<void>;
  readonly signal: AbortSignal;
  /** @default BREATH */
  readonly breath?: number;
}

/** Reads at once, then whenever the state's folder changes; now and then where the state is elsewhere. */
export async function watchState({ backend, read, signal, breath = BREATH }: StateWatch): Promise<void> {
  const bell = new Bell();
  const notice = () => bell.ring();
  const watcher = watchFolder(backend, notice);
  const timer = setInterval(notice, POLL);
  signal.addEventListener("abort", notice, { once: true });
  while (!signal.aborted) {
    await read();
    await setTimeout(breath, undefined, { signal }).catch(() => undefined);
    await bell.wait();
  }
  watcher?.close();
  clearInterval(timer);
}

function watchFolder(backend: string, notice: () => void): FSWatcher | undefined {
  if (!backend.startsWith("file://")) return undefined;
  const folder = fileURLToPath(backend);
  if (!existsSync(folder)) return undefined;
  return watch(folder, { recursive: true }, notice).on("error", () => undefined);
}
