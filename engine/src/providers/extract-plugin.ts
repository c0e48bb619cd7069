import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join, normalize, relative, sep } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { UserError } from "../errors.ts";

/**
 * Unpacks the `.tar.gz` of a plugin into a folder. Nothing is written outside of it, whatever the archive says.
 * @throws UserError `plugin-corrupt` where it is no such archive, or not the one that the checksum is of.
 */
export async function extractPlugin(
  archive: Readable,
  target: string,
  checksum: string | undefined,
): Promise<void> {
  const hash = createHash("sha256");
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const entries = extract();
  entries.on("entry", (header, stream, next) => {
    unpack(header, stream as unknown as Readable, target).then(() => next(), next);
  });
  try {
    await pipeline(archive, hashed, createGunzip(), entries);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw corrupt(`the plugin's archive cannot be read: ${cause instanceof Error ? cause.message : cause}`);
  }
  const found = hash.digest("hex");
  if (checksum !== undefined && checksum.toLowerCase() !== found) {
    throw corrupt(`invalid checksum, expected ${checksum.toLowerCase()}, actual ${found}`);
  }
}

async function unpack(header: Header, content: Readable, target: string): Promise<void> {
  const path = inside(target, header.name);
  switch (header.type) {
    case "directory":
      await mkdir(path, { recursive: true });
      break;
    case "symlink":
      inside(target, join(relative(target, dirname(path)), header.linkname ?? ""));
      await mkdir(dirname(path), { recursive: true });
      await symlink(header.linkname ?? "", path);
      break;
    case "file":
      await mkdir(dirname(path), { recursive: true });
      await pipeline(content, createWriteStream(path, { mode: (header.mode ?? 0o644) & 0o777 }));
      return;
    default:
      throw corrupt(`the plugin's archive holds '${header.name}', which is no file, folder or link`);
  }
  content.resume();
}

function inside(target: string, name: string): string {
  const path = normalize(join(target, name));
  if (path === target || path.startsWith(target + sep)) return path;
  throw corrupt(`the plugin's archive holds '${name}', which is outside of it`);
}

function corrupt(message: string): UserError {
  return new UserError("plugin-corrupt", message, { help: "Nothing was installed." });
}
