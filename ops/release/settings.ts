import { createHmac, scryptSync } from "node:crypto";
import { readFileSync } from "node:fs";
import type { RecordedSetting, RecordedSettings } from "../../contracts/release.ts";
import { canonicalJson, sha256 } from "./canonical-json.ts";

/** What secret settings are fingerprinted with, so that nobody without it can try values until one fits. */
export interface FingerprintKey {
  readonly id: string;
  readonly bytes: Buffer;
}

type Environment = { readonly [name: string]: string | undefined };

/**
 * The key of a stack: from the passphrase of its secrets where it has one, so that all who deploy it have the same;
 * else from the store's own salt, which only who may read the store has.
 */
export function fingerprintKey(salt: string, env: Environment): FingerprintKey {
  const bytes = scryptSync(passphraseOf(env) ?? "", salt, 32);
  return { id: sha256(bytes).slice(0, 16), bytes };
}

function passphraseOf(env: Environment): string | undefined {
  const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  return (
    env["PULUMI_CONFIG_PASSPHRASE"] ?? (file === undefined ? undefined : readFileSync(file, "utf8").trim())
  );
}

/** A stack's settings with secrets in clear, as the Automation API gives them. */
export interface SettingsInClear {
  readonly [key: string]: { readonly value: string; readonly secret?: boolean };
}

/** Settings as a record may have them: none is left out, and of a secret there is a fingerprint only. */
export function recordSettings(settings: SettingsInClear, key: FingerprintKey): RecordedSettings {
  const values = Object.fromEntries(
    Object.entries(settings)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, setting]) => [name, recordSetting(name, setting, key)]),
  );
  return { fingerprint: sha256(canonicalJson(values)), key: key.id, values };
}

/** The name is in the fingerprint too, so that two settings with one value do not tell that they are equal. */
function recordSetting(
  name: string,
  { value, secret }: SettingsInClear[string],
  key: FingerprintKey,
): RecordedSetting {
  if (secret !== true) return { value };
  return {
    secret: createHmac("sha256", key.bytes)
      .update(canonicalJson([name, value]))
      .digest("hex"),
  };
}
