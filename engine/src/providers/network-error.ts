/** How a call over the network failed, in the words of the official plugins: `Post "http://…": dial tcp …: connection refused`. */
export function networkErrorText(method: string, url: string, error: unknown): string {
  const verb = `${method.slice(0, 1).toUpperCase()}${method.slice(1).toLowerCase()}`;
  return `${verb} "${url}": ${reasonOf(rootOf(error))}`;
}

const BEFORE_A_CONNECTION = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** True where no connection came about: nobody has heard of the call. */
export function isNeverSent(error: unknown): boolean {
  return BEFORE_A_CONNECTION.has(rootOf(error).code ?? "");
}

interface SystemError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/** The first error of those that are wrapped: by fetch, or by a host with several addresses. */
function rootOf(error: unknown): SystemError {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause === undefined ? error : rootOf(error.cause);
}

function reasonOf(error: SystemError): string {
  const { code, address = "", port = 0, hostname = "", message } = error;
  const host = address.includes(":") ? `[${address}]` : address;
  switch (code) {
    case "ECONNREFUSED":
      return `dial tcp ${host}:${port}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `dial tcp ${host}:${port}: connect: no route to host`;
    case "ENETUNREACH":
      return `dial tcp ${host}:${port}: connect: network is unreachable`;
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
      return address === "" ? "dial tcp: i/o timeout" : `dial tcp ${host}:${port}: i/o timeout`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `dial tcp: lookup ${hostname}: no such host`;
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return "read: connection reset by peer";
    default:
      return message;
  }
}
