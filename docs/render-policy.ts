import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "../policy/rule.ts";
import { rules } from "../policy/rules.ts";

/** docs/policy.md, from the rules of the policy pack. */
export function renderPolicy(): string {
  return [
    "# Policy",
    "",
    "What every stack has to keep to: the policy pack `policy/`, for both engines. `./infra preview` and `./infra up` have it",
    "judge every stack but dev and test, which keep to it as well (`--policy-pack policy`); `--policy-pack none` leaves it out,",
    "`--policy-pack DIR` takes another. With the engines themselves:",
    "",
    "    pulumi preview -s cloud --policy-pack policy --policy-pack-config policy/config/cloud.json",
    "    pulumi policy analyze -s cloud --policy-pack policy   # judges what is recorded",
    "",
    "A mandatory rule stops the change before the resource is touched, an advisory one says so and goes on. A stack's file",
    "`policy/config/STACK.json` sets levels and settings:",
    "",
    '    { "required-labels": "advisory", "cost-below-ceiling": { "monthlyUsd": 1500, "enforcementLevel": "mandatory" } }',
    "",
    "Levels are `advisory`, `mandatory` and `disabled`. What a preview cannot know yet is judged by the update. Packs are shown",
    "neither which values are secret nor `retainOnDelete`: rules on secrets judge names, places and looks, and that Docker's",
    "volumes are retained is the program's own test. Rendered by `npm run render`.",
    "",
    "| rule | what holds | level | severity | otherwise |",
    "|---|---|---|---|---|",
    ...rules.map(ruleRow),
    "",
    "## Settings",
    "",
    "| rule | setting | meaning | default |",
    "|---|---|---|---|",
    ...rules.flatMap(settingRows),
    "",
  ].join("\n");
}

function ruleRow({ name, description, level, severity, remedy }: Rule): string {
  return `| \`${name}\` | ${description} | ${level} | ${severity} | ${remedy} |`;
}

function settingRows({ name, settings = {} }: Rule): string[] {
  return Object.entries(settings).map(
    ([setting, schema]) =>
      `| \`${name}\` | \`${setting}\` | ${schema.description} | \`${JSON.stringify(schema.default)}\` |`,
  );
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "policy.md"), renderPolicy());
