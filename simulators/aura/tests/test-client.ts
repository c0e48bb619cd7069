import { onTestFinished } from "vitest";
import { type Aura, type AuraOptions, startAura } from "../start-aura.ts";

export const TENANT = "6981ace7-efe5-4f5c-b7c5-267b5162ce91";
export const ORDER = {
  version: "5",
  name: "trials",
  type: "professional-db",
  tenant_id: TENANT,
  cloud_provider: "gcp",
  region: "europe-west1",
  memory: "2GB",
};

/** What the tests look at in answers. */
interface Body {
  readonly data: { readonly [key: string]: string };
  readonly errors?: readonly { readonly reason: string }[];
  readonly error?: string;
  readonly now?: string;
  readonly instances: readonly object[];
  readonly requests?: readonly object[];
}

/** A client that only carries a token. */
export class Client {
  token = "";
  private readonly aura: Aura;

  constructor(aura: Aura) {
    this.aura = aura;
  }

  async login(secret = "aura-secret") {
    const answer = await fetch(`${this.aura.url}/oauth/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`aura-client:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const body = (await answer.json()) as { access_token?: string; expires_in?: number };
    this.token = body.access_token ?? "";
    return { status: answer.status, body };
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Body; headers: Headers }> {
    const answer = await fetch(`${this.aura.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Body, headers: answer.headers };
  }

  async create(order: object = {}): Promise<string> {
    const { body } = await this.call("POST", "/v1/instances", { ...ORDER, ...order });
    return body.data["id"] ?? "";
  }

  async running(order: object = {}): Promise<string> {
    const id = await this.create(order);
    this.aura.simulation.advance(1000);
    return id;
  }

  async status(id: string): Promise<string | number> {
    const { status, body } = await this.call("GET", `/v1/instances/${id}`);
    return status === 200 ? (body.data["status"] ?? "") : status;
  }

  async refusal(method: string, path: string, body?: unknown): Promise<[status: number, reason: string]> {
    const answer = await this.call(method, path, body);
    return [answer.status, answer.body.errors?.[0]?.reason ?? answer.body.error ?? ""];
  }
}

/** A simulator whose clock moves only when a test moves it, and a client that is logged in. */
export async function start(options: AuraOptions = {}) {
  const aura = await startAura({ autoAdvance: 0, ...options });
  onTestFinished(() => aura.close().catch(() => undefined));
  const client = new Client(aura);
  await client.login();
  return { aura, client };
}
