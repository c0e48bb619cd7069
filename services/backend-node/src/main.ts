import { buildApp } from "./app.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";

const STOP_DEADLINE_MS = 10_000;

/** Runs the service until it is told to stop. */
async function run(config: Config): Promise<void> {
  const app = buildApp(config);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      app.log.info({ signal }, "stopping");
      setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
      void app.close();
    });
  }
  await app.listen({ host: "0.0.0.0", port: config.port });
}

try {
  await run(readConfig(process.env));
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}
