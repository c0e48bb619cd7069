import { UserError } from "../errors.ts";
import type { Blobs } from "./blobs.ts";
import { encodeGoJson, JsonRecord } from "./go-json.ts";

export type StackTags = { readonly [name: string]: string };

const VERSION = 1;

/** Reads the tags of a stack; it has none where there is no file. @throws UserError `tags-corrupt`. */
export async function readTags(blobs: Blobs, path: string): Promise<StackTags> {
  const content = await blobs.read(path);
  if (content === undefined) return {};
  const { version, tags } = parseTags(content.toString(), path);
  if (version !== VERSION) {
    throw new UserError(
      "tags-corrupt",
      `${path}: unsupported stack tags version: ${String(version)} (expected ${VERSION})`,
    );
  }
  const given = Object.entries(tags ?? {});
  if (given.some(([, value]) => typeof value !== "string")) throw unreadable(path);
  return Object.fromEntries(given) as StackTags;
}

function parseTags(
  text: string,
  path: string,
): { readonly version?: unknown; readonly tags?: object | null } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    throw unreadable(path);
  }
}

function unreadable(path: string): UserError {
  return new UserError("tags-corrupt", `failed to read stack tags: ${path} is not a file of tags`, {
    help: "Delete the file and set the tags again.",
  });
}

/** Writes the tags of a stack; without any, there is no file. */
export async function writeTags(blobs: Blobs, path: string, tags: StackTags): Promise<void> {
  if (Object.keys(tags).length === 0) {
    await blobs.remove(path);
    return;
  }
  const text = encodeGoJson(
    new JsonRecord([
      ["version", VERSION],
      ["tags", tags],
    ]),
  );
  await blobs.write(path, Buffer.from(text));
}
