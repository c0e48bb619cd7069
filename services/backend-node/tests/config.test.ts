import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../src/config.ts";

const folder = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const complete = {
  MONGODB_URL: "mongodb://documents",
  MONGODB_DATABASE: "trials",
  NEO4J_URL: "bolt://graph",
  NEO4J_USER: "neo4j",
  NEO4J_PASSWORD: "graph-password",
  CACHE_URL: "redis://cache",
  JWT_KEY: "j".repeat(32),
  JWT_KEY_ID: "k1",
  CURSOR_KEY: "c".repeat(32),
  ADMIN_EMAIL: "admin@example.org",
  ADMIN_PASSWORD: "p".repeat(12),
};

function problemsOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  return "";
}

describe("readConfig", () => {
  it("fills in what has a usual value", () => {
    expect(readConfig(complete)).toMatchObject({
      port: 8080,
      serviceName: "backend-node",
      environment: "local",
      logLevel: "info",
      trustedProxies: [],
      neo4j: { database: "neo4j" },
    });
  });

  it("takes what is given", () => {
    const given = { PORT: "9000", LOG_LEVEL: "debug", TRUSTED_PROXIES: "10.0.0.0/8,127.0.0.1" };
    expect(readConfig({ ...complete, ...given })).toMatchObject({
      port: 9000,
      logLevel: "debug",
      trustedProxies: ["10.0.0.0/8", "127.0.0.1"],
    });
  });

  it("reads a secret from the file that NAME_FILE names, which wins", () => {
    const path = join(folder, "password");
    writeFileSync(path, "from-a-file\n");
    const config = readConfig({ ...complete, NEO4J_PASSWORD_FILE: path });
    expect(config.neo4j.password).toBe("from-a-file");
  });

  it("tells every problem at once", () => {
    const problems = problemsOf({
      PORT: "many",
      LOG_LEVEL: "loud",
      JWT_KEY: "short",
      CURSOR_KEY_FILE: join(folder, "absent"),
    });
    expect(problems).toContain("PORT is not a port number");
    expect(problems).toContain("LOG_LEVEL is not one of");
    expect(problems).toContain("JWT_KEY is shorter than 32 characters");
    expect(problems).toMatch(/CURSOR_KEY_FILE: .*absent: ENOENT/);
    for (const name of ["MONGODB_URL", "MONGODB_DATABASE", "NEO4J_USER", "CACHE_URL", "ADMIN_EMAIL"]) {
      expect(problems).toContain(`${name} is not set (nor ${name}_FILE)`);
    }
    expect(problems).not.toContain("short\n");
  });
});
