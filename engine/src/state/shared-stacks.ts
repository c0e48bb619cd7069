/** Most of a state file is stacks, and resources made in one place have the same: each is in memory once. */
import { JsonRecord, SharedJson } from "./go-json.ts";
import type { ResourceState } from "./resource.ts";

type Stack = ResourceState["stackTrace"];

/** Keeps a process that reads the states of many programs from growing without end. */
const MAX_STACKS = 1000;

const known = new Map<string, Stack>();

/** What was made of JSON that stands for several resources. */
const read = new WeakMap<object, Stack>();

/** The stack that JSON says, or an equal one that was read before. */
export function readSharedStack(json: object, parse: () => Stack): Stack {
  const there = read.get(json);
  if (there !== undefined) return there;
  const stack = shareStack(parse());
  read.set(json, stack);
  return stack;
}

/** The stack itself, or an equal one that is known already. */
export function shareStack(stack: Stack): Stack {
  const key = JSON.stringify(stack.map(({ sourcePosition }) => sourcePosition));
  const there = known.get(key);
  if (there !== undefined) return there;
  if (known.size >= MAX_STACKS) known.clear();
  known.set(key, stack);
  return stack;
}

const written = new WeakMap<Stack, SharedJson>();

/** A stack as it stands in a file. */
export function stackJson(stack: Stack): SharedJson {
  const there = written.get(stack);
  if (there !== undefined) return there;
  const frames = stack.map(
    (frame) => new JsonRecord([["sourcePosition", frame.sourcePosition || undefined]]),
  );
  const json = new SharedJson(frames);
  written.set(stack, json);
  return json;
}
