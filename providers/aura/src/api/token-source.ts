import { z } from "zod";
import { AuraError, toAuraError, Unreachable } from "./aura-error.ts";
import { type Limit, pause } from "./deadline.ts";

/** Where the API is, and who asks. */
export interface Connection {
  /** Origin. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number() });

const SECOND_MS = 1000;
/** Renewed this long before it expires. */
const MARGIN_MS = 60 * SECOND_MS;
const ATTEMPTS = 4;
const BACKOFF_MS = 500;
const REQUEST_MS = 30 * SECOND_MS;

interface Token {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly expiry: number;
}

/** Tokens of the OAuth client-credentials grant, asked for once for all who wait. */
export class TokenSource {
  private readonly connection: Connection;
  private current: Promise<Token> | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** @throws AuraError where the credentials are refused, Unreachable where nobody answers */
  async get(limit: Limit): Promise<string> {
    const known = await this.current?.catch(() => undefined);
    if (known !== undefined && known.expiry - MARGIN_MS > Date.now()) return known.text;
    this.current = this.ask(limit);
    return (await this.current).text;
  }

  forget(): void {
    this.current = undefined;
  }

  private async ask(limit: Limit): Promise<Token> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.fetch(limit).catch((error: unknown) => error as Error);
      if (answer instanceof Response && answer.ok) return toToken(await answer.json());
      const error = answer instanceof Response ? await toRefusal(answer) : answer;
      const isHopeless = error instanceof AuraError && error.status < 500 && error.status !== 429;
      if (isHopeless || attempt >= ATTEMPTS) throw error;
      await pause(BACKOFF_MS * 2 ** (attempt - 1), limit);
    }
  }

  private async fetch(limit: Limit): Promise<Response> {
    const { baseUrl, clientId, clientSecret } = this.connection;
    const login = `${clientId}:${clientSecret}`;
    try {
      return await fetch(`${baseUrl}/oauth/token`, {
        method: "POST",
        signal: AbortSignal.any([limit.signal, AbortSignal.timeout(REQUEST_MS)]),
        headers: { authorization: `Basic ${Buffer.from(login).toString("base64")}` },
        body: new URLSearchParams({ grant_type: "client_credentials" }),
      });
    } catch (error) {
      throw new Unreachable(`Aura cannot be reached at ${baseUrl}: ${reasonOf(error)}`, { cause: error });
    }
  }
}

function toToken(body: unknown): Token {
  const { access_token, expires_in } = tokenSchema.parse(body);
  return { text: access_token, expiry: Date.now() + expires_in * SECOND_MS };
}

async function toRefusal(response: Response): Promise<AuraError> {
  const said = toAuraError(response.status, await response.text(), undefined);
  if (response.status >= 500 || response.status === 429) return said;
  return new AuraError({
    status: 401,
    message: `Aura refuses the API key: ${said.message.split(" (")[0] ?? ""}`,
  });
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
