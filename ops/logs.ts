import Docker from "dockerode";
import { UserError } from "./errors.ts";
import { dockerLogs } from "./logs/docker-logs.ts";
import { inOrder, type LogLine, parseSince, parseTail, renderLogLine } from "./logs/line.ts";
import type { LogRequest, LogSource } from "./logs/log-source.ts";
import { openClusterLogs } from "./logs/open-cluster-logs.ts";
import { stackFlags } from "./stack.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";
import { listStacks, readProjectName } from "./workspace.ts";

/** The stack that is meant where none is named. */
const USUAL_STACK = "dev";

export const logsVerb: Verb = {
  name: "logs",
  usage: "[STACK] [SERVICE…]",
  summary: "what services and jobs wrote; all of them where none is named, of dev where no stack is",
  flags: {
    ...stackFlags,
    follow: { type: "boolean", short: "f", default: false, summary: "go on as lines come, until Ctrl-C" },
    since: { type: "string", summary: "lines of the last 30s, 10m, 2h, 1d only" },
    tail: { type: "string", summary: "the last N lines of each service only" },
  },
  examples: [
    "./infra logs dev gateway -f",
    "./infra logs backend-node backend-python --since 10m",
    "./infra logs test --tail 20 --json",
  ],
  async run(args, output) {
    const request: LogRequest = {
      follow: args.flags["follow"] === true,
      ...(typeof args.flags["since"] === "string" && { since: parseSince(args.flags["since"]) }),
      ...(typeof args.flags["tail"] === "string" && { tail: parseTail(args.flags["tail"]) }),
      signal: output.signal,
    };
    const wanted = chooseLogs(args.positionals, listStacks(args.checkout.root));
    const source = await openSource(wanted.stack, args, output);
    const services = checkServices(wanted, await source.services());
    await printLogs(source, { services, request, json: args.flags["json"] === true }, output);
    return output.signal.aborted ? 130 : 0;
  },
};

/** A first word that is no stack is a service of the usual one. */
export function chooseLogs(words: readonly string[], stacks: readonly string[]): WantedLogs {
  const [first, ...rest] = words;
  return first !== undefined && stacks.includes(first)
    ? { stack: first, services: rest }
    : { stack: USUAL_STACK, services: words };
}

interface WantedLogs {
  readonly stack: string;
  readonly services: readonly string[];
}

/** The services to read. @throws UserError where the stack is not up or has no such service. */
export function checkServices({ stack, services }: WantedLogs, known: readonly string[]): readonly string[] {
  if (known.length === 0)
    throw new UserError("stack-not-up", `nothing of ${stack} runs here: there are no logs`, {
      help: `./infra up ${stack}`,
    });
  const unknown = services.find((service) => !known.includes(service));
  if (unknown !== undefined)
    throw new UserError("service-unknown", `${stack} has no service called ${unknown}`, {
      help: `there are: ${known.join(", ")}`,
    });
  return services.length === 0 ? known : services;
}

async function openSource(stack: string, args: VerbArguments, output: Output): Promise<LogSource> {
  if (stack === "cloud")
    return openClusterLogs({ ...args, positionals: [stack] }, (line) => output.stderr.write(`${line}\n`));
  return dockerLogs(new Docker(), { project: readProjectName(args.checkout.root), stack });
}

/** Prints as lines come while following; else all in the order in which they were written. */
async function printLogs(
  source: LogSource,
  wanted: { readonly services: readonly string[]; readonly request: LogRequest; readonly json: boolean },
  { stdout }: Output,
): Promise<void> {
  const { services, request, json } = wanted;
  const style = {
    json,
    prefix: services.length === 1 ? 0 : Math.max(...services.map(({ length }) => length)),
    color: stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
  };
  const print = (line: LogLine) => stdout.write(`${renderLogLine(line, style)}\n`);
  const kept: LogLine[] = [];
  const onLine = request.follow ? print : (line: LogLine) => kept.push(line);
  await Promise.all(services.map((service) => source.read(service, request, onLine)));
  for (const line of inOrder(kept)) print(line);
}
