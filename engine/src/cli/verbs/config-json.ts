import {
  type ConfigValue,
  configText,
  hasSecure,
  isContainer,
  mapSecure,
} from "../../project/config-value.ts";
import { JsonRecord } from "../../state/go-json.ts";
import type { SecretsManager } from "../../state/secrets.ts";

/** A configuration value as tools read it; without a manager, secret ones are left out. */
export async function configValueJson(
  value: ConfigValue,
  secrets: SecretsManager | undefined,
): Promise<JsonRecord> {
  const secret = hasSecure(value);
  if (secret && secrets === undefined) return new JsonRecord([["secret", true]]);
  const plain = await revealConfig(value, secrets);
  return new JsonRecord([
    ["value", configText(plain)],
    ["objectValue", isContainer(plain) ? withDoubles(plain) : undefined],
    ["secret", secret],
  ]);
}

/** Readers of JSON get numbers as they hold them: as doubles. */
function withDoubles(value: ConfigValue): ConfigValue {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withDoubles);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withDoubles(item)]));
}

/** A value with its secrets in clear, or each as `[secret]` where no manager is given. */
export function revealConfig(value: ConfigValue, secrets: SecretsManager | undefined): Promise<ConfigValue> {
  return mapSecure(value, async (text) => (secrets === undefined ? "[secret]" : secrets.decrypt(text)));
}
