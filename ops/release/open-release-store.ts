import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import type { OpenStack } from "../stack.ts";
import type { StackName } from "../stack-name.ts";
import { fileDisk } from "./disk.ts";
import { FileReleaseStore } from "./file-release-store.ts";
import type { ReleaseStore } from "./release-store.ts";

type Environment = { readonly [name: string]: string | undefined };

/** Names the folder for the records where the state lies in no folder. */
export const RELEASES_VARIABLE = "TRIALS_RELEASES";

/** The releases of a stack, beside its state. @throws UserError `releases-folder` */
export function openReleaseStore({ project, name, stack }: OpenStack): ReleaseStore {
  return openRecords({ project, stack: name }, environmentOf(stack));
}

/** The releases of a stack that need not be open. @throws UserError `releases-folder` */
export function openRecords(name: StackName, env: Environment): ReleaseStore {
  return openStore(releasesFolder(env), name);
}

/** The releases of the other stacks of the same project, as far as they are kept in the same place. */
export async function openSiblingStores({ project, name, stack }: OpenStack): Promise<ReleaseStore[]> {
  const folder = releasesFolder(environmentOf(stack));
  const stacks = await fileDisk.names(join(folder, project));
  return stacks
    .filter((other) => other !== name)
    .map((other) => openStore(folder, { project, stack: other }));
}

function openStore(folder: string, { project, stack }: StackName): ReleaseStore {
  return new FileReleaseStore({ folder: join(folder, project, stack), stack });
}

/** What the engine of a stack is started with. */
export function environmentOf({ workspace }: OpenStack["stack"]): Environment {
  return { ...process.env, ...workspace.envVars };
}

/** Folder of the releases of all stacks: in that of a `file://` backend, else the one that the variable names. */
export function releasesFolder(env: Environment): string {
  const named = env[RELEASES_VARIABLE];
  if (named !== undefined && named !== "") return resolve(named);
  const backend = env["PULUMI_BACKEND_URL"] ?? "";
  if (!backend.startsWith("file://")) {
    throw new UserError(
      "releases-folder",
      `the state is at ${backend === "" ? "the backend that pulumi is logged in to" : backend}, in no folder: where do the records of the releases go?`,
      {
        help: `set ${RELEASES_VARIABLE} to a folder that is kept and that all who deploy share, for example on a mounted disk`,
      },
    );
  }
  return join(backendFolder(backend), "releases");
}

/** `file:///a`, and as Pulumi has it `file://~/a` and `file://./a`. */
function backendFolder(url: string): string {
  const path = url.slice("file://".length);
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  return path.startsWith("/") ? fileURLToPath(url) : resolve(path);
}
