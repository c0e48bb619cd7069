import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import { pipeline, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import tar from "tar-stream";
import { UserError } from "../errors.ts";
import type { ArchiveEntry } from "./canonical-tar.ts";
import { type Archive, type ArchiveSource, Asset, type AssetSource } from "./property-value.ts";
import { zipEntries } from "./zip-entries.ts";

/** Pulumi's own folder never belongs to an archive. */
const BOOKKEEPING = ".pulumi";

/** The bytes of an asset, or of an archive that is one file. */
export interface OpenedSource {
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** True where the source names an archive file by its extension. */
export function isArchiveName(source: ArchiveSource): source is { path: string } | { uri: string } {
  return archiveFormat(source) !== undefined;
}

/** Opens a single file, wherever it is. */
export async function openSource(source: AssetSource, baseDir: string): Promise<OpenedSource> {
  if ("text" in source) return ofBytes(Buffer.from(source.text));
  if ("path" in source) return openFile(resolve(baseDir, source.path));
  return openUri(source.uri);
}

/** The files of an archive in the order in which the official engine writes them. */
export async function* readEntries(source: ArchiveSource, baseDir: string): AsyncGenerator<ArchiveEntry> {
  const format = archiveFormat(source);
  if ("assets" in source) yield* assetEntries(source.assets, baseDir);
  else if (format !== undefined) yield* fileEntries(await openSource(source, baseDir), format);
  else if ("path" in source) yield* directoryEntries(resolve(baseDir, source.path));
  else throw unreadable(`file at URL '${source.uri}' is not a recognized archive format`);
}

type Format = "tar" | "tar.gz" | "zip";

const FORMATS: readonly (readonly [string, Format])[] = [
  [".tar", "tar"],
  [".tgz", "tar.gz"],
  [".tar.gz", "tar.gz"],
  [".zip", "zip"],
  [".jar", "zip"],
];

function archiveFormat(source: ArchiveSource): Format | undefined {
  if ("assets" in source) return undefined;
  const name = "path" in source ? source.path : (URL.parse(source.uri)?.pathname ?? "");
  return FORMATS.find(([extension]) => name.endsWith(extension))?.[1];
}

async function* assetEntries(
  assets: { readonly [name: string]: Asset | Archive },
  baseDir: string,
): AsyncGenerator<ArchiveEntry> {
  for (const name of Object.keys(assets).sort(compareBytes)) {
    const part = assets[name];
    if (part instanceof Asset) yield { name, ...(await openSource(part.source, baseDir)) };
    else if (part !== undefined) {
      for await (const entry of readEntries(part.source, baseDir)) {
        yield { ...entry, name: posix.join(name, entry.name) };
      }
    }
  }
}

async function* directoryEntries(root: string): AsyncGenerator<ArchiveEntry> {
  const info = await stat(root).catch((cause: unknown) => {
    throw unreadable(`couldn't read archive path '${root}'`, cause);
  });
  if (!info.isDirectory()) throw unreadable(`'${root}' is neither a recognized archive type nor a directory`);
  for await (const name of filesBelow(root, "")) yield { name, ...(await openFile(join(root, name))) };
}

/** A link to a file counts as that file; a link to a directory is left out. */
async function* filesBelow(root: string, folder: string): AsyncGenerator<string> {
  const children = await readdir(join(root, folder), { withFileTypes: true });
  for (const child of children.sort((a, b) => compareBytes(a.name, b.name))) {
    const name = posix.join(folder, child.name);
    if (child.name === BOOKKEEPING) continue;
    if (child.isDirectory()) yield* filesBelow(root, name);
    else if (!(child.isSymbolicLink() && (await isDirectoryLink(join(root, name))))) yield name;
  }
}

async function isDirectoryLink(path: string): Promise<boolean> {
  const info = await stat(path).catch((cause: unknown) => {
    throw unreadable(`couldn't read '${path}'`, cause);
  });
  return info.isDirectory();
}

async function* fileEntries(file: OpenedSource, format: Format): AsyncGenerator<ArchiveEntry> {
  if (format === "zip") {
    yield* zipEntries(await readAll(file.chunks));
    return;
  }
  const extract = tar.extract();
  const input = Readable.from(file.chunks);
  // Errors of the parts destroy `extract`, and come up in the loop below.
  if (format === "tar") pipeline(input, extract, () => undefined);
  else pipeline(input, createGunzip(), extract, () => undefined);
  try {
    for await (const entry of extract) {
      const bytes = await readAll(entry as unknown as AsyncIterable<Uint8Array>);
      if (entry.header.type !== "directory")
        yield { name: posix.normalize(entry.header.name), ...ofBytes(bytes) };
    }
  } catch (cause) {
    throw unreadable("failed to read an archive file", cause);
  }
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

async function openFile(path: string): Promise<OpenedSource> {
  const info = await stat(path).catch((cause: unknown) => {
    throw unreadable(`failed to open asset file '${path}'`, cause);
  });
  if (info.isDirectory()) throw unreadable(`asset path '${path}' is a directory; try using an archive`);
  return { size: info.size, chunks: readFile(path) };
}

/** Opens the file only when it is read: an entry may be skipped. */
async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}

async function openUri(uri: string): Promise<OpenedSource> {
  const url = URL.parse(uri);
  switch (url?.protocol) {
    case "http:":
    case "https:":
      return download(url);
    case "file:":
      if (url.host !== "") throw unreadable(`file:// host '${url.host}' not supported (only localhost)`);
      return openFile(fileURLToPath(url));
    default:
      throw unreadable(`unrecognized or unsupported URI scheme in '${uri}'`);
  }
}

async function download(url: URL): Promise<OpenedSource> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw unreadable(`failed to fetch '${url}'`, cause);
  });
  if (!response.ok) throw unreadable(`failed to fetch '${url}': ${response.status} ${response.statusText}`);
  return ofBytes(Buffer.from(await response.arrayBuffer()));
}

function ofBytes(bytes: Uint8Array): OpenedSource {
  return { size: bytes.length, chunks: Readable.from([bytes]) };
}

/** Go sorts strings by their UTF-8 bytes, JavaScript by UTF-16 units. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function unreadable(message: string, cause?: unknown): UserError {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  return new UserError("asset-unreadable", `${message}${reason}`, { cause });
}
