import { UserError } from "../errors.ts";
import { type PassphraseSecrets, saltOf } from "../state/passphrase.ts";
import type { SecretsProviderRecord } from "../state/resource.ts";
import type { SecretsManager } from "../state/secrets.ts";
import type { StackSettings } from "./stack-settings.ts";

/**
 * The secrets manager of a stack. A stack without a salt gets the one that `recorded` has, or a new one; it is written
 * into the settings: the file says so from then on.
 *
 * @param recorded what the stack's state was encrypted with, where that is to be kept.
 * @throws UserError `wrong-passphrase`, `no-passphrase`, `secrets-provider-unsupported`.
 */
export async function openStackSecrets(
  settings: StackSettings,
  passphrase: PassphraseSecrets,
  recorded: () => Promise<SecretsProviderRecord | undefined> = async () => undefined,
): Promise<SecretsManager> {
  refuseOtherProvider(settings.secretsProvider);
  if (settings.encryptionSalt !== "") return passphrase.openSalt(settings.encryptionSalt);
  const record = await recorded();
  if (record !== undefined) {
    const manager = await passphrase.open(record);
    settings.adoptSalt(saltOf(record));
    // Without the file, the state tells the salt the next time, too.
    await settings.save().catch(() => undefined);
    return manager;
  }
  const manager = await passphrase.create();
  settings.encryptionSalt = manager.salt;
  await settings.save();
  return manager;
}

const PROVIDERS = ["default", "passphrase", "awskms", "azurekeyvault", "gcpkms", "hashivault"];

/** Accepts the names of the passphrase provider. @throws UserError `secrets-provider-unsupported`. */
export function refuseOtherProvider(provider: string): void {
  if (["", "default", "passphrase"].includes(provider)) return;
  const [kind = ""] = provider.split(":");
  if (!PROVIDERS.includes(kind)) {
    throw new UserError(
      "secrets-provider-unsupported",
      `unknown secrets provider type '${kind}' (supported values: ${PROVIDERS.join(",")})`,
    );
  }
  throw new UserError(
    "secrets-provider-unsupported",
    `secrets provider '${provider}' is not supported: this engine encrypts with a passphrase only`,
    { help: "Use `passphrase`, or change the stack's provider with the official CLI." },
  );
}
