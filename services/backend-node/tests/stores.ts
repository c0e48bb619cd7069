import { randomUUID } from "node:crypto";
import { createClient } from "@redis/client";
import { type Db, MongoClient } from "mongodb";
import type { Config } from "../src/config.ts";

/** Reads where a store of the tests is; without one no test here means anything. */
export function storeSetting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the stores with services/test-stores.sh`);
  return value;
}

/** The environment of a backend with a database and cache keys of its own. */
export function testEnvironment(): Record<string, string> {
  const run = randomUUID().slice(0, 12);
  return {
    PORT: "0",
    METRICS_PORT: "0",
    ENVIRONMENT: run,
    MONGODB_URL: storeSetting("TEST_MONGODB_URL"),
    MONGODB_DATABASE: `node_${run}`,
    NEO4J_URL: storeSetting("TEST_NEO4J_URL"),
    NEO4J_USER: storeSetting("TEST_NEO4J_USER"),
    NEO4J_PASSWORD: storeSetting("TEST_NEO4J_PASSWORD"),
    CACHE_URL: storeSetting("TEST_CACHE_URL"),
    JWT_KEY: "test-token-key-0123456789-abcdefgh",
    JWT_KEY_ID: "test",
    CURSOR_KEY: "test-cursor-key-0123456789-abcdefg",
    ADMIN_EMAIL: "admin@example.org",
    ADMIN_PASSWORD: "the-first-password",
  };
}

/** The database of a configuration, for putting rows in and removing it afterwards. */
export async function withDatabase<Result>(
  config: Config,
  use: (database: Db) => Promise<Result>,
): Promise<Result> {
  const client = new MongoClient(config.mongodb.url);
  try {
    return await use(client.db(config.mongodb.database));
  } finally {
    await client.close();
  }
}

/** Runs with the cache of a configuration. */
export async function withCache<Result>(
  config: Config,
  use: (cache: {
    get(key: string): Promise<string | null>;
    incr(key: string): Promise<number>;
  }) => Promise<Result>,
): Promise<Result> {
  const client = createClient({ url: config.cacheUrl });
  await client.connect();
  try {
    return await use({ get: (key) => client.get(key), incr: (key) => client.incr(key) });
  } finally {
    client.destroy();
  }
}
