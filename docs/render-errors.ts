import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "../engine/src/error-codes.ts";

/** docs/errors.md, from the table of the engine's error codes. */
export function renderErrors(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { meaning, remedy }]) => `| \`${code}\` | ${meaning} | ${remedy} |`,
  );
  return [
    "# Errors of the engine",
    "",
    "Every error that a person can mend is a `UserError` with a code; programs that embed the engine tell them apart by it.",
    "The message says what happened where; this is what a code means. Rendered by `npm run render`.",
    "",
    "| code | meaning | what to do |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "errors.md"), renderErrors());
