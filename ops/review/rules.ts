import type { Change } from "./change.ts";
import { dataRules } from "./rules/data.ts";
import { deliveryRules } from "./rules/delivery.ts";
import { exposureRules } from "./rules/exposure.ts";
import type { Level, Rule } from "./rules/rule.ts";
import { safeguardRules } from "./rules/safeguards.ts";

/** All that is looked for, in the order in which it is told. */
export const rules: readonly Rule[] = [...dataRules, ...safeguardRules, ...exposureRules, ...deliveryRules];

/** What a rule found. */
export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly name: string;
  readonly urn: string;
  readonly what: string;
}

/** Judges each change by each rule; the dangerous first. */
export function findDangers(changes: readonly Change[]): Finding[] {
  const found = changes.flatMap((change) =>
    rules.flatMap(({ id, level, find }): Finding[] => {
      const what = find(change);
      return what === undefined ? [] : [{ rule: id, level, name: change.name, urn: change.urn, what }];
    }),
  );
  const rank = ({ level, rule }: Finding) =>
    (level === "danger" ? 0 : 1000) + rules.findIndex(({ id }) => id === rule);
  return found.sort((a, b) => rank(a) - rank(b) || (a.urn < b.urn ? -1 : 1));
}
