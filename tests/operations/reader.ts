import { setTimeout as delay } from "node:timers/promises";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";

/** Milliseconds between two reads of a client: what is tested here shares the processor with them. */
const PACE = 100;
const CLIENTS = 4;

/** Clients that read through the gateway until they are told to stop; knows which answers failed. */
export class Reader {
  requests = 0;
  readonly dropped: string[] = [];
  readonly #url: string;
  #running = true;
  readonly #ended: Promise<unknown>;

  private constructor(url: string, tokens: readonly string[]) {
    this.#url = url;
    this.#ended = Promise.all(tokens.map((token) => this.#read(token)));
  }

  /** Each client has a login of its own, by which the gateway knows it again. */
  static async start({
    gatewayUrl,
    administrator,
  }: Pick<StackOutputs, "gatewayUrl" | "administrator">): Promise<Reader> {
    const tokens: string[] = [];
    for (let client = 0; client < CLIENTS; client += 1) {
      const login = await fetch(`${gatewayUrl}/v1/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(administrator),
      });
      tokens.push(((await login.json()) as { accessToken: string }).accessToken);
    }
    return new Reader(gatewayUrl, tokens);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  async #read(token: string): Promise<void> {
    for (let number = 0; this.#running; number += 1) {
      this.requests += 1;
      const outcome = await this.#ask(`/v1/companies?limit=${1 + (number % 50)}`, token);
      if (outcome !== "200") this.dropped.push(outcome);
      await delay(PACE);
    }
  }

  async #ask(path: string, token: string): Promise<string> {
    try {
      const response = await fetch(`${this.#url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      return String(response.status);
    } catch (error) {
      return String(error);
    }
  }
}
