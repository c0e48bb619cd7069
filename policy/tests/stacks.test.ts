import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EmbeddedStack } from "../../tests/embedded.ts";
import { PACK, policyHost, violationsOf } from "./judge.ts";

const configOf = (stack: string) => {
  const file = join(PACK, "config", `${stack}.json`);
  return existsSync(file) ? file : undefined;
};

const STACKS: readonly { readonly name: string; readonly settings?: { readonly [key: string]: string } }[] = [
  { name: "dev" },
  { name: "test" },
  { name: "cloud" },
  { name: "cloud", settings: { "trials:planetTraining": '{"kind":"ray"}' } },
];

// Two starts of the whole program and of the pack each.
const timeout = 180_000;

describe.each(STACKS)(
  "the stack $name, with its settings and $settings",
  { timeout },
  ({ name, settings }) => {
    it("keeps to every rule, in a preview and when it is made", async () => {
      const outputs: string[] = [];
      const stack = new EmbeddedStack(name, settings);
      for (const preview of [true, false]) {
        const policies = policyHost({ config: configOf(name), onOutput: (text) => outputs.push(text) });
        const run = await stack.update({ preview, policies });
        expect(violationsOf(run.events)).toEqual([]);
        expect(outputs).toEqual([]);
        expect(run.result).toBe("succeeded");
        const judged = run.events.filter(({ kind }) => kind === "policy-summary");
        expect(judged.length).toBeGreaterThan(50);
      }
    });
  },
);
