import path from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../cached.ts";
import type { SourcePosition, SourceTrace } from "../protocol/monitor.ts";
import { shareStack } from "../state/shared-stacks.ts";

/** Where a resource was registered, in the form the checkpoint keeps. */
export interface RecordedSource {
  /** `project:///<path relative to the project>#line[,column]`, or "". */
  readonly sourcePosition: string;
  readonly stackTrace: readonly { readonly sourcePosition: string }[];
}

/** Makes source positions relative to the project, so that they mean the same on every machine. */
export function recordSource(trace: SourceTrace, root: string): RecordedSource {
  return { sourcePosition: toProjectPosition(trace.position, root), stackTrace: stackOf(trace.frames, root) };
}

/** Resources made in one place share the frames of their stack: thousands of states then have it in memory once. */
const stacks = new WeakMap<
  SourceTrace["frames"],
  { root: string; stackTrace: RecordedSource["stackTrace"] }
>();

function stackOf(frames: SourceTrace["frames"], root: string): RecordedSource["stackTrace"] {
  const known = stacks.get(frames);
  if (known?.root === root) return known.stackTrace;
  const stackTrace = shareStack(frames.map((frame) => ({ sourcePosition: toProjectPosition(frame, root) })));
  stacks.set(frames, { root, stackTrace });
  return stackTrace;
}

/** "" where the position cannot be expressed: positions are a convenience and never fail a registration. */
function toProjectPosition(position: SourcePosition | undefined, root: string): string {
  if (position === undefined || position.line <= 0 || position.column < 0) return "";
  const file = toProjectFile(`${position.uri}\n${root}`);
  if (file === undefined) return "";
  const column = position.column === 0 ? "" : `,${position.column}`;
  return `${file}#${position.line}${column}`;
}

/** A program has few files, and thousands of positions in them. */
const toProjectFile = cached((uriAndRoot: string): string | undefined => {
  const end = uriAndRoot.indexOf("\n");
  const file = toFile(uriAndRoot.slice(0, end));
  return file && `project:///${encodePath(relativeTo(uriAndRoot.slice(end + 1), file))}`;
});

/** As Go writes the path of a URL: it leaves fewer characters as they are. */
function encodePath(file: string): string {
  return encodeURI(file).replace(/[!'()*?#]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function relativeTo(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

function toFile(uri: string): string | undefined {
  if (!uri.startsWith("file:///")) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
