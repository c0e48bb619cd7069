import { UserError } from "../errors.ts";
import { satisfiesVersionRange } from "../protocol/version-range.ts";
import { PULUMI_VERSION } from "../version.ts";

/**
 * Checks what `requiredPulumiVersion` of a project, plugin or policy pack asks for; "" asks for nothing.
 * @throws UserError `pulumi-version-unfit`, `version-range-invalid`
 */
export function requirePulumiVersion(range: string): void {
  if (range === "" || satisfies(range)) return;
  throw new UserError(
    "pulumi-version-unfit",
    `Pulumi CLI version ${version} does not satisfy the version range ${JSON.stringify(range)}`,
  );
}

const version = PULUMI_VERSION.replace(/^v/, "");

function satisfies(range: string): boolean {
  try {
    return satisfiesVersionRange(version, range);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError(cause.code, `parsing CLI version range ${cause.message}`, { cause });
  }
}
