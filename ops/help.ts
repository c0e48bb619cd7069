import { renderTable } from "./report/table.ts";
import type { Verb } from "./verb.ts";

/** `./infra --help`. */
export function renderHelp(verbs: readonly Verb[]): string {
  const rows = verbs.map((verb) => [`  ./infra ${verb.name} ${verb.usage}`.trimEnd(), verb.summary]);
  return `One entry for everything.\n\n${renderTable([["  COMMAND", ""], ...rows])}\n\n./infra COMMAND --help says more.\n`;
}

/** `./infra COMMAND --help`. */
export function renderVerbHelp(verb: Verb): string {
  const flags = Object.entries(verb.flags).map(([name, flag]) => [
    `  --${name}${flag.type === "string" ? " VALUE" : ""}`,
    flag.summary,
  ]);
  const examples = verb.examples.map((example) => `  ${example}`).join("\n");
  return [
    `./infra ${verb.name} ${verb.usage}`.trimEnd(),
    `  ${verb.summary}`,
    "",
    renderTable([["FLAGS", ""], ...flags, ["  --help", "this page"]]),
    "",
    "EXAMPLES",
    examples,
    "",
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.",
    "",
  ].join("\n");
}
