import semver from "semver";
import { UserError } from "../errors.ts";

/**
 * Whether `version` lies in `range`: comparators separated by spaces must all hold, `||` separates alternatives,
 * and `!1.2.3` excludes a version.
 * @throws UserError `version-range-invalid`
 */
export function satisfiesVersionRange(version: string, range: string): boolean {
  const alternatives = range.split("||").map((alternative) => {
    const comparators = alternative
      .replaceAll(/([<>=!])\s+/g, "$1")
      .split(/\s+/)
      .filter(Boolean);
    if (comparators.length === 0) throw invalid(range);
    return comparators.map((comparator) => holds(version, comparator, range)).every(Boolean);
  });
  return alternatives.some(Boolean);
}

function holds(version: string, comparator: string, range: string): boolean {
  const [, negation = "", rest = ""] = /^(!=?)?(.*)$/.exec(comparator) ?? [];
  const plain = rest.replace(/^==/, "=");
  if (semver.validRange(plain) === null || plain === "") throw invalid(range);
  return semver.satisfies(version, plain, { includePrerelease: true }) === (negation === "");
}

function invalid(range: string): UserError {
  return new UserError("version-range-invalid", `${JSON.stringify(range)} is not a version range`);
}
