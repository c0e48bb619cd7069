import { Writable } from "node:stream";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { buildApp } from "../src/app.ts";
import { type Config, readConfig } from "../src/config.ts";
import { testEnvironment, withDatabase } from "./stores.ts";

/** A service under test with a database of its own. */
export class Service {
  readonly config: Config;
  readonly app: FastifyInstance;
  readonly #lines: string[] = [];
  #token: string | undefined;

  constructor(changes: Record<string, string> = {}) {
    this.config = readConfig({ ...testEnvironment(), ...changes });
    const lines = this.#lines;
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(...chunk.toString().trimEnd().split("\n"));
        done();
      },
    });
    this.app = buildApp(this.config, stream);
  }

  /** What was logged, parsed. */
  get log(): Record<string, unknown>[] {
    return this.#lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** What was logged, as it was written. */
  get logText(): string {
    return this.#lines.join("\n");
  }

  get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.app.inject({ method: "GET", url, headers });
  }

  /** Asks with the administrator's token. */
  async ask(url: string): Promise<LightMyRequestResponse> {
    this.#token ??= (await this.logIn()).json<{ accessToken: string }>().accessToken;
    return this.get(url, { authorization: `Bearer ${this.#token}` });
  }

  logIn(email?: string, password?: string): Promise<LightMyRequestResponse> {
    const { administrator } = this.config;
    return this.app.inject({
      method: "POST",
      url: "/v1/auth/login",
      payload: { email: email ?? administrator.email, password: password ?? administrator.password },
    });
  }

  /** Puts rows into a collection. */
  put(collection: string, rows: readonly object[]): Promise<void> {
    return withDatabase(this.config, async (database) => {
      await database.collection(collection).insertMany([...rows]);
    });
  }

  /** Removes the database and stops. */
  async discard(): Promise<void> {
    await this.app.close();
    await withDatabase(this.config, (database) => database.dropDatabase());
  }
}
