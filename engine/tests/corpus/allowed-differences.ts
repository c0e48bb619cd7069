import type { Difference } from "./differences.ts";

/** A difference from the recordings that is meant, or that lies outside the engine. */
export interface AllowedDifference {
  readonly name: string;
  /** Case numbers; undefined = every case. */
  readonly cases?: readonly string[];
  readonly aspect: RegExp;
  readonly text: RegExp;
  readonly reason: string;
}

/** The whole list; the documentation (docs/conformance.md) repeats names and reasons. */
export const allowedDifferences: readonly AllowedDifference[] = [
  {
    name: "help lines",
    aspect: /^stderr$/,
    text: /^unexpected {3}help: /,
    reason:
      "an error of this engine ends in a line that says what to do; the official CLI's own line stays as it is",
  },
  {
    name: "the first of two errors",
    cases: ["66"],
    aspect: /^diagnostics$/,
    text: /Default provider for 'fake' disabled/,
    reason:
      "two resources are refused for the same reason; whichever registers first is the one that is told",
  },
];

/** Splits differences into those that are allowed and those that count. */
export function judge(caseNumber: string, differences: readonly Difference[]) {
  const isAllowed = (difference: Difference) =>
    allowedDifferences.some(
      (allowed) =>
        (allowed.cases === undefined || allowed.cases.includes(caseNumber)) &&
        allowed.aspect.test(difference.aspect) &&
        allowed.text.test(difference.text),
    );
  return {
    allowed: differences.filter(isAllowed),
    counting: differences.filter((difference) => !isAllowed(difference)),
  };
}
