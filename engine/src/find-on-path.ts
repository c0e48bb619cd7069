import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** The first executable of a name in the folders of a PATH. */
export async function findOnPath(name: string, path: string | undefined): Promise<string | undefined> {
  for (const folder of (path ?? "").split(delimiter).filter(Boolean)) {
    const candidate = join(folder, name);
    if ((await isFile(candidate)) && (await isExecutable(candidate))) return candidate;
  }
  return undefined;
}

/** Whether there is a file, and no folder, at a path. */
export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
