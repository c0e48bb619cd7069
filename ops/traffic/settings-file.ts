import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { replaceFile } from "../replace-file.ts";

/** Settings by their dotted names below the project: `gateway.pythonWeight`, `replication`. */
export type SettingChanges = { readonly [name: string]: string | number };

/**
 * Writes settings into the stack's file in the checkout, comments and order kept. The file is what every later update
 * reads, with either engine: what is deployed and what the checkout says stay one.
 */
export function writeSettings(
  root: string,
  { project, stack }: { readonly project: string; readonly stack: string },
  changes: SettingChanges,
): void {
  const file = join(root, settingsFile(stack));
  const before = readFileSync(file, "utf8");
  const document = parseDocument(before);
  for (const [name, value] of Object.entries(changes)) {
    const [first = "", ...rest] = name.split(".");
    document.setIn(["config", `${project}:${first}`, ...rest], value);
  }
  const after = document.toString();
  if (after === before) return;
  replaceFile(file, after);
}

/** Name of a stack's file of settings. */
export function settingsFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}
