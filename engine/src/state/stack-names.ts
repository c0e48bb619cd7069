import { UserError } from "../errors.ts";
import type { StackReference } from "./store.ts";

/** The only organization of a file backend. */
export const ORGANIZATION = "organization";

/** What is wrong with a stack's own name; undefined where nothing is. */
export function stackNameProblem(name: string): string | undefined {
  if (name === "") return "a stack name may not be empty";
  if (name.length > 100) return "a stack name cannot exceed 100 characters";
  const valid = /^[A-Za-z0-9_.-]*/.exec(name)?.[0].length ?? 0;
  if (valid === name.length) return undefined;
  return (
    "a stack name may only contain alphanumeric, hyphens, underscores, or periods: " +
    `invalid character '${name[valid]}' at position ${valid}`
  );
}

/** What is wrong with a project's name; undefined where nothing is. */
export function projectNameProblem(name: string): string | undefined {
  if (name === "") return "project names may not be empty";
  if (name.length > 100) return "project names are limited to 100 characters";
  return /^[A-Za-z0-9_.-]+$/.test(name) && !/^\.+$/.test(name)
    ? undefined
    : "project names may only contain alphanumerics, hyphens, underscores, and periods";
}

/**
 * Reads `stack`, `organization/stack` or `organization/project/stack`.
 * @param project The current project, where there is one. @throws UserError `bad-stack-name`.
 */
export function parseStackName(text: string, project: string | undefined): StackReference {
  if (text === "") throw badName("stack name must not be empty");
  const parts = text.split("/");
  const stack = parts.at(-1) ?? "";
  // What is left empty is as if it had not been named.
  const organization = (parts.length > 1 && parts[0]) || ORGANIZATION;
  const named = (parts.length > 2 && parts[1]) || project;
  if (parts.length > 3) throw badName(`'${text}' is not a stack name: expected organization/project/stack`);
  if (organization !== ORGANIZATION) throw badName("organization name must be 'organization'");
  if (named === undefined) {
    throw badName(
      "no Pulumi.yaml project file found; either run this command from a directory containing a Pulumi project, " +
        "or pass the fully qualified stack name (organization/project/stack)",
    );
  }
  const problem = projectNameProblem(named) ?? stackNameProblem(stack);
  if (problem !== undefined) throw badName(problem);
  return { organization: ORGANIZATION, project: named, stack };
}

/** How a stack is called in messages: briefly within its own project. */
export function displayStackName(reference: StackReference, project: string | undefined): string {
  const { organization, stack } = reference;
  return reference.project === project ? stack : `${organization}/${reference.project}/${stack}`;
}

function badName(message: string): UserError {
  return new UserError("bad-stack-name", message);
}
