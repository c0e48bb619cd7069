import { existsSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { parseDocument } from "yaml";
import type { EngineChoice } from "../engine-choice.ts";
import { messageOf } from "../errors.ts";
import { prepareWorkspace } from "../workspace.ts";
import { type RecordedState, readRecordedState, sealSecrets } from "./recorded-state.ts";
import type { PrivateCopy } from "./revision-stack.ts";

/** A stack's recorded state as a review may use it, and what the reader has to know about it. */
export interface FoundState extends PrivateCopy {
  readonly notes: readonly string[];
}

export interface StateSource {
  readonly stack: string;
  readonly root: string;
  readonly local: string;
  readonly engine: EngineChoice;
  /** File of an exported checkpoint; undefined = what the backend has. */
  readonly file: string | undefined;
  /** The stack's settings as the working tree has them. */
  readonly settings: string;
  readonly env: { readonly [name: string]: string | undefined };
}

/** Finds what is recorded of a stack. Secrets that nobody here can decrypt become unknown. */
export async function findState(source: StateSource): Promise<FoundState> {
  const passphrase = passphraseFor(source.settings, source.env);
  if (source.file !== undefined) return fromFile(readRecordedState(source.file), source, passphrase);
  const state = await exportRecorded(source);
  if (state !== undefined) return { state, passphrase, salt: undefined, notes: [] };
  return { state, passphrase, salt: undefined, notes: ["no state is known: everything counts as new"] };
}

/** Variables that decrypt the settings: none are needed where nothing in them is secret. */
function passphraseFor(settings: string, env: StateSource["env"]): PrivateCopy["passphrase"] {
  const given = passphraseOf(env);
  if (given !== undefined) return given;
  return parseDocument(settings).has("encryptionsalt") ? undefined : {};
}

function passphraseOf(env: StateSource["env"]): { readonly [name: string]: string } | undefined {
  const names = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
  const given = names.flatMap((name) => {
    const value = env[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function fromFile(
  recorded: RecordedState,
  { settings, env }: StateSource,
  passphrase: PrivateCopy["passphrase"],
): FoundState {
  const salt = saltOf(recorded);
  const own = parseDocument(settings).get("encryptionsalt");
  if (passphraseOf(env) !== undefined && salt !== undefined && (own === undefined || own === salt)) {
    return { state: recorded, passphrase, salt, notes: [] };
  }
  const { state, sealed } = sealSecrets(recorded);
  const note =
    `${sealed} recorded secrets cannot be decrypted here: each counts as equal to the secret in its place, ` +
    "so a change inside one is not seen";
  return { state, passphrase, salt: undefined, notes: sealed === 0 ? [] : [note] };
}

function saltOf(recorded: RecordedState): string | undefined {
  const provider = recorded.deployment["secrets_providers"] as
    | { readonly type?: unknown; readonly state?: { readonly salt?: unknown } }
    | undefined;
  const salt = provider?.state?.salt;
  return provider?.type === "passphrase" && typeof salt === "string" ? salt : undefined;
}

/** What the stack's backend has, secrets in clear; undefined where the stack is not there. */
async function exportRecorded({ stack, root, local, engine, env }: StateSource) {
  if (env["PULUMI_BACKEND_URL"] === undefined && !existsSync(join(local, "state", ".pulumi")))
    return undefined;
  const workspace = prepareWorkspace({ root, local, stack, env });
  const pulumiCommand = engine.command;
  try {
    const selected = await LocalWorkspace.selectStack(
      { stackName: stack, workDir: workspace.directory },
      { pulumiCommand, envVars: { ...workspace.env } },
    );
    // Its secrets are in clear now: they are encrypted anew, with a passphrase of the copy's own.
    return sealSecrets((await selected.exportStack()) as RecordedState).state;
  } catch (error) {
    if (/no stack named/.test(messageOf(error))) return undefined;
    throw error;
  }
}
