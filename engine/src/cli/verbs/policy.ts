import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { eventLines } from "../../display/event-log.ts";
import { choosePaint } from "../../display/paint.ts";
import { renderClosing } from "../../display/render-closing.ts";
import { renderDiffEvent } from "../../display/render-diff-event.ts";
import { applyEvent, emptyView } from "../../display/rows.ts";
import { UserError } from "../../errors.ts";
import type { EngineEvent } from "../../events.ts";
import { analyzeState } from "../../execute/analyze-state.ts";
import { startGrpcServer } from "../../grpc/server.ts";
import { parseUrn } from "../../plan/urn.ts";
import { createPolicyHost } from "../../policy/policy-host.ts";
import { engineService } from "../../protocol/engine-service.ts";
import { parseCheckpoint } from "../../state/checkpoint.ts";
import { createPassphraseSecrets } from "../../state/passphrase.ts";
import { passphraseSource } from "../../state/passphrase-source.ts";
import type { ResourceState, Snapshot } from "../../state/resource.ts";
import { PULUMI_VERSION } from "../../version.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { policyFlags } from "../operation-flags.ts";
import { switchFlag, textFlag } from "../operation-options.ts";
import { policyPackSources } from "../policy-flags.ts";
import { blindSecrets } from "../stack-outputs.ts";
import { openStackSession } from "../stack-session.ts";

const clock = { now: () => new Date() };

const analyzeCommand: Command = {
  words: ["policy", "analyze"],
  summary: "Let policy packs judge what is recorded, and change nothing",
  flags: {
    ...policyFlags,
    file: { value: "FILE", summary: "Judge a state that stack export wrote, instead of a stack" },
    diff: { summary: "Tell what the packs say one after the other, instead of a summary" },
  },
  examples: [
    "pulumi policy analyze --policy-pack policy",
    "pulumi policy analyze --policy-pack policy --file state.json",
  ],
  async run(args, process) {
    refuseContradictions(args);
    const { resources, source } = await openState(args, process);
    const [first] = resources;
    if (first === undefined) {
      process.stderr.write(`${source} has no resources; nothing to analyze.\n`);
      return 0;
    }
    const isAdmitted = await analyze(resources, args, process);
    if (isAdmitted) return 0;
    throw new UserError("policy-violated", "one or more mandatory policy violations were found");
  },
};

function refuseContradictions(args: CommandArguments): void {
  if (policyPackSources(args).length === 0) {
    throw new UserError("bad-usage", "at least one --policy-pack path must be specified");
  }
  for (const [one, other] of [
    ["diff", "json"],
    ["file", "stack"],
  ] as const) {
    if (!args.flags[one] || !args.flags[other]) continue;
    const message = `if any flags in the group [${one} ${other}] are set none of the others can be`;
    throw new UserError("bad-usage", message);
  }
}

interface JudgedState {
  readonly resources: readonly ResourceState[];
  /** How messages call it. */
  readonly source: string;
}

async function openState(args: CommandArguments, process: CommandProcess): Promise<JudgedState> {
  const file = textFlag(args, "file");
  if (file !== undefined) {
    return { resources: (await readStateFile(file, process)).resources, source: `File ${file}` };
  }
  const { store, name } = await openStackSession(args, process);
  return { resources: (await store.load()).resources, source: `Stack ${name}` };
}

/** Secrets that cannot be decrypted here are judged as the text `[secret]`. */
async function readStateFile(file: string, { cwd, env, stderr }: CommandProcess): Promise<Snapshot> {
  const text = await readFile(resolve(cwd, file), "utf8").catch((cause: unknown) => {
    throw new UserError("file-not-readable", `could not open file: ${String(cause)}`, { cause });
  });
  try {
    return await parseCheckpoint(text, createPassphraseSecrets(passphraseSource({ env, cwd })), file);
  } catch (error) {
    // Where something else is wrong with the file, it is so again.
    const redacted = await parseCheckpoint(text, blindSecrets, file).catch(() => undefined);
    if (redacted === undefined) throw error;
    stderr.write(`warning: could not decrypt secrets in ${file}; analyzing with secret values redacted\n`);
    return redacted;
  }
}

async function analyze(
  resources: readonly ResourceState[],
  args: CommandArguments,
  process: CommandProcess,
): Promise<boolean> {
  const onOutput = ({ message }: { readonly message: string }) => process.stderr.write(message);
  const version = PULUMI_VERSION.replace(/^v/, "");
  const server = await startGrpcServer([engineService({ version, log: onOutput })]);
  const { env, cwd } = process;
  const packSources = policyPackSources(args);
  const host = createPolicyHost({ packs: packSources, engineAddress: server.address, env, cwd, onOutput });
  try {
    const packs = await host.load(subjectOf(resources));
    try {
      const show = openShow(resources, args, process);
      const isAdmitted = await analyzeState(resources, packs, show.listener);
      show.finish(isAdmitted, Object.fromEntries(packs.map(({ info }) => [info.name, info.version])));
      return isAdmitted;
    } finally {
      await Promise.all(packs.map((pack) => pack.close()));
    }
  } finally {
    server.close();
  }
}

/** Whose resources they are: of one stack, or of several. */
function stackOf(resources: readonly ResourceState[]): { readonly project: string; readonly stack: string } {
  const owners = new Map(
    resources.map(({ urn }) => {
      const { project = "unknown", stack = "unknown" } = parseUrn(urn) ?? {};
      return [`${stack}::${project}`, { project, stack }] as const;
    }),
  );
  const [owner = { project: "unknown", stack: "unknown" }, ...others] = owners.values();
  return others.length === 0 ? owner : { project: "multiple", stack: "multiple" };
}

function subjectOf(resources: readonly ResourceState[]) {
  return {
    organization: "",
    ...stackOf(resources),
    preview: false,
    config: {},
    configSecretKeys: [],
    tags: {},
  };
}

interface Show {
  readonly listener: (event: EngineEvent) => void;
  finish(isAdmitted: boolean, packs: { readonly [name: string]: string }): void;
}

function openShow(
  resources: readonly ResourceState[],
  args: CommandArguments,
  { stdout, env }: CommandProcess,
): Show {
  const color = textFlag(args, "color");
  const paint = choosePaint({ color, env, isTerminal: stdout.isTTY === true });
  const options = { paint, showSames: false, showReplacementSteps: false, suppressOutputs: false };
  if (switchFlag(args, "diff")) {
    const listener = (event: EngineEvent) => void stdout.write(renderDiffEvent(event, new Map(), options));
    return { listener, finish: () => undefined };
  }
  if (switchFlag(args, "json")) {
    const listener = eventLines({ color: color ?? "raw", now: clock.now }, (line) =>
      stdout.write(`${line}\n`),
    );
    return { listener, finish: (isAdmitted, packs) => listener(summaryOf(isAdmitted, packs)) };
  }
  let view = emptyView("");
  const listener = (event: EngineEvent) => {
    view = applyEvent(view, event, 0).view;
  };
  return {
    listener,
    finish(isAdmitted, packs) {
      listener(summaryOf(isAdmitted, packs));
      const { project, stack } = stackOf(resources);
      const closing = { ...options, isTerminal: false, operation: "update", preview: false } as const;
      stdout.write(`    pulumi:pulumi:Stack ${project}-${stack}  \n`);
      stdout.write(renderClosing(view, { ...closing, showPolicyRemediations: true }));
    },
  };
}

function summaryOf(isAdmitted: boolean, policyPacks: { readonly [name: string]: string }): EngineEvent {
  return {
    ...{ kind: "summary", isPreview: false, maybeCorrupt: false, durationSeconds: 0, resourceChanges: {} },
    ...{ policyPacks, result: isAdmitted ? "succeeded" : "failed" },
  };
}

export const policyCommands: readonly Command[] = [analyzeCommand];
