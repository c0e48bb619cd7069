/**
 * State files as the official CLI and this engine write them, on one line, read resource by resource: what a run
 * leaves as it is goes into the next file as it stood in the last one.
 */
import { isObject, type ParsedJson, type ParsedObject } from "./json-reader.ts";

const RESOURCES = '"resources":[';
const BETWEEN = '},{"urn":"';
const AFTER = ['],"pending_operations":[', '],"metadata":{'];
const STACK = ',"stackTrace":[';
const MARK = "the resources";

/** A state file, and the text of each of its resources. */
export interface CutCheckpoint {
  readonly json: ParsedJson;
  readonly texts: readonly string[];
}

/**
 * Cuts where resources seem to begin and end. Each piece is JSON of its own or nothing is, so that what it gives is what
 * a reader of the whole would get. Undefined for a file that is written in another way, or is none.
 */
export function cutCheckpoint(text: string): CutCheckpoint | undefined {
  const start = text.indexOf(RESOURCES) + RESOURCES.length;
  const end = AFTER.map((mark) => text.lastIndexOf(mark)).find((at) => at > start);
  if (start < RESOURCES.length || end === undefined) return undefined;
  // A text is put into lines of a journal as it is.
  if (text.lastIndexOf("\n", end) >= start) return undefined;
  try {
    const rest = JSON.parse(`${text.slice(0, start)}"${MARK}"${text.slice(end)}`) as ParsedJson;
    const texts = cutResources(text, start, end);
    const json = withResources(rest, readResources(texts));
    return json === undefined ? undefined : { json, texts };
  } catch {
    return undefined;
  }
}

function cutResources(text: string, start: number, end: number): readonly string[] {
  const texts: string[] = [];
  let from = start;
  for (;;) {
    const at = text.indexOf(BETWEEN, from);
    if (at < 0 || at >= end) return [...texts, text.slice(from, end)];
    texts.push(text.slice(from, at + 1));
    from = at + 2;
  }
}

/** Resources made in one place have the same stack, which is most of their text and is read once. */
function readResources(texts: readonly string[]): readonly ParsedJson[] {
  const tails = new Map<string, ParsedObject>();
  return texts.map((text) => {
    const at = text.indexOf(STACK);
    if (at < 0) return JSON.parse(text) as ParsedJson;
    const tail = text.slice(at + 1);
    const known = tails.get(tail) ?? (JSON.parse(`{${tail}`) as ParsedObject);
    tails.set(tail, known);
    return { ...(JSON.parse(`${text.slice(0, at)}}`) as ParsedObject), ...known };
  });
}

function withResources(rest: ParsedJson, resources: readonly ParsedJson[]): ParsedJson | undefined {
  if (!isObject(rest) || !isObject(rest["checkpoint"])) return undefined;
  const { checkpoint } = rest;
  const { latest } = checkpoint;
  if (!isObject(latest) || !Array.isArray(latest["resources"]) || latest["resources"][0] !== MARK)
    return undefined;
  return { ...rest, checkpoint: { ...checkpoint, latest: { ...latest, resources } } };
}
