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
    name: "messages of the docker provider",
    cases: ["58"],
    aspect: /^diagnostics$/,
    text: /sdk-v2\/provider2\.go|is already in use by container|failed to connect to any docker daemon/,
    reason:
      "the official provider logs each error a second time with a source line of its own; the adapter says it once, with the same text, and adds what to do",
  },
  {
    name: "secrets of a destroy",
    cases: ["39"],
    aspect: /^stderr$/,
    text: /failed to decrypt configuration key|validating stack config: cipher/,
    reason:
      "the official CLI words the same failure in another way where no program runs; here it is always the same",
  },
  {
    name: "the first of two errors",
    cases: ["66"],
    aspect: /^diagnostics$/,
    text: /Default provider for 'fake' disabled/,
    reason:
      "two resources are refused for the same reason; whichever registers first is the one that is told",
  },
  {
    name: "log messages after the end",
    aspect: /^diagnostics$/,
    text: /^unexpected info#err {2}"(failed to deliver log message\.|error: Error: Channel has been shut down|original message: Error: 14 UNAVAILABLE|for call at|message severity: error)/,
    reason:
      "after a failure the SDK may still report a registration that was turned away, and says on stderr that nobody listens any more: a race in the program's process",
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
