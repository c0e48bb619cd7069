import { parseArgs } from "node:util";

export const USAGE = `usage: node simulators/atlas-admin/main.ts --state FILE [--port PORT] [--poll-step SECONDS] [--data-plane docker] [--json]

  --state FILE         keeps the state between runs; the credentials lie beside it
  --port PORT          default: a free one
  --poll-step SECONDS  virtual time that passes after each GET; 0: by POST /__sim/advance only (default: 30)
  --data-plane docker  clusters keep their documents in real stores, a container each
  --json               print where it listens as JSON`;

export type CommandLine =
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly problem: string }
  | {
      readonly kind: "run";
      readonly stateFile: string;
      readonly port: number;
      /** Milliseconds. */
      readonly pollStep: number;
      readonly hasDataPlane: boolean;
      readonly isJson: boolean;
    };

const LARGEST_PORT = 65_535;

export function readCommandLine(args: string[]): CommandLine {
  const parsed = parse(args);
  if (typeof parsed === "string") return wrong(parsed);
  if (parsed.help) return { kind: "help" };
  const port = Number(parsed.port);
  const pollStep = Number(parsed["poll-step"]) * 1000;
  const dataPlane = parsed["data-plane"];
  if (parsed.state === undefined) return wrong("--state is needed: the file to keep the state in");
  if (!Number.isInteger(port) || port < 0 || port > LARGEST_PORT)
    return wrong(`--port ${parsed.port} is no port`);
  if (!(pollStep >= 0)) return wrong(`--poll-step ${parsed["poll-step"]} is no number of seconds`);
  if (!["none", "docker"].includes(dataPlane))
    return wrong(`--data-plane ${dataPlane} is not known: docker or none`);
  return {
    kind: "run",
    stateFile: parsed.state,
    port,
    pollStep,
    hasDataPlane: dataPlane === "docker",
    isJson: parsed.json,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        state: { type: "string" },
        port: { type: "string", default: "0" },
        "poll-step": { type: "string", default: "30" },
        "data-plane": { type: "string", default: "none" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

function wrong(problem: string): CommandLine {
  return { kind: "wrong", problem };
}
