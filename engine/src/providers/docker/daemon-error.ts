import { ProviderError } from "../../errors.ts";

const UNREACHABLE = new Set([
  "ENOENT",
  "ECONNREFUSED",
  "EACCES",
  "ENOTFOUND",
  "ECONNRESET",
  "ETIMEDOUT",
  "EPIPE",
]);

/** What the Docker daemon (or the way to it) said, in the words of Docker's own clients. */
export function daemonText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isUnreachable(error)) {
    return `Cannot connect to the Docker daemon (${error.message}). Is the docker daemon running?`;
  }
  return statusOf(error) === undefined ? error.message : `Error response from daemon: ${answerOf(error)}`;
}

/** The HTTP status of the daemon's refusal; undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" ? status : undefined;
}

export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** True where the daemon could not be reached, or went away. A file that is missing is something else. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return false;
  return (
    UNREACHABLE.has(String(error.code)) && /^(connect|getaddrinfo|read|write)$/.test(String(error.syscall))
  );
}

function answerOf(error: Error): string {
  const json = "json" in error ? error.json : undefined;
  if (typeof json === "object" && json !== null && "message" in json) return String(json.message).trim();
  return error.message.replace(/^\(HTTP code \d+\) .*? - /s, "").trim();
}

/** The failure of one call, worded and numbered as the official plugin does; `help` is ours. */
export function failure(text: string, help = ""): ProviderError {
  return new ProviderError(listed(text, help), { status: "ok" });
}

/** `text` as a list of one error. */
export function listed(text: string, help = ""): string {
  return `1 error occurred:\n\t* ${text}\n\n${help === "" ? "" : `${help}\n`}`;
}
