import { createClient } from "@redis/client";
import { type Db, MongoClient } from "mongodb";
import neo4j from "neo4j-driver";

import type { Config } from "./config.ts";
import type { Cache } from "./domain/read-through.ts";

const CONNECT_MS = 2000;
const CACHE_COMMAND_MS = 500;

/** The databases behind the service. None needs to be up when they are opened. */
export interface Stores {
  readonly documents: Db;
  readonly graph: { ping(): Promise<void> };
  readonly cache: Cache;
  close(): Promise<void>;
}

/** Opens the clients of all stores; they connect, and connect again, by themselves. */
export function openStores(config: Config, warn: (error: Error) => void): Stores {
  const mongo = new MongoClient(config.mongodb.url, {
    appName: config.serviceName,
    serverSelectionTimeoutMS: CONNECT_MS,
    connectTimeoutMS: CONNECT_MS,
  });
  const graph = openGraph(config.neo4j);
  const cache = openCache(config.cacheUrl, warn);
  return {
    documents: mongo.db(config.mongodb.database),
    graph,
    cache,
    async close() {
      await Promise.all([mongo.close(), graph.close(), cache.close()]);
    },
  };
}

function openGraph({ url, user, password, database }: Config["neo4j"]) {
  const driver = neo4j.driver(url, neo4j.auth.basic(user, password), {
    connectionTimeout: CONNECT_MS,
    connectionAcquisitionTimeout: CONNECT_MS,
    maxTransactionRetryTime: CONNECT_MS,
  });
  return {
    async ping() {
      await driver.executeQuery("RETURN 1", {}, { database, routing: neo4j.routing.READ });
    },
    close: () => driver.close(),
  };
}

function openCache(url: string, warn: (error: Error) => void): Cache & { close(): Promise<void> } {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandOptions: { timeout: CACHE_COMMAND_MS },
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, 2000) },
  });
  client.on("error", warn);
  const connecting = client.connect().catch(warn);
  return {
    get: (key) => client.get(key),
    async set(key, value, seconds) {
      await client.set(key, value, { expiration: { type: "EX", value: seconds } });
    },
    async delete(key) {
      await client.del(key);
    },
    async countWithin(key, seconds) {
      const [, count, secondsLeft] = await client
        .multi()
        .set(key, "0", { expiration: { type: "EX", value: seconds }, condition: "NX" })
        .incr(key)
        .ttl(key)
        .exec();
      return { count: Number(count), secondsLeft: Number(secondsLeft) };
    },
    async ping() {
      await client.ping();
    },
    async close() {
      client.destroy();
      await connecting;
    },
  };
}
