import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { parseDocument } from "yaml";
import type { EngineChoice } from "../engine-choice.ts";
import { prepareWorkspace, type Workspace } from "../workspace.ts";
import type { RecordedState } from "./recorded-state.ts";
import { sealSettings } from "./stand-in-settings.ts";

/** A stack as one revision of the program sees it, with a workspace of its own. */
export interface RevisionStack {
  readonly stack: Stack;
  /** Secret settings that are stood in for. */
  readonly sealedSettings: readonly string[];
  remove(): void;
}

/** Which program runs for which stack on which engine. */
export interface Revision {
  /** Checkout whose program runs. */
  readonly root: string;
  readonly stack: string;
  readonly engine: EngineChoice;
}

type Environment = { readonly [name: string]: string };

/** What a private copy of a stack is made of. */
export interface PrivateCopy {
  /** Undefined = nothing is recorded: everything is new. */
  readonly state: RecordedState | undefined;
  /** Variables that decrypt the stack's secrets; undefined = nobody here can. */
  readonly passphrase: Environment | undefined;
  /** The salt that the state's secrets were encrypted with, where they still are. */
  readonly salt: string | undefined;
}

/** Makes a copy of a stack in a backend of its own, with an engine that may contact nobody. */
export function openPrivateStack(revision: Revision, copy: PrivateCopy): Promise<RevisionStack> {
  return inFolder(async (folder) => {
    const { passphrase, state, salt } = copy;
    const workspace = prepare(revision, folder, passphrase ?? {});
    const file = join(workspace.directory, `Pulumi.${revision.stack}.yaml`);
    const sealed = passphrase === undefined ? sealSettings(readFileSync(file, "utf8")) : undefined;
    if (sealed !== undefined) writeFileSync(file, sealed.text);
    if (salt !== undefined) writeFileSync(file, withSalt(readFileSync(file, "utf8"), salt));
    const options = {
      pulumiCommand: revision.engine.command,
      envVars: { ...workspace.env, ...passphrase, PULUMI_ENGINE_OFFLINE: "true" },
      ...(revision.engine.kind === "embedded" && { pulumiHome: join(folder, "home") }),
    };
    const at = { stackName: revision.stack, workDir: workspace.directory };
    const stack = await LocalWorkspace.createStack(at, options);
    if (state !== undefined) await importState(stack, { state, isSealed: salt === undefined });
    return { stack, sealedSettings: sealed?.keys ?? [] };
  });
}

/** What is in clear, or unknown, is encrypted as the copy encrypts. */
async function importState(
  stack: Stack,
  { state, isSealed }: { readonly state: RecordedState; readonly isSealed: boolean },
): Promise<void> {
  const { encryptionSalt: salt } = await stack.workspace.stackSettings(stack.name);
  const provider = { type: "passphrase", state: { salt } };
  const deployment = { ...state.deployment, ...(isSealed && { secrets_providers: provider }) };
  await stack.importStack({ ...state, deployment } as Parameters<Stack["importStack"]>[0]);
}

/** Opens the stack where it really is: `real` says where that is, and how its secrets are opened. */
export function openLiveStack(revision: Revision, real: Workspace): Promise<RevisionStack> {
  return inFolder(async (folder) => {
    const settings = `Pulumi.${revision.stack}.yaml`;
    // The salt of a local stack's secrets is in the workspace's copy of its settings.
    mkdirSync(join(folder, "workspace"));
    const kept = join(real.directory, settings);
    if (existsSync(kept)) copyFileSync(kept, join(folder, "workspace", settings));
    const workspace = prepare(revision, folder, { ...process.env, ...real.env });
    const pulumiCommand = revision.engine.command;
    const stack = await LocalWorkspace.selectStack(
      { stackName: revision.stack, workDir: workspace.directory },
      { pulumiCommand, envVars: { ...real.env } },
    );
    return { stack, sealedSettings: [] };
  });
}

function prepare(
  { root, stack }: Revision,
  local: string,
  env: { readonly [name: string]: string | undefined },
): Workspace {
  return prepareWorkspace({ root, local, stack, env });
}

async function inFolder(
  open: (folder: string) => Promise<Omit<RevisionStack, "remove">>,
): Promise<RevisionStack> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "trials-review-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    return { ...(await open(folder)), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function withSalt(text: string, salt: string): string {
  const settings = parseDocument(text);
  settings.set("encryptionsalt", salt);
  return settings.toString();
}
