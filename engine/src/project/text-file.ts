import { randomUUID } from "node:crypto";
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { messageOf, UserError } from "../errors.ts";

/** The text of a file that a person edits; undefined where there is none. @throws UserError `file-not-readable`. */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return undefined;
    throw new UserError("file-not-readable", `could not read '${path}': ${messageOf(cause)}`, { cause });
  }
}

/** Replaces a file that a person edits: whole or not at all, with the permissions it had. @throws UserError `file-not-writable`. */
export async function writeTextFile(path: string, text: string, newMode = 0o644): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => newMode,
  );
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new UserError("file-not-writable", `could not write '${path}': ${messageOf(cause)}`, {
      help: "What was there before is unchanged.",
      cause,
    });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
