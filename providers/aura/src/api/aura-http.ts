import { AuraError, toAuraError, UnknownOutcome } from "./aura-error.ts";
import { type Limit, pause } from "./deadline.ts";
import { type Connection, TokenSource } from "./token-source.ts";

export interface Request {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `/v1`. */
  readonly path: string;
  readonly body?: object;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly requestId: string | undefined;
  /** Milliseconds. */
  readonly retryAfter: number | undefined;
}

const SECOND_MS = 1000;
const DEFAULT_RETRY_MS = 5 * SECOND_MS;
const ATTEMPTS_OF_READING = 4;
const FIRST_BACKOFF_MS = 500;
/** One request; not the change that it starts. */
const REQUEST_MS = 30 * SECOND_MS;
const TOO_MANY = 429;
const FIRST_SERVER_ERROR = 500;

/** Requests with a token, tried again where that is safe: after 429 always, after other failures only when reading. */
export class AuraHttp {
  private readonly connection: Connection;
  private readonly tokens: TokenSource;

  constructor(connection: Connection) {
    this.connection = connection;
    this.tokens = new TokenSource(connection);
  }

  /**
   * @returns the answer's JSON
   * @throws AuraError for a refusal, Unreachable where nothing was sent, UnknownOutcome where nobody knows whether a
   * change took effect
   */
  async send(request: Request, limit: Limit): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = request.method !== "GET" || attempt >= ATTEMPTS_OF_READING;
      const backoff = FIRST_BACKOFF_MS * 2 ** (attempt - 1);
      const answer = await this.sendOnce(request, limit).catch(async (error: unknown) => {
        if (!(error instanceof UnknownOutcome) || isLast) throw error;
        await pause(backoff, limit);
        return undefined;
      });
      if (answer === undefined) continue;
      if (answer.status < 300) return parseJson(answer);
      const error = toAuraError(answer.status, answer.text, answer.requestId);
      if (answer.status === TOO_MANY) await pause(answer.retryAfter ?? DEFAULT_RETRY_MS, limit);
      else if (answer.status < FIRST_SERVER_ERROR) throw error;
      else if (isLast) throw request.method === "GET" ? error : unknownOf(request, error);
      else await pause(answer.retryAfter ?? backoff, limit);
    }
  }

  /** Once, but again with a new token where the old one is refused. */
  private async sendOnce(request: Request, limit: Limit): Promise<Answer> {
    const answer = await this.fetch(request, await this.tokens.get(limit), limit);
    if (!isTokenRefused(answer)) return answer;
    this.tokens.forget();
    return this.fetch(request, await this.tokens.get(limit), limit);
  }

  private async fetch({ method, path, body }: Request, token: string, limit: Limit): Promise<Answer> {
    const signal = AbortSignal.any([limit.signal, AbortSignal.timeout(REQUEST_MS)]);
    try {
      const response = await fetch(`${this.connection.baseUrl}/v1${path}`, {
        method,
        signal,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
      return {
        status: response.status,
        text: await response.text(),
        requestId: response.headers.get("x-request-id") ?? undefined,
        retryAfter: Number.isFinite(wait) ? wait * SECOND_MS : undefined,
      };
    } catch (error) {
      throw unknownOf({ method, path }, error);
    }
  }
}

/** Refused for the token, not for what the user may do: that refusal has a reason. */
function isTokenRefused({ status, text }: Answer): boolean {
  return status === 401 || (status === 403 && toAuraError(status, text, undefined).reason === undefined);
}

function parseJson({ text }: Answer): unknown {
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

function unknownOf({ method, path }: Request, cause: unknown): UnknownOutcome {
  const reason = cause instanceof AuraError ? cause.message : describe(cause);
  return new UnknownOutcome(`${method} ${path}: ${reason}`, { cause });
}

/** The network's own reason, which `fetch` hides in the cause. */
function describe(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
