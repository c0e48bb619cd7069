import { type Difference, multisetDifferences } from "./differences.ts";
import type { Normaliser } from "./normalise.ts";
import type { Observation } from "./observation.ts";

/** Which of these a run that fails gets to is a race. */
const always = ["policyEvent"];
const whole = [
  ...["policyLoadEvent", "policyRemediationEvent", "policyRemediateSummaryEvent"],
  ...["policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent"],
];

/** Compares what policy packs said and did, whatever the order. */
export function comparePolicies(
  expected: Observation,
  actual: Observation,
  by: { readonly expected: Normaliser; readonly actual: Normaliser },
): Difference[] {
  const kinds = expected.exitCode === 0 ? [...always, ...whole] : always;
  const lines = (observation: Observation, normaliser: Normaliser) =>
    observation.events.flatMap((event) =>
      kinds
        .filter((kind) => event[kind] !== undefined)
        .map((kind) => `${kind} ${JSON.stringify(sorted(normaliser.json(event[kind])))}`),
    );
  return multisetDifferences(lines(expected, by.expected), lines(actual, by.actual)).map((text) => ({
    aspect: "policies",
    text,
  }));
}

/** The same JSON with the members of every object in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, item]) => [key, sorted(item)]));
}
