import { join } from "node:path";
import { local, root } from "../paths.ts";
import { FileReleaseStore } from "../release/file-release-store.ts";
import { releasesFolder } from "../release/open-release-store.ts";
import { backendUrl, readProjectName } from "../workspace.ts";

/** The numbers of a stack's releases, newest first; none where they cannot be told. */
export async function listReleaseNumbers(
  stack: string | undefined,
  env: { readonly [name: string]: string | undefined } = process.env,
): Promise<string[]> {
  if (stack === undefined) return [];
  try {
    const folder = releasesFolder({ ...env, PULUMI_BACKEND_URL: backendUrl(local, env) });
    const store = new FileReleaseStore({ folder: join(folder, readProjectName(root), stack), stack });
    return (await store.list()).map(({ number }) => String(number)).reverse();
  } catch {
    return [];
  }
}
