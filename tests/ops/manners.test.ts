import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderCommands } from "../../docs/render-commands.ts";
import { parseVerbArguments } from "../../ops/arguments.ts";
import { exitCodesOf } from "../../ops/exit-codes.ts";
import { renderVerbHelp } from "../../ops/help.ts";
import { verbs } from "../../ops/main.ts";
import { root } from "../../ops/paths.ts";

const table = await Promise.all(
  Object.entries(verbs).map(async ([name, load]) => ({ name, verb: await load() })),
);

/** The words of an example's own command, quotes taken off; what a shell does with it is left out. */
function wordsOf(example: string): string[] {
  const command = /\.\/infra [^|>;&()]*/.exec(example)?.[0] ?? "";
  const words = command.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.slice(1).map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
}

describe.each(table)("./infra $name", ({ name, verb }) => {
  it("is called as the table calls it, and says in one line what it does", () => {
    expect(verb.name).toBe(name);
    expect(verb.summary).toMatch(/^[a-z`][^\n]{10,}[^.\n]$/);
  });

  it("has examples that its own flags and words allow", () => {
    expect(verb.examples.length).toBeGreaterThan(0);
    for (const example of verb.examples) {
      const [called, ...argv] = wordsOf(example.replace("$PWD/infra", "./infra"));
      expect(called).toBe(name);
      expect(() => parseVerbArguments(verb, argv)).not.toThrow();
    }
  });

  it("has --json, and says of every flag what it is for", () => {
    expect(verb.flags["json"]).toMatchObject({ type: "boolean" });
    for (const flag of Object.values(verb.flags)) expect(flag.summary.length).toBeGreaterThan(3);
  });

  it("shows its examples, flags and exit codes in its help", () => {
    const help = renderVerbHelp(verb);
    for (const example of verb.examples) expect(help).toContain(example);
    for (const flag of Object.keys(verb.flags)) expect(help).toContain(`--${flag}`);
    const lines = help.split("\n").map((line) => line.trim().split(/\s+/).join(" "));
    for (const [code, meaning] of exitCodesOf(verb)) expect(lines).toContain(`${code} ${meaning}`);
  });

  it("keeps 2 and 130 for what they mean everywhere", () => {
    expect(Object.keys(verb.exitCodes ?? {})).not.toContain("130");
    expect(Object.keys(verb.exitCodes ?? {})).not.toContain("2");
  });
});

/** Verbs that take something away that the next `up` does not bring back. */
const DESTRUCTIVE = ["destroy", "rollback", "cut-over"];

describe.each(table.filter(({ name }) => DESTRUCTIVE.includes(name)))("./infra $name", ({ verb }) => {
  it("asks before it does so, unless told --yes", () => {
    expect(verb.flags["yes"]).toMatchObject({ type: "boolean", short: "y" });
  });
});

describe("docs/commands.md", () => {
  it("is rendered from the verbs: npm run render", async () => {
    expect(readFileSync(join(root, "docs/commands.md"), "utf8")).toBe(await renderCommands());
  });
});
