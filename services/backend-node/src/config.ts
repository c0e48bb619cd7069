import { readFileSync } from "node:fs";

/** Everything the service is told from outside, read once at start. */
export interface Config {
  readonly port: number;
  readonly metricsPort: number;
  readonly serviceName: string;
  readonly environment: string;
  readonly logLevel: LogLevel;
  readonly trustedProxies: readonly string[];
  readonly mongodb: { readonly url: string; readonly database: string };
  readonly neo4j: {
    readonly url: string;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
  readonly cacheUrl: string;
  readonly jwt: { readonly key: string; readonly keyId: string };
  readonly cursorKey: string;
  readonly administrator: { readonly email: string; readonly password: string };
}

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];
const MIN_KEY_LENGTH = 32;
const MIN_PASSWORD_LENGTH = 12;

/** The environment does not say what the service needs to know; the message lists every problem. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`the configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.name = "ConfigError";
  }
}

/** Reads the configuration; a value may be given as NAME_FILE, the path of a file that holds it. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const reader = new VariableReader(environment);
  const config: Config = {
    port: reader.port("PORT", 8080),
    metricsPort: reader.port("METRICS_PORT", 8404),
    serviceName: reader.optional("SERVICE_NAME") ?? "backend-node",
    environment: reader.optional("ENVIRONMENT") ?? "local",
    logLevel: reader.oneOf("LOG_LEVEL", LOG_LEVELS, "info"),
    trustedProxies: (reader.optional("TRUSTED_PROXIES") ?? "").split(",").filter((part) => part !== ""),
    mongodb: { url: reader.required("MONGODB_URL"), database: reader.required("MONGODB_DATABASE") },
    neo4j: {
      url: reader.required("NEO4J_URL"),
      user: reader.required("NEO4J_USER"),
      password: reader.required("NEO4J_PASSWORD"),
      database: reader.optional("NEO4J_DATABASE") ?? "neo4j",
    },
    cacheUrl: reader.required("CACHE_URL"),
    jwt: { key: reader.required("JWT_KEY", MIN_KEY_LENGTH), keyId: reader.required("JWT_KEY_ID") },
    cursorKey: reader.required("CURSOR_KEY", MIN_KEY_LENGTH),
    administrator: {
      email: reader.required("ADMIN_EMAIL"),
      password: reader.required("ADMIN_PASSWORD", MIN_PASSWORD_LENGTH),
    },
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return config;
}

class VariableReader {
  readonly problems: string[] = [];
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  optional(name: string): string | undefined {
    const path = this.#environment[`${name}_FILE`];
    if (!path) return this.#environment[name] || undefined;
    try {
      return readFileSync(path, "utf8").trim();
    } catch (error) {
      this.problems.push(`${name}_FILE: ${path}: ${(error as NodeJS.ErrnoException).code}`);
      return "";
    }
  }

  required(name: string, minLength = 0): string {
    const problemsBefore = this.problems.length;
    const value = this.optional(name);
    if (this.problems.length > problemsBefore) return "";
    if (value === undefined) this.problems.push(`${name} is not set (nor ${name}_FILE)`);
    else if (value.length < minLength) this.problems.push(`${name} is shorter than ${minLength} characters`);
    return value ?? "";
  }

  port(name: string, fallback: number): number {
    const text = this.optional(name);
    const port = text === undefined ? fallback : Number(text);
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
    this.problems.push(`${name} is not a port number`);
    return fallback;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) this.problems.push(`${name} is not one of ${values.join(", ")}`);
    return value ?? fallback;
  }
}
