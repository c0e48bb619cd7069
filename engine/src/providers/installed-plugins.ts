/** What lies in the folder of installed plugins: their folders, and files beside them that say more of each. */
import { readdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** A file of this ending is as old as the last time that the plugin beside it was run. */
export const LAST_USED = ".lastused";

/** The names of the folders of plugins that are installed whole. */
export async function pluginFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const partial = new Set(entries.map(({ name }) => name).filter((name) => name.endsWith(".partial")));
  const folders = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  return folders.filter((name) => !partial.has(`${name}.partial`));
}

/** Notes that an installed plugin is about to be run; where that cannot be written, nobody misses it. */
export async function markUsed({ path, isFolder }: { path: string; isFolder: boolean }): Promise<void> {
  const folder = isFolder ? path : dirname(path);
  await writeFile(folder + LAST_USED, "", { mode: 0o600 }).catch(() => undefined);
}
