import { type Document, isScalar, isMap as isYamlMap, parseDocument } from "yaml";
import { standInSecrets } from "../../contracts/stand-in-secrets.ts";

/** Settings of a stack without the secrets that nobody here can decrypt. */
export interface SealedSettings {
  readonly text: string;
  /** Keys whose value is stood in for. */
  readonly keys: readonly string[];
}

/** Puts values of the same shape in place of secret settings, which programs may have to parse. */
export function sealSettings(text: string): SealedSettings {
  const settings = parseDocument(text);
  const keys = Object.keys(secretsOf(settings));
  for (const key of keys) {
    settings.setIn(["config", key], standInSecrets[key.slice(key.indexOf(":") + 1)] ?? "not-known");
  }
  for (const key of ["encryptionsalt", "encryptedkey", "secretsprovider"]) settings.delete(key);
  return { text: settings.toString(), keys };
}

/** Secret settings whose ciphertext is another, or new. */
export function changedSecrets(before: string, after: string): string[] {
  const olds = secretsOf(parseDocument(before));
  const news = secretsOf(parseDocument(after));
  return Object.keys(news)
    .filter((key) => olds[key] !== news[key])
    .sort();
}

/** Key -> ciphertext of settings that are secret as a whole. */
function secretsOf(settings: Document.Parsed): { readonly [key: string]: string } {
  const config = settings.get("config");
  if (!isYamlMap(config)) return {};
  const found = config.items.flatMap(({ key, value }) => {
    const ciphertext = isYamlMap(value) ? value.get("secure") : undefined;
    return isScalar(key) && typeof ciphertext === "string" ? [[String(key.value), ciphertext] as const] : [];
  });
  return Object.fromEntries(found);
}
