import { UserError } from "../errors.ts";
import { openRecords } from "../release/open-release-store.ts";
import { backendUrl, readProjectName } from "../workspace.ts";

/** An update that was made. */
export interface PastUpdate {
  /** Resources that it changed. */
  readonly changed: number;
  readonly seconds: number;
}

export interface RecordsPlace {
  readonly root: string;
  readonly local: string;
  readonly env: { readonly [name: string]: string | undefined };
}

/** What the recorded releases of a stack took; none where this machine has no records of it. */
export async function readPastUpdates(
  stack: string,
  { root, local, env }: RecordsPlace,
): Promise<PastUpdate[]> {
  try {
    const where = { ...env, PULUMI_BACKEND_URL: backendUrl(local, env) };
    const stored = await openRecords({ project: readProjectName(root), stack }, where).list();
    return stored.flatMap((entry) => ("release" in entry ? [pastUpdate(entry.release)] : []));
  } catch (error) {
    if (error instanceof UserError && error.code === "releases-folder") return [];
    throw error;
  }
}

function pastUpdate(release: {
  readonly changes: { readonly [op: string]: number };
  readonly durationMilliseconds: number;
}): PastUpdate {
  const { same: _, ...changes } = release.changes;
  const changed = Object.values(changes).reduce((sum, count) => sum + count, 0);
  return { changed, seconds: release.durationMilliseconds / 1000 };
}
