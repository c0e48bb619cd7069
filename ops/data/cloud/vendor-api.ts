import ky, { HTTPError, type KyInstance } from "ky";
import { UserError } from "../../errors.ts";

/** A vendor's API and who asks. */
export interface VendorAccess {
  /** For messages: `Atlas`. */
  readonly vendor: string;
  readonly baseUrl: string;
  /** Below the base URL. */
  readonly tokenPath: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export type Json = { readonly [key: string]: unknown };

export interface VendorRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the base URL. */
  readonly path: string;
  /** Media type of the request and its answer. @default application/json */
  readonly media?: string;
  readonly body?: Json;
  readonly signal?: AbortSignal | undefined;
}

const ATTEMPTS = 4;

/** Calls with a token of the OAuth client-credentials grant; reading is tried again, changing only after 429. */
export class VendorApi {
  private readonly access: VendorAccess;
  private readonly http: KyInstance;
  private token: string | undefined;

  constructor(access: VendorAccess) {
    this.access = access;
    this.http = ky.create({
      prefix: access.baseUrl,
      timeout: 30_000,
      retry: {
        limit: ATTEMPTS,
        methods: ["get", "post", "delete"],
        shouldRetry: ({ error }) => mayRetry(error),
      },
    });
  }

  /** Undefined where the answer is that there is no such thing. @throws UserError `vendor` */
  async find(request: VendorRequest): Promise<Json | undefined> {
    try {
      return await this.send(request);
    } catch (error) {
      if (error instanceof HTTPError && error.response.status === 404) return undefined;
      throw await this.explain(error, request);
    }
  }

  /** @throws UserError `vendor` */
  async call(request: VendorRequest): Promise<Json> {
    try {
      return await this.send(request);
    } catch (error) {
      throw await this.explain(error, request);
    }
  }

  /** A token holds for an hour, which a restore can take: one that is refused later is replaced, once. */
  private async send(request: VendorRequest): Promise<Json> {
    const isNew = this.token === undefined;
    try {
      return await this.sendOnce(request);
    } catch (error) {
      if (isNew || !(error instanceof HTTPError) || error.response.status !== 401) throw error;
      this.token = undefined;
      return await this.sendOnce(request);
    }
  }

  private async sendOnce({ method, path, media, body, signal }: VendorRequest): Promise<Json> {
    this.token ??= await this.authorize(signal);
    const type = media ?? "application/json";
    const response = await this.http(path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, accept: type, "content-type": type },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
    const text = await response.text();
    return text === "" ? {} : (JSON.parse(text) as Json);
  }

  private async authorize(signal: AbortSignal | undefined): Promise<string> {
    const { tokenPath, clientId, clientSecret } = this.access;
    const login = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
    const answer = await this.http
      .post(tokenPath, {
        headers: { authorization: `Basic ${login}` },
        body: new URLSearchParams({ grant_type: "client_credentials" }),
        ...(signal !== undefined && { signal }),
      })
      .json<{ access_token: string }>();
    return answer.access_token;
  }

  private async explain(error: unknown, { method, path, signal }: VendorRequest): Promise<unknown> {
    if (signal?.aborted === true) return error;
    const { vendor } = this.access;
    if (!(error instanceof HTTPError)) {
      return new UserError("vendor", `${vendor} does not answer ${method} ${path}: ${reasonOf(error)}`, {
        help: "try again when it is reachable",
        cause: error,
      });
    }
    const { status } = error.response;
    return new UserError(
      "vendor",
      `${vendor} answers ${method} ${path} with ${status}: ${detailOf(error.data)}`,
      {
        ...(status === 401 && { help: "check the credentials in the environment" }),
      },
    );
  }
}

/** A refusal was not carried out; of a lost answer nobody knows. */
function mayRetry(error: Error): boolean | undefined {
  if (!(error instanceof HTTPError)) return undefined;
  return error.response.status === 429 || error.request.method === "GET" ? undefined : false;
}

/** Atlas says `detail`, Aura a list of `errors`. */
function detailOf(data: unknown): string {
  const body = (typeof data === "object" && data !== null ? data : {}) as {
    readonly detail?: unknown;
    readonly errors?: readonly { readonly message?: unknown }[];
    readonly error?: unknown;
  };
  return String(body.detail ?? body.errors?.[0]?.message ?? body.error ?? "no reason given");
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
