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
  /** Resolves once each client that connects ahead of its first use has tried. */
  opened(): Promise<void>;
  close(): Promise<void>;
}

interface OpenCache extends Cache {
  opened(): Promise<void>;
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
    opened: () => cache.opened(),
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

function openCache(url: string, warn: (error: Error) => void): OpenCache {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, 2000) },
  });
  client.on("error", warn);
  const triedOnce = new Promise<void>((resolve) => {
    client.once("ready", resolve).once("error", () => resolve());
  });
  const connecting = client.connect().catch(warn);

  async function answer<Value>(command: () => Promise<Value>): Promise<Value> {
    if (!client.isReady) throw new Error("the cache is not connected");
    return within(CACHE_COMMAND_MS, command());
  }

  return {
    opened: () => within(CONNECT_MS, triedOnce).catch(warn),
    get: (key) => answer(() => client.get(key)),
    async set(key, value, seconds) {
      await answer(() => client.set(key, value, { expiration: { type: "EX", value: seconds } }));
    },
    async delete(key) {
      await answer(() => client.del(key));
    },
    async countWithin(key, seconds) {
      const counting = client
        .multi()
        .set(key, "0", { expiration: { type: "EX", value: seconds }, condition: "NX" })
        .incr(key)
        .ttl(key);
      const [, count, secondsLeft] = await answer(() => counting.exec());
      return { count: Number(count), secondsLeft: Number(secondsLeft) };
    },
    async ping() {
      await answer(() => client.ping());
    },
    async close() {
      client.destroy();
      await connecting;
    },
  };
}

/** A server that accepts and never answers must not hold a request for ever. */
async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
