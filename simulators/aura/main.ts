import { parseArgs } from "node:util";
import { startAura } from "./start-aura.ts";

const USAGE = "usage: node simulators/aura/main.ts [--port PORT] [--state FILE] [--auto-advance SECONDS]";

/** Starts a simulator that runs until it is told to end. Prints its URL first. */
async function main(): Promise<void> {
  const { port, state, autoAdvance } = readArguments();
  const aura = await startAura({
    ...(port === undefined ? {} : { port }),
    ...(state === undefined ? {} : { stateFile: state }),
    ...(autoAdvance === undefined ? {} : { autoAdvance }),
  });
  process.stdout.write(`${aura.url}\n`);
  const end = () => {
    aura.close().catch((error: unknown) => {
      process.stderr.write(`${(error as Error).message}\n`);
      process.exitCode = 1;
    });
  };
  process.once("SIGTERM", end).once("SIGINT", end);
}

function readArguments() {
  const { values } = parseArgs({
    options: { port: { type: "string" }, state: { type: "string" }, "auto-advance": { type: "string" } },
  });
  return {
    state: values.state,
    port: toCount("--port", values.port),
    autoAdvance: toCount("--auto-advance", values["auto-advance"]),
  };
}

function toCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${option} ${text} is not a number`);
  return Number(text);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`aura simulator: ${(error as Error).message}\n${USAGE}\n`);
  process.exitCode = 1;
}
