import { createReadStream, type Dirent, existsSync, readFileSync } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, relative, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { type IgnoreRules, parseIgnoreRules } from "./ignore-patterns.ts";

/** Where a build's files are. */
export interface BuildContext {
  /** Absolute folder. */
  readonly folder: string;
  /** Absolute path. */
  readonly dockerfile: string;
  /** Its name inside the sent archive. */
  readonly archivedDockerfile: string;
  readonly isDockerfileOutside: boolean;
  readonly rules: IgnoreRules;
}

/** Finds context (relative to `directory`) and Dockerfile and reads the ignore file. Throws where one of the first two is missing. */
export function locateContext(context: string, dockerfile: string, directory: string): BuildContext {
  const folder = resolve(directory, context.replace(/^~(?=\/|$)/, homedir()));
  if (!existsSync(folder)) throw new Error(`build context not found: ${folder}`);
  const file = isAbsolute(dockerfile) ? dockerfile : join(folder, dockerfile);
  if (!existsSync(file)) throw new Error(`dockerfile not found at path: ${file}`);
  const inside = relative(folder, file);
  const isDockerfileOutside = inside.startsWith("..");
  return {
    folder,
    dockerfile: file,
    isDockerfileOutside,
    archivedDockerfile: isDockerfileOutside ? ".dockerfile.outside-context" : inside,
    rules: readIgnoreRules(file, folder),
  };
}

/** The rules of `<Dockerfile>.dockerignore`, else of the context's `.dockerignore`. */
export function readIgnoreRules(dockerfile: string, folder: string): IgnoreRules {
  const file = [`${dockerfile}.dockerignore`, join(folder, ".dockerignore")].find((path) => existsSync(path));
  return parseIgnoreRules(file === undefined ? "" : readFileSync(file, "utf8"));
}

/** One file, link or folder of a context that is not ignored. */
export interface ContextEntry {
  /** Relative to the context, with forward slashes. */
  readonly path: string;
  readonly absolute: string;
  readonly kind: "file" | "folder" | "link";
}

/** The context's entries in the order of their names, folder by folder. */
export async function* walkContext(
  folder: string,
  rules: IgnoreRules,
  below = "",
): AsyncGenerator<ContextEntry> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    const kind = kindOf(entry);
    if (kind === undefined) continue;
    const ignored = rules.isIgnored(path);
    if (!ignored) yield { path, absolute: join(folder, path), kind };
    if (kind === "folder" && (!ignored || rules.mayHoldKept(path))) yield* walkContext(folder, rules, path);
  }
}

/** Sockets, pipes and devices have no place in an image. */
function kindOf(entry: Dirent): ContextEntry["kind"] | undefined {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : undefined;
}

/** The context as a tar stream, made while it is read; everything belongs to root, as Docker's own client sends it. */
export function archiveContext(context: BuildContext): Readable {
  const archive = pack();
  writeArchive(archive, context).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(archive, { objectMode: false });
}

async function writeArchive(archive: Pack, context: BuildContext): Promise<void> {
  let hasDockerfile = false;
  for await (const entry of walkContext(context.folder, context.rules)) {
    hasDockerfile ||= entry.absolute === context.dockerfile;
    await writeEntry(archive, entry);
  }
  // An ignored Dockerfile, or one from elsewhere, must still reach the builder.
  if (!hasDockerfile) {
    await writeEntry(archive, {
      path: context.archivedDockerfile,
      absolute: context.dockerfile,
      kind: "file",
    });
  }
}

async function writeEntry(archive: Pack, entry: ContextEntry): Promise<void> {
  const { mode, mtime, size } = await lstat(entry.absolute);
  const header = { name: entry.path, mode: mode & 0o7777, mtime, uid: 0, gid: 0 };
  if (entry.kind === "folder") return void archive.entry({ ...header, type: "directory" });
  if (entry.kind === "link") {
    return void archive.entry({ ...header, type: "symlink", linkname: await readlink(entry.absolute) });
  }
  await pipeline(createReadStream(entry.absolute), archive.entry({ ...header, size }));
}
