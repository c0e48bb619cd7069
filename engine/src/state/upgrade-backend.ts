import { join } from "node:path";
import { UserError } from "../errors.ts";
import { parseUrn } from "../plan/urn.ts";
import { legacyStacks } from "./backend-layout.ts";
import { createBlobs } from "./blobs.ts";
import { compressionFor } from "./compression.ts";
import { realFileSystem } from "./durable-file.ts";
import { isObject } from "./json-reader.ts";
import { BOOKKEEPING, type StackFiles, stackFiles } from "./stack-files.ts";
import { ORGANIZATION } from "./stack-names.ts";
import { renameStack } from "./stack-removal.ts";
import { findState, readStateEnvelope } from "./state-file.ts";
import type { StackReference } from "./store.ts";

export interface UpgradeResult {
  readonly upgraded: number;
  readonly skipped: readonly { readonly stack: string; readonly reason: string }[];
}

export interface UpgradeRequest {
  /** Absolute folder of the backend. */
  readonly root: string;
  readonly env: { readonly [name: string]: string | undefined };
}

/**
 * Brings a backend into the layout with projects: each stack of the old layout moves into the folder of the project that
 * its resources name. Stacks without resources name none and stay where they are.
 */
export async function upgradeBackend({ root, env }: UpgradeRequest): Promise<UpgradeResult> {
  const blobs = createBlobs(realFileSystem);
  const base = join(root, BOOKKEEPING);
  const stacks = await legacyStacks(blobs, root);
  // First of all, so that a folder that cannot be written to is noticed before anything moved.
  await blobs.write(join(base, "meta.yaml"), Buffer.from("version: 1\n"));
  const skipped: { readonly stack: string; readonly reason: string }[] = [];
  for (const stack of stacks) {
    try {
      const legacy = legacyFiles(base, stack);
      const project = await projectOf(legacy);
      const from: StackReference = { organization: ORGANIZATION, project, stack };
      const files = (reference: StackReference) =>
        reference === from ? legacy : stackFiles(root, reference);
      await renameStack({ blobs, files, from, to: { ...from }, compression: compressionFor(env) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      skipped.push({ stack, reason: error.message });
    }
  }
  return { upgraded: stacks.length - skipped.length, skipped };

  async function projectOf(files: StackFiles): Promise<string> {
    const found = await findState(blobs, files);
    const envelope = found && (await readStateEnvelope(blobs, found.path));
    const resources = envelope?.deployment?.["resources"];
    const [first] = Array.isArray(resources) ? resources : [];
    const urn = isObject(first) ? first["urn"] : undefined;
    const project = typeof urn === "string" ? parseUrn(urn)?.project : undefined;
    if (project === undefined) throw new UserError("no-project-name", "no project name found");
    return project;
  }
}

function legacyFiles(base: string, stack: string): StackFiles {
  return {
    stacks: join(base, "stacks"),
    history: join(base, "history", stack),
    backups: join(base, "backups", stack),
    locks: join(base, "locks", ORGANIZATION, stack),
    tags: join(base, "stacks", `${stack}.pulumi-tags`),
    journal: join(base, "journals", `${stack}.journal`),
    state: (compression) => join(base, "stacks", `${stack}.json${compression}`),
  };
}
