import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import dockerignore from "@balena/dockerignore";
import { RunError } from "@pulumi/pulumi";

/** An immutable copy of a build context. */
export interface StagedContext {
  /** First 16 hex digits of the SHA-256 of the context's paths, modes and contents. */
  readonly hash: string;
  /** Directory of the copy, relative to the program. */
  readonly directory: string;
}

/**
 * Copies the sources of an image into `store/<service>/<hash>` unless they are there.
 *
 * A release names its context by content, so a rollback builds from the recorded sources and not from
 * whatever the folder holds by then.
 *
 * @throws RunError when the sources have no Dockerfile.
 */
export function stageContext(source: string, store: string, service: string): StagedContext {
  if (!existsSync(join(source, "Dockerfile"))) {
    throw new RunError(`${source} has no Dockerfile; every image of the catalogue needs one`);
  }
  const files = contextFiles(source);
  const hash = hashFiles(source, files);
  const directory = `${store}/${service}/${hash}`;
  if (!existsSync(directory)) copyFiles(source, files, directory);
  return { hash, directory };
}

function contextFiles(source: string): string[] {
  const ignoreFile = join(source, ".dockerignore");
  const ignore = dockerignore.default({ ignorecase: false });
  if (existsSync(ignoreFile)) ignore.add(readFileSync(ignoreFile, "utf8"));
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
    .filter((path) => !ignore.ignores(path))
    .sort();
}

/** Only the executable bit of the mode counts: it is all that git keeps, so clones hash alike. */
function modeOf(path: string): 0o755 | 0o644 {
  return statSync(path).mode & 0o100 ? 0o755 : 0o644;
}

function hashFiles(source: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = readFileSync(join(source, file));
    hash.update(`${file}\0${modeOf(join(source, file))}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

/** The copy appears under its final name in one step, so that an interrupted run leaves no half of it. */
function copyFiles(source: string, files: readonly string[], directory: string): void {
  const partial = `${directory}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  for (const file of files) {
    const target = join(partial, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(source, file), target);
    chmodSync(target, modeOf(join(source, file)));
  }
  try {
    renameSync(partial, directory);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
}
