import { exitCodesOf } from "./exit-codes.ts";
import { renderTable } from "./report/table.ts";
import type { Verb } from "./verb.ts";

/** `./infra --help`. */
export function renderHelp(verbs: readonly Verb[]): string {
  const rows = verbs.map((verb) => [`  ./infra ${verb.name} ${verb.usage}`.trimEnd(), verb.summary]);
  return `One entry for everything.\n\n${renderTable([["  COMMAND", ""], ...rows])}\n\n./infra COMMAND --help says more.\n`;
}

/** How a flag is written: `--yes, -y` or `--report VALUE`. */
export function renderFlag(name: string, flag: Verb["flags"][string]): string {
  return `--${name}${flag.short === undefined ? "" : `, -${flag.short}`}${flag.type === "string" ? " VALUE" : ""}`;
}

/** `./infra COMMAND --help`. */
export function renderVerbHelp(verb: Verb): string {
  const flags = Object.entries(verb.flags).map(([name, flag]) => [
    `  ${renderFlag(name, flag)}`,
    flag.summary,
  ]);
  const codes = exitCodesOf(verb).map(([code, meaning]) => [`  ${code}`, meaning]);
  return [
    `./infra ${verb.name} ${verb.usage}`.trimEnd(),
    `  ${verb.summary}`,
    "",
    renderTable([["FLAGS", ""], ...flags, ["  --help, -h", "this page"]]),
    "",
    "EXAMPLES",
    ...verb.examples.map((example) => `  ${example}`),
    "",
    renderTable([["EXIT CODES", ""], ...codes]),
    "",
  ].join("\n");
}
