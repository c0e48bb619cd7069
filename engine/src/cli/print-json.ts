import { encodeGoJson, type JsonValue } from "../state/go-json.ts";
import type { CommandProcess } from "./command.ts";

/** Prints JSON as the official CLI does: two spaces a level, keys of maps sorted, a line's end after it. */
export function printJson(value: JsonValue, { stdout }: CommandProcess): void {
  stdout.write(`${encodeGoJson(value, { indent: 2 })}\n`);
}

/** Prints one line. */
export function printLine(text: string, { stdout }: CommandProcess): void {
  stdout.write(`${text}\n`);
}
