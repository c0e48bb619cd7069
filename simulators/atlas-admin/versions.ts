import { AtlasFailure } from "./errors.ts";

/** Older dates than this never were versions of the API. */
const FIRST_VERSION = "2023-01-01";

/**
 * The version that a caller asks for: `application/vnd.atlas.<date>+json`. A route answers to its own date and to newer ones.
 * @throws AtlasFailure 406, 410
 */
export function checkVersion(accept: string | undefined, oldest: string): string {
  const version = /^application\/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json\b/.exec(accept ?? "")?.[1];
  if (version === undefined || Number.isNaN(Date.parse(version))) {
    throw new AtlasFailure("NOT_ACCEPTABLE", [accept ?? "(none)", oldest]);
  }
  if (version < FIRST_VERSION) throw new AtlasFailure("VERSION_GONE", [version]);
  if (version < oldest) throw new AtlasFailure("NOT_ACCEPTABLE", [accept ?? "", oldest]);
  return version;
}
