import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { text as readStream } from "node:stream/consumers";
import { UserError } from "../../errors.ts";
import { parseUrn } from "../../plan/urn.ts";
import { writeTextFile } from "../../project/text-file.ts";
import { parseCheckpoint } from "../../state/checkpoint.ts";
import { serializeDeployment, serializeExport } from "../../state/checkpoint-write.ts";
import { verifyIntegrity } from "../../state/integrity.ts";
import type { Snapshot } from "../../state/resource.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { switchFlag, textFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";
import { problemList } from "../problem-list.ts";
import { openStackSession, type StackSession } from "../stack-session.ts";

export const stackExportCommand: Command = {
  words: ["stack", "export"],
  summary: "Print a stack's state",
  flags: {
    file: { value: "FILE", summary: "Write to a file" },
    "show-secrets": { summary: "Show secrets in clear" },
    version: { value: "N", summary: "Not possible here: a folder keeps no numbered versions" },
  },
  examples: ["pulumi stack export --file state.json"],
  async run(args, process) {
    const { store, reference } = await openStackSession(args, process);
    refuseVersion(args);
    const text = switchFlag(args, "show-secrets")
      ? serializeDeployment(
          await store.loadUnchecked().catch((error: unknown) => {
            throw explainUnread(error, reference.stack);
          }),
        )
      : serializeExport(await store.readEnvelope());
    const file = textFlag(args, "file");
    if (file === undefined) process.stdout.write(text);
    // A state may hold secrets in clear here, and always holds what not everyone should read.
    else await writeTextFile(resolve(process.cwd, file), text, 0o600);
    return 0;
  },
};

function refuseVersion(args: CommandArguments): void {
  if (textFlag(args, "version") === undefined) return;
  throw new UserError(
    "no-versions",
    `the current backend (${hostname()}) does not provide the ability to export previous deployments`,
    {
      help: "The state after each update is beside its entry in .pulumi/history of the backend's folder.",
    },
  );
}

export const stackImportCommand: Command = {
  words: ["stack", "import"],
  summary: "Replace a stack's state by one that was exported",
  flags: {
    file: { value: "FILE", summary: "Read from a file instead of the standard input" },
    force: { short: "f", summary: "Import it though it has errors or is another stack's" },
  },
  examples: ["pulumi stack import --file state.json"],
  async run(args, process) {
    const session = await openStackSession(args, process);
    const file = textFlag(args, "file");
    const text =
      file === undefined ? await readStream(process.stdin) : await readExport(resolve(process.cwd, file));
    const snapshot = await parseCheckpoint(text, session.passphrase, file ?? "standard input").catch(
      (error: unknown) => {
        throw explainUnread(error, session.reference.stack);
      },
    );
    const force = switchFlag(args, "force");
    report(problemsOf(snapshot, session), force, process);
    await replaceState(session, snapshot);
    printLine("Import complete.", process);
    return 0;
  },
};

async function readExport(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new UserError("file-not-readable", `could not open file: ${String(cause)}`, { cause });
  }
}

const ABOUT_SECRETS: ReadonlySet<string> = new Set([
  ...["wrong-passphrase", "no-passphrase", "secret-unreadable", "secrets-provider-unsupported"],
]);

/** Of a state that another release wrote, the official CLI names the stack; of its secrets, what was being done. */
function explainUnread(error: unknown, stack: string): unknown {
  if (!(error instanceof UserError)) return error;
  if (ABOUT_SECRETS.has(error.code)) return error.during("could not deserialize deployment");
  const message = {
    "state-too-old": `the stack '${stack}' is too old to be used by this version of the Pulumi CLI`,
    "state-too-new":
      `the stack '${stack}' is newer than what this version of the Pulumi CLI understands. ` +
      "Please update your version of the Pulumi CLI",
  }[error.code];
  return message === undefined ? error : new UserError(error.code, message, { cause: error });
}

function problemsOf(snapshot: Snapshot, { reference }: StackSession): readonly string[] {
  const strangers = snapshot.resources.flatMap(({ urn }) => {
    const stack = parseUrn(urn)?.stack ?? "";
    return stack === reference.stack
      ? []
      : [`resource '${urn}' is from a different stack (${stack} != ${reference.stack})`];
  });
  try {
    verifyIntegrity(snapshot);
    return strangers;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [...strangers, `state file contains errors: ${error.message}`];
  }
}

function report(problems: readonly string[], force: boolean, { stderr }: CommandProcess): void {
  if (problems.length === 0) return;
  if (force) {
    for (const problem of problems) stderr.write(`warning: ${problem}\n`);
    return;
  }
  const all = [...problems, "importing this file could be dangerous; rerun with --force to proceed anyway"];
  throw new UserError("import-refused", problemList(all));
}

/** Pending operations say what was under way elsewhere: they are not taken over. */
async function replaceState({ store, process }: StackSession, snapshot: Snapshot): Promise<void> {
  for (const { type, resource } of snapshot.pendingOperations) {
    process.stderr.write(
      `warning: removing pending operation '${type}' on '${resource.urn}' from snapshot\n`,
    );
  }
  const lock = await store.lock();
  try {
    await store.saveUnchecked({ ...snapshot, pendingOperations: [] });
  } finally {
    await lock.release();
  }
}
