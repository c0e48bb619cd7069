import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../ops/review/rules.ts";

const HEAD = "| rule | level | what |\n|---|---|---|\n";

/** docs/review.md with the table of rules as they are. */
export function renderReview(text: string): string {
  const rows = rules.map(({ id, level, about }) => `| \`${id}\` | ${level} | ${about} |`);
  return `${text.slice(0, text.indexOf(HEAD))}${HEAD}${rows.join("\n")}\n`;
}

if (import.meta.main) {
  const file = join(import.meta.dirname, "review.md");
  writeFileSync(file, renderReview(readFileSync(file, "utf8")));
}
