import { ProviderError } from "../errors.ts";

/** Nobody knows for now: the operation stays open in the state, and the next run asks again. */
export function leftOpen(error: ProviderError, cause: unknown): ProviderError {
  const message = `${error.message}. Whether it was made is not known yet: the next update looks for it before it makes another`;
  return new ProviderError(message, { status: "unknown", abandoned: true, cause });
}
