import { join } from "node:path";
import type { Compression } from "./compression.ts";
import type { StackReference } from "./store.ts";

/** Where the files of one stack are, under the root of a backend. */
export interface StackFiles {
  readonly stacks: string;
  readonly history: string;
  readonly backups: string;
  readonly locks: string;
  readonly tags: string;
  /** Only this engine writes and reads it; the official CLI does not look into its folder. */
  readonly journal: string;
  /** The state file in one of its forms. */
  state(compression: Compression): string;
}

/** The folder of a backend that the official CLI keeps everything in. */
export const BOOKKEEPING = ".pulumi";

export function stackFiles(root: string, { organization, project, stack }: StackReference): StackFiles {
  const base = join(root, BOOKKEEPING);
  const stacks = join(base, "stacks", project);
  const state = join(stacks, `${stack}.json`);
  return {
    stacks,
    history: join(base, "history", project, stack),
    backups: join(base, "backups", project, stack),
    locks: join(base, "locks", organization, project, stack),
    journal: join(base, "journals", project, stack, "current.journal"),
    tags: join(stacks, `${stack}.pulumi-tags`),
    state: (compression) => state + compression,
  };
}
