import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildImage, type RunningContainer, removeAll, runContainer } from "./docker.ts";

let image: string;
const containers: RunningContainer[] = [];

async function startCache(environment: { [name: string]: string }): Promise<RunningContainer> {
  const cache = await runContainer({ image, environment, memory: 96 });
  containers.push(cache);
  return cache;
}

beforeAll(async () => {
  image = await buildImage("cache");
});
afterAll(() => removeAll({ containers }));

describe("the cache", () => {
  it("answers whoever knows the password, whatever is in it, and nobody else", async () => {
    const cache = await startCache({ CACHE_PASSWORD: 'a"b\\c d' });
    await cache.healthy();
    expect((await cache.execute("valkey-cli", "PING")).output).toContain("NOAUTH");
    const script = 'REDISCLI_AUTH=$CACHE_PASSWORD valkey-cli "$@"';
    const ask = async (...command: string[]) =>
      (await cache.execute("sh", "-c", script, "sh", ...command)).output.trim();
    expect(await ask("SET", "key", "value")).toBe("OK");
    expect(await ask("GET", "key")).toBe("value");
    expect(await ask("CONFIG", "GET", "maxmemory-policy")).toContain("allkeys-lru");
    const [, limit] = (await ask("CONFIG", "GET", "maxmemory")).split("\n");
    expect(Number(limit) / (96 * 2 ** 20)).toBeCloseTo(0.7, 2);
    expect((await cache.execute("cat", "/proc/1/cmdline")).output).not.toContain('a"b');
  });

  it("takes the password from a file", async () => {
    const cache = await startCache({ CACHE_PASSWORD_FILE: "/etc/hostname" });
    await cache.healthy();
  });

  it("does not start without a password", async () => {
    const cache = await startCache({});
    expect(await cache.ended()).toBe(64);
    expect(await cache.logs()).toContain("set CACHE_PASSWORD");
  });
});
