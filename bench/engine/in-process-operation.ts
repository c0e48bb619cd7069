/** One operation with a provider in this process: see `in-process.ts`. */
import { openOperationSession } from "../../engine/src/cli/operation-session.ts";
import { choosePaint } from "../../engine/src/display/paint.ts";
import { createDisplay } from "../../engine/src/display/print.ts";
import {
  computed,
  nodeProgram,
  type OperationKind,
  type PropertyMap,
  runOperation,
} from "../../engine/src/index.ts";
import { createSystemRandom } from "../../engine/src/system-random.ts";
import { defaultOptions, fakeHost, fakeProvider } from "../../engine/src/testing/index.ts";

const verb = process.argv[2] ?? "";
const kinds: { readonly [verb: string]: OperationKind } = {
  up: "update",
  preview: "update",
  refresh: "refresh",
  destroy: "destroy",
};
const kind = kinds[verb];
if (kind === undefined) throw new Error(`no such verb: ${verb}`);
const preview = verb === "preview";

const provider = fakeProvider({
  create: async ({ name, inputs }) => ({ id: preview ? "" : `${name}-id`, outputs: outputsOf(name, inputs) }),
});

function outputsOf(name: string, inputs: PropertyMap): PropertyMap {
  return preview
    ? { ...inputs, out: computed, serial: computed }
    : { ...inputs, out: `${name}:${JSON.stringify(inputs["value"])}`, serial: 1 };
}

const { cwd, env, stdin, stdout, stderr } = { ...process, cwd: process.cwd() };
const signal = new AbortController().signal;
const session = await openOperationSession(
  { positionals: [], flags: { stack: "dev" } },
  { cwd, env, stdin, stdout, stderr, signal },
  { validates: true },
);
const display = createDisplay({
  ...{ kind: "progress", operation: kind, preview, project: session.project.name, stack: "dev" },
  ...{ paint: choosePaint({ color: "never", env, isTerminal: false }), color: "never", isTerminal: false },
  ...{ showSames: false, showReads: false, showReplacementSteps: false },
  ...{ suppressOutputs: false, suppressProgress: false },
  write: (text) => stdout.write(text),
  now: () => new Date(),
});
const { result } = await runOperation(
  kind,
  { ...defaultOptions, preview },
  {
    ...{ project: session.project, store: session.store, secrets: session.secrets, config: session.config },
    providers: fakeHost({ fake: provider }),
    program: kind === "update" ? nodeProgram({ ...session.project, env }) : undefined,
    listener: display.listener,
    debugMessages: false,
    signal,
    clock: { now: () => new Date() },
    random: createSystemRandom(),
  },
);
display.close();
if (result !== "succeeded") process.exitCode = 1;
