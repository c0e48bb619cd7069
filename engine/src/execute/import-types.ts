import { UserError } from "../errors.ts";
import type { ImportSpec } from "../operation.ts";
import { isTypeToken } from "../program/type-token.ts";

/** Why nothing can be imported: a type that does not say which package serves it. Local components may have any. */
export function refuseImportTypes(imports: readonly ImportSpec[]): UserError | undefined {
  const bad = imports.find(({ type, component, remote }) => (!component || remote) && !isTypeToken(type));
  if (bad === undefined) return undefined;
  const message =
    `import type ${JSON.stringify(bad.type)} is not a valid resource type token. ` +
    "Type tokens must be of the format <package>:<module>:<type> - " +
    "refer to the import section of the provider resource documentation.";
  return new UserError("import-type-invalid", message);
}
