/** Where plugins may be: a home, a project and a folder on PATH. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ProviderSpec } from "../../src/providers/provider.ts";
import { temporaryDirectory } from "./plugin-fixtures.ts";

export function spec(pkg: string, version = "", more: Partial<ProviderSpec> = {}): ProviderSpec {
  return { pkg, version, pluginDownloadURL: "", checksums: {}, parameterization: undefined, ...more };
}

export interface Place {
  readonly home: string;
  readonly project: string;
  readonly bin: string;
}

export async function place(): Promise<Place> {
  const dir = await temporaryDirectory();
  const folders = { home: join(dir, "home"), project: join(dir, "project"), bin: join(dir, "bin") };
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder)));
  return folders;
}
