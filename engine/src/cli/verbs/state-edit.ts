import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../errors.ts";
import { splitShellWords } from "../../program/shell-words.ts";
import { parseCheckpoint } from "../../state/checkpoint.ts";
import type { Envelope } from "../../state/checkpoint-envelope.ts";
import { fullStackName } from "../../state/checkpoint-write.ts";
import { encodeGoJson } from "../../state/go-json.ts";
import { verifyIntegrity } from "../../state/integrity.ts";
import type { Snapshot } from "../../state/resource.ts";
import type { Command, CommandProcess } from "../command.ts";
import { choose, isInteractive } from "../confirm.ts";
import { switchFlag } from "../operation-options.ts";
import { openStackSession, type StackSession } from "../stack-session.ts";

export const stateEditCommand: Command = {
  words: ["state", "edit"],
  aliases: ["update", "modify"],
  summary: "Edit a stack's state in $EDITOR; secrets stay encrypted",
  flags: {},
  examples: ["EDITOR=nano pulumi state edit --stack dev"],
  async run(args, process) {
    if (!isInteractive(process, switchFlag(args, "non-interactive"))) {
      throw new UserError("bad-usage", "pulumi state edit must be run in interactive mode");
    }
    const session = await openStackSession(args, process);
    const before = await session.store.readEnvelope();
    const folder = await mkdtemp(join(tmpdir(), "pulumi-state-edit-"));
    try {
      return await editUntilDecided(session, before, join(folder, "state.json"));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

type Attempt =
  | { readonly kind: "unchanged" }
  | { readonly kind: "invalid"; readonly problem: string }
  | { readonly kind: "valid"; readonly snapshot: Snapshot };

async function editUntilDecided(session: StackSession, before: Envelope, file: string): Promise<number> {
  const { process } = session;
  const original = textOf(before);
  await writeFile(file, original, { mode: 0o600 });
  for (;;) {
    await openEditor(file, process);
    const text = await readFile(file, "utf8");
    const attempt = await readEdited(session, before, text === original ? undefined : text);
    process.stdout.write(`Previewing state edit (${fullStackName(session.reference)})\n\n`);
    if (attempt.kind === "unchanged") {
      process.stderr.write("warning: provided state was not changed\n");
      return 0;
    }
    switch (await decide(attempt, text, process)) {
      case "accept":
        if (attempt.kind === "valid") await save(session, original, attempt.snapshot);
        return 0;
      case "edit":
        continue;
      case "reset":
        await writeFile(file, original);
        continue;
      default:
        throw new UserError("edit-cancelled", "confirmation cancelled, not proceeding with the state edit");
    }
  }
}

function decide(attempt: Attempt, text: string, process: CommandProcess): Promise<string | undefined> {
  if (attempt.kind === "valid") {
    process.stdout.write(`New state:\n${text.trimEnd()}\n`);
    return choose("Do you want to perform this edit?", ["accept", "edit", "reset", "cancel"], process);
  }
  if (attempt.kind === "invalid") {
    process.stderr.write(`error: provided state is not valid: ${attempt.problem}\n`);
  }
  return choose("Received invalid state. What would you like to do?", ["edit", "reset", "cancel"], process);
}

function textOf({ deployment }: Envelope): string {
  return `${encodeGoJson(deployment ?? {}, { indent: 2 })}\n`;
}

async function readEdited(
  { passphrase }: StackSession,
  { version, features }: Envelope,
  text: string | undefined,
): Promise<Attempt> {
  if (text === undefined) return { kind: "unchanged" };
  const marks = features.length === 0 ? "" : `"features":${JSON.stringify(features)},`;
  try {
    const file = `{"version":${Math.max(version, 3)},${marks}"deployment":${text}}`;
    const snapshot = await parseCheckpoint(file, passphrase);
    verifyIntegrity(snapshot);
    return { kind: "valid", snapshot };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "invalid", problem: error.message };
  }
}

/** What others wrote while the editor was open is not overwritten. */
async function save({ store }: StackSession, original: string, edited: Snapshot): Promise<void> {
  const lock = await store.lock();
  try {
    if (textOf(await store.readEnvelope()) !== original) {
      throw new UserError("state-changed", "the state was changed by another process while it was edited", {
        help: "Nothing was written. Run pulumi state edit again.",
      });
    }
    await store.save(edited);
  } finally {
    await lock.release();
  }
}

async function openEditor(file: string, { env, cwd }: CommandProcess): Promise<void> {
  const editor = env["EDITOR"] ?? "";
  const [command, ...args] = splitShellWords(editor);
  if (command === undefined) throw new UserError("no-editor", "no EDITOR environment variable set");
  const child = spawn(command, [...args, file], { cwd, env, stdio: "inherit" });
  const problem = await new Promise<string | undefined>((settle) => {
    child.on("error", (error) => settle(error.message));
    child.on("exit", (code, signal) => settle(code === 0 ? undefined : `exit status ${code ?? signal}`));
  });
  if (problem !== undefined) throw new UserError("no-editor", `Failed to exec EDITOR: ${problem}`);
}
