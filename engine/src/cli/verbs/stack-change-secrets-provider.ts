import { createInterface } from "node:readline";
import { UserError } from "../../errors.ts";
import { hasSecure, mapSecure } from "../../project/config-value.ts";
import { refuseOtherProvider } from "../../project/stack-secrets.ts";
import { createPassphraseManager, type PassphraseManager } from "../../state/passphrase.ts";
import type { Snapshot } from "../../state/resource.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { printLine } from "../print-json.ts";
import { requiredArgument } from "../refuse-arguments.ts";
import { secretPrompt } from "../secret-prompt.ts";
import { type ConfigSession, openConfigSession } from "../stack-session.ts";

export const stackChangeSecretsProviderCommand: Command = {
  words: ["stack", "change-secrets-provider"],
  summary: "Encrypt a stack's secrets with another passphrase, read from the standard input",
  positionals: "passphrase",
  flags: {},
  examples: ["pulumi stack change-secrets-provider passphrase < new-passphrase.txt"],
  async run(args, process) {
    refuseOtherProvider(requiredArgument(args));
    const session = await openConfigSession(args, process);
    // What the old passphrase protects is read before anything is written.
    const plain = await readConfig(session);
    const snapshot = await session.store.load();
    const manager = await createPassphraseManager(await readNewPassphrase(args, process));
    printLine("Migrating old configuration and state to new secrets provider", process);
    await migrate(session, { plain, snapshot, manager });
    return 0;
  },
};

/** Secrets of the configuration in clear, each in place of its ciphertext. */
async function readConfig({ settings, secrets }: ConfigSession): Promise<ReadonlyMap<string, string>> {
  const plain = new Map<string, string>();
  if (!hasSecure(settings.config)) return plain;
  const manager = await secrets();
  await mapSecure(settings.config, async (ciphertext) => {
    plain.set(ciphertext, await manager.decrypt(ciphertext));
    return null;
  });
  return plain;
}

interface Migration {
  readonly plain: ReadonlyMap<string, string>;
  readonly snapshot: Snapshot;
  readonly manager: PassphraseManager;
}

/** State and settings each name the salt they were encrypted with: dying between the two loses neither. */
async function migrate(session: ConfigSession, { plain, snapshot, manager }: Migration): Promise<void> {
  const { settings, store, backend, reference } = session;
  const lock = await store.lock();
  try {
    await backend.stack(reference, manager).save({ ...snapshot, secretsProvider: manager.record });
    settings.encryptionSalt = manager.salt;
    for (const [key, value] of Object.entries(settings.config)) {
      if (!hasSecure(value)) continue;
      const changed = await mapSecure(value, async (text) => ({
        secure: await manager.encrypt(plain.get(text) ?? ""),
      }));
      settings.set(key, [], changed);
    }
    await settings.save();
  } finally {
    await lock.release();
  }
}

async function readNewPassphrase(args: CommandArguments, process: CommandProcess): Promise<string> {
  const ask = secretPrompt(args, process);
  if (ask === undefined) return readLine(process.stdin);
  const [first = "", second] = await ask([
    "Enter your new passphrase to protect config/secrets",
    "Re-enter your new passphrase to confirm",
  ]);
  if (first === second) return first;
  throw new UserError("passphrases-differ", "passphrases do not match");
}

async function readLine(input: NodeJS.ReadableStream): Promise<string> {
  const reader = createInterface({ input });
  try {
    for await (const line of reader) return line.trim();
    return "";
  } finally {
    reader.close();
  }
}
