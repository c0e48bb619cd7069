import { UserError } from "../errors.ts";
import { ROOT_STACK_TYPE } from "../plan/urn.ts";
import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";
import { compareUtf8, encodeGoJson, type JsonValue } from "../state/go-json.ts";
import { encodeProperties, plaintextWriter } from "../state/property-json.ts";
import type { Snapshot } from "../state/resource.ts";
import type { SecretsManager } from "../state/secrets.ts";
import { renderTable } from "./table.ts";

const HIDDEN = "[secret]";

/** Reads secrets as the text `[secret]`: for commands that show a state without needing its passphrase. */
export const blindSecrets: SecretsManager = {
  record: undefined,
  decrypt: async () => JSON.stringify(HIDDEN),
  encrypt: async () => {
    throw new UserError("secret-unreadable", "a state that was read without its secrets cannot be written");
  },
};

/** The outputs of a stack, as JSON: secrets in clear, or each as `[secret]`. */
export function stackOutputs(
  snapshot: Snapshot,
  showSecrets: boolean,
): { readonly [name: string]: JsonValue } {
  const root = snapshot.resources.find(({ type, parent }) => type === ROOT_STACK_TYPE && parent === "");
  const outputs = openSecrets(root?.outputs ?? {}, showSecrets);
  return encodeProperties(outputs, plaintextWriter) as {
    readonly [name: string]: JsonValue;
  };
}

/** Secrets in clear, or each as `[secret]`. */
export function openSecrets(map: PropertyMap, showSecrets: boolean): PropertyMap {
  const open = (value: PropertyValue): PropertyValue => {
    if (value instanceof Secret) return showSecrets ? open(value.value) : HIDDEN;
    if (isPropertyArray(value)) return value.map(open);
    return isPropertyMap(value) ? openSecrets(value, showSecrets) : value;
  };
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, open(value)]));
}

/** An output on a line of its own: texts as they are, everything else as JSON. */
export function outputText(value: JsonValue): string {
  return typeof value === "string" ? value : encodeGoJson(value);
}

/** The outputs of a stack as a table. */
export function renderOutputs(outputs: { readonly [name: string]: JsonValue }): string {
  const names = Object.keys(outputs).sort(compareUtf8);
  const title = `Current stack outputs (${names.length}):\n`;
  if (names.length === 0) return `${title}    No output values currently in this stack\n`;
  const rows = names.map((name) => ({ cells: [name, outputText(outputs[name] ?? null)] }));
  return title + renderTable(["OUTPUT", "VALUE"], rows, "    ");
}
