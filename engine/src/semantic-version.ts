import { UserError } from "./errors.ts";

/** As `requireVersion`; "" where no version is said. */
export function checkVersion(version: string, use = ""): string {
  return version === "" ? "" : requireVersion(version, use);
}

/**
 * Gives a version back as it is. `use` says in front of a problem what it is for.
 * @throws UserError `package-version-invalid`, worded as the official engine's strict parser does
 */
export function requireVersion(version: string, use: string): string {
  const problem = findProblem(version);
  if (problem !== undefined) throw new UserError("package-version-invalid", `${use}${problem}`);
  return version;
}

/** A version that a person wrote: blanks, a leading v and what is missing after the first number do not matter. */
export function tolerantVersion(version: string): string {
  const text = version.trim().replace(/^v/, "");
  const parts = text.split(".");
  return text === "" || parts.length > 2 || /[+-]/.test(parts.at(-1) ?? "")
    ? text
    : [...parts, "0", "0"].slice(0, 3).join(".");
}

/** What is wrong with such a version, in the words of the official engine; undefined where nothing is. */
export function tolerantProblem(version: string): string | undefined {
  const text = tolerantVersion(version);
  const isShort = text.split(".").length < 3 && /[+-]/.test(text.split(".").at(-1) ?? "");
  return isShort ? "Short version cannot contain PreRelease/Build meta data" : findProblem(text);
}

const PLAIN = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

function findProblem(version: string): string | undefined {
  if (PLAIN.test(version)) return undefined;
  if (version === "") return "Version string empty";
  const [major, minor, ...rest] = version.split(".");
  if (major === undefined || minor === undefined || rest.length === 0) {
    return "No Major.Minor.Patch elements found";
  }
  const { before: release, after: build } = cut(rest.join("."), "+");
  const { before: patch, after: prerelease } = cut(release, "-");
  return (
    numberProblem("major", major) ??
    numberProblem("minor", minor) ??
    numberProblem("patch", patch) ??
    firstProblem(prerelease, prereleaseProblem) ??
    firstProblem(build, buildProblem)
  );
}

function cut(text: string, mark: string): { readonly before: string; readonly after: string | undefined } {
  const at = text.indexOf(mark);
  return at < 0
    ? { before: text, after: undefined }
    : { before: text.slice(0, at), after: text.slice(at + 1) };
}

function firstProblem(
  identifiers: string | undefined,
  problemOf: (identifier: string) => string | undefined,
): string | undefined {
  const problems = identifiers?.split(".").map(problemOf) ?? [];
  return problems.find((problem) => problem !== undefined);
}

function numberProblem(name: "major" | "minor" | "patch", text: string): string | undefined {
  const quoted = JSON.stringify(text);
  if (text === "") return 'strconv.ParseUint: parsing "": invalid syntax';
  if (!/^\d+$/.test(text)) return `Invalid character(s) found in ${name} number ${quoted}`;
  if (!hasLeadingZero(text)) return undefined;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} number must not contain leading zeroes ${quoted}`;
}

function prereleaseProblem(text: string): string | undefined {
  if (text === "") return "Prerelease is empty";
  if (!isIdentifier(text)) return `Invalid character(s) found in prerelease ${JSON.stringify(text)}`;
  if (!/^\d+$/.test(text) || !hasLeadingZero(text)) return undefined;
  return `Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(text)}`;
}

function buildProblem(text: string): string | undefined {
  if (text === "") return "Build meta data is empty";
  return isIdentifier(text)
    ? undefined
    : `Invalid character(s) found in build meta data ${JSON.stringify(text)}`;
}

function isIdentifier(text: string): boolean {
  return /^[0-9A-Za-z-]+$/.test(text);
}

function hasLeadingZero(number: string): boolean {
  return number.length > 1 && number.startsWith("0");
}
