import { type FailureStatus, ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { Clock } from "../clock.ts";
import { networkErrorText } from "../network-error.ts";
import { AtlasError } from "./atlas-error.ts";
import { type AuthorizationOptions, createAuthorization } from "./authorization.ts";
import type { AtlasSettings } from "./settings.ts";
import { exchange, type HttpAnswer, type HttpCall } from "./transport.ts";

export interface AtlasRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below `/api/atlas/v2`; parts that come from people are encoded already. */
  readonly path: string;
  /** The version of the resource: `2023-01-01`. */
  readonly version: string;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
}

/** The Admin API of Atlas as one user. */
export interface AtlasClient {
  /** The answer's body; `{}` where it has none. @throws AtlasError, ProviderError */
  request(request: AtlasRequest): Promise<PropertyMap>;
}

export interface AtlasClientOptions extends Omit<AuthorizationOptions, "baseUrl"> {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A client that tells whether something may have been begun: a call that changes things was taken, or not answered. */
export function watchedClient(client: AtlasClient): AtlasClient & { readonly hasBegun: () => boolean } {
  let begun = false;
  return {
    hasBegun: () => begun,
    async request(request) {
      try {
        const answer = await client.request(request);
        begun ||= request.method !== "GET";
        return answer;
      } catch (error) {
        const isOpen = error instanceof ProviderError && error.status === "unknown";
        begun ||= request.method !== "GET" && isOpen;
        throw error;
      }
    },
  };
}

const RETRIES = 5;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

export function createAtlasClient(settings: AtlasSettings, options: AtlasClientOptions): AtlasClient {
  const { baseUrl } = settings;
  const { clock, signal } = options;
  const authorization = createAuthorization(settings.credentials, { ...options, baseUrl });

  const send = async (request: AtlasRequest): Promise<HttpAnswer> => {
    const url = new URL(`${baseUrl}/api/atlas/v2${request.path}`);
    const { method } = request;
    const failed = (cause: unknown, status: FailureStatus) =>
      new ProviderError(networkErrorText(method, url.href, cause), { status, cause });
    const header = await authorization.headerFor({ method, url, signal }).catch((cause: unknown) => {
      // Nothing is sent without a proof.
      throw failed(cause, "ok");
    });
    try {
      return await exchange({ method, url, signal, ...messageOf(request, header) });
    } catch (cause) {
      throw failed(cause, neverArrives(cause) ? "ok" : "unknown");
    }
  };
  /** Answers the server's challenge, if it has one. */
  const sendProven = async (request: AtlasRequest): Promise<HttpAnswer> => {
    const answer = await send(request);
    const isChallenge = answer.status === 401 && authorization.learn(answer.header("www-authenticate"));
    return isChallenge ? send(request) : answer;
  };

  return {
    async request(request) {
      for (let attempt = 0; ; attempt++) {
        const answer = await sendProven(request);
        if (attempt === RETRIES || !isWorthRetrying(request, answer))
          return readAnswer(request, baseUrl, answer);
        await clock.sleep(delayOf(answer, attempt), signal);
      }
    },
  };
}

function messageOf(
  { version, body, headers: others = {} }: AtlasRequest,
  authorization: string | undefined,
): Pick<HttpCall, "headers" | "body"> {
  const media = `application/vnd.atlas.${version}+json`;
  const headers = {
    ...others,
    Accept: media,
    "User-Agent": "pulumi-mongodbatlas",
    ...(body === undefined ? {} : { "Content-Type": media }),
    ...(authorization === undefined ? {} : { Authorization: authorization }),
  };
  return body === undefined ? { headers } : { headers, body: JSON.stringify(body) };
}

const UNREACHED = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"];

/** True where a call cannot have got to the server. */
function neverArrives(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.every(neverArrives);
  return UNREACHED.includes((cause as { readonly code?: string }).code ?? "");
}

/** A refusal for now may be asked again; after a breakdown only what does nothing twice. */
function isWorthRetrying({ method }: AtlasRequest, { status }: HttpAnswer): boolean {
  return status === 429 || (method === "GET" && status >= 500 && status !== 501);
}

function delayOf(answer: HttpAnswer, attempt: number): number {
  const asked = Number(answer.header("retry-after"));
  return asked > 0 ? asked * 1000 : Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
}

function readAnswer(request: AtlasRequest, baseUrl: string, answer: HttpAnswer): PropertyMap {
  const body = parseBody(answer.text);
  if (answer.status < 400) return body;
  const url = `${baseUrl}/api/atlas/v2${request.path}`;
  throw new AtlasError({ method: request.method, url }, { ...answer, body });
}

function parseBody(text: string): PropertyMap {
  if (text === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    // A bare value, as the flag of managed slow operations, becomes a map of its own.
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as PropertyMap)
      : { value: parsed as PropertyMap[string] };
  } catch {
    return {};
  }
}
