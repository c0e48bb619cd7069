import { type FieldProblem, validationProblem } from "./problem.ts";
import { CREDENTIAL_RULES, type Credentials, type TextRules } from "./schemas.ts";

/** Reads the body of a login; every problem is told at once. */
export function readCredentials(body: Buffer | undefined): Credentials {
  const given = readObject(body);
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(CREDENTIAL_RULES, name))
    .map((name): FieldProblem => ({ ...at(name), code: "unknown", message: "is not a known field" }));
  const email = readText("email", given["email"], CREDENTIAL_RULES.email);
  const password = readText("password", given["password"], CREDENTIAL_RULES.password);
  if (typeof email !== "string") problems.push(email);
  if (typeof password !== "string") problems.push(password);
  if (problems.length > 0 || typeof email !== "string" || typeof password !== "string") {
    throw validationProblem(problems);
  }
  return { email, password };
}

function readObject(body: Buffer | undefined): Readonly<Record<string, unknown>> {
  if (body === undefined || body.length === 0) {
    throw validationProblem([{ pointer: "/body", code: "required", message: "is required" }]);
  }
  const value = parse(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw validationProblem([{ pointer: "/body", code: "type", message: "must be an object" }]);
  }
  return value as Readonly<Record<string, unknown>>;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw validationProblem([{ pointer: "/body", code: "json", message: "is not valid JSON" }]);
  }
}

function readText(name: string, value: unknown, rules: TextRules): string | FieldProblem {
  const { minLength = 0, maxLength = Number.MAX_SAFE_INTEGER, pattern } = rules;
  if (value === undefined) return { ...at(name), code: "required", message: "is required" };
  if (typeof value !== "string") return { ...at(name), code: "type", message: "must be a string" };
  const length = [...value].length;
  if (length < minLength) {
    const unit = minLength === 1 ? "character" : "characters";
    return { ...at(name), code: "length", message: `must have at least ${minLength} ${unit}` };
  }
  if (length > maxLength) {
    return { ...at(name), code: "length", message: `must have at most ${maxLength} characters` };
  }
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) {
    return { ...at(name), code: "format", message: "does not have the right form" };
  }
  return value;
}

function at(name: string): { pointer: string } {
  return { pointer: `/body/${name.replaceAll("~", "~0").replaceAll("/", "~1")}` };
}
