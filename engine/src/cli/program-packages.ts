import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface ProgramPackage {
  readonly name: string;
  readonly version: string;
}

interface LockEntry {
  readonly name?: string;
  readonly version?: string;
  readonly link?: boolean;
}

interface Manifest {
  readonly dependencies?: { readonly [name: string]: string };
  readonly devDependencies?: { readonly [name: string]: string };
}

const FOLDER = "node_modules/";

/**
 * The packages of a program as npm's lock file, in its folder or above, has them: those that its package.json names, or
 * all. Undefined where there is no lock file.
 */
export async function programPackages(
  folder: string,
  transitive: boolean,
): Promise<readonly ProgramPackage[] | undefined> {
  const lock = await readJson<{ readonly packages?: { readonly [path: string]: LockEntry } }>(
    join(folder, "package-lock.json"),
  );
  if (lock === undefined) {
    const parent = dirname(folder);
    return parent === folder ? undefined : programPackages(parent, transitive);
  }
  const installed = Object.entries(lock.packages ?? {})
    .filter(([path, { link }]) => path.includes(FOLDER) && link !== true)
    .map(([path, { name, version }]) => ({
      name: name ?? path.slice(path.lastIndexOf(FOLDER) + FOLDER.length),
      version: version ?? "",
      direct: path.lastIndexOf(FOLDER) === 0,
    }));
  const { dependencies, devDependencies } = (await readJson<Manifest>(join(folder, "package.json"))) ?? {};
  const named = new Set(Object.keys({ ...dependencies, ...devDependencies }));
  return installed
    .filter(({ name, direct }) => transitive || (direct && named.has(name)))
    .map(({ name, version }) => ({ name, version }));
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}
