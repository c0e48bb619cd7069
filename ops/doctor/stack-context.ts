import { findStack } from "../stack.ts";
import type { Output, VerbArguments } from "../verb.ts";
import { backendUrl, readProjectName } from "../workspace.ts";
import type { Settings, StackContext } from "./stack-check.ts";

/** The context of a stack of this checkout. */
export function stackContext(args: VerbArguments, output: Output): StackContext {
  const { root, local } = args.checkout;
  const stack = args.positionals[0] ?? "";
  const open = once(() => findStack(args, () => undefined));
  return {
    stack,
    project: readProjectName(root),
    root,
    backend: backendUrl(local, process.env),
    output,
    open,
    state: once(async () => (await open())?.stack.exportStack()),
    settings: once(async () => {
      const opened = await open();
      return opened === undefined ? {} : toSettings(await opened.stack.getAllConfig());
    }),
  };
}

/** `trials:atlas` with JSON in it -> `atlas` with an object. */
export function toSettings(config: { readonly [key: string]: { readonly value: string } }): Settings {
  return Object.fromEntries(
    Object.entries(config).map(([key, { value }]) => [key.slice(key.indexOf(":") + 1), parse(value)]),
  );
}

function parse(value: string): unknown {
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
