import { UserError } from "../errors.ts";
import type { PassphraseSecrets } from "../state/passphrase.ts";
import type { SecretsManager } from "../state/secrets.ts";
import type { StackSettings } from "./stack-settings.ts";

/**
 * The secrets manager of a stack. A stack without a salt gets one, which is written into its settings: the file says so
 * from then on. @throws UserError `wrong-passphrase`, `no-passphrase`, `secrets-provider-unsupported`.
 */
export async function openStackSecrets(
  settings: StackSettings,
  passphrase: PassphraseSecrets,
): Promise<SecretsManager> {
  try {
    refuseOtherProvider(settings.secretsProvider);
    if (settings.encryptionSalt !== "") return await passphrase.openSalt(settings.encryptionSalt);
    const manager = await passphrase.create();
    settings.encryptionSalt = manager.salt;
    await settings.save();
    return manager;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `get stack secrets manager: ${error.message}`, {
      ...(error.help === undefined ? {} : { help: error.help }),
      cause: error,
    });
  }
}

/** Accepts the names of the passphrase provider. @throws UserError `secrets-provider-unsupported`. */
export function refuseOtherProvider(provider: string): void {
  if (["", "default", "passphrase"].includes(provider)) return;
  throw new UserError(
    "secrets-provider-unsupported",
    `secrets provider '${provider}' is not supported: this engine encrypts with a passphrase only`,
    { help: "Use `passphrase`, or change the stack's provider with the official CLI." },
  );
}
