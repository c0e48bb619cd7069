import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodesOf } from "../ops/exit-codes.ts";
import { renderFlag } from "../ops/help.ts";
import { verbs } from "../ops/main.ts";
import type { Verb } from "../ops/verb.ts";

/** docs/commands.md, from the table of verbs. */
export async function renderCommands(): Promise<string> {
  const loaded = await Promise.all(Object.values(verbs).map((load) => load()));
  return [
    "# Commands",
    "",
    "Every command of `./infra`. All of them take `--help` and `--json` (JSON on standard output alone; progress and errors",
    "go to standard error). A command that fails names its trail in `.infra/trail`: what was done and what was not, resource",
    "by resource; the last 50 are kept. Ctrl-C once finishes and records what runs; twice ends at once. Rendered by",
    "`npm run render`.",
    "",
    ...loaded.flatMap(renderCommand),
  ].join("\n");
}

function renderCommand(verb: Verb): string[] {
  const flags = Object.entries(verb.flags).map(
    ([name, flag]) => `| \`${renderFlag(name, flag)}\` | ${escapeCell(flag.summary)} |`,
  );
  const codes = exitCodesOf(verb).map(([code, meaning]) => `${code} ${meaning}`);
  return [
    `## \`${`./infra ${verb.name} ${verb.usage}`.trimEnd()}\``,
    "",
    `${verb.summary.charAt(0).toUpperCase()}${verb.summary.slice(1)}.`,
    "",
    "| flag | what |",
    "|---|---|",
    ...flags,
    "",
    ...verb.examples.map((example) => `    ${example}`),
    "",
    `Exit codes: ${codes.join(", ")}.`,
    "",
  ];
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "commands.md"), await renderCommands());
