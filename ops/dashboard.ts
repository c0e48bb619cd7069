import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Access, ensureToken, linkFor } from "./dashboard/access.ts";
import { readAssets } from "./dashboard/assets.ts";
import { Board } from "./dashboard/board.ts";
import { type Actions, buildServer } from "./dashboard/server.ts";
import { UserError } from "./errors.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";
import { listStacks, requireStack } from "./workspace.ts";

const PORT = 4780;

export const dashboardVerb: Verb = {
  name: "dashboard",
  usage: "[STACK…]",
  summary: "a page in the browser of this machine: services, logs, resources, releases, plan, drift, metrics",
  flags: {
    port: {
      type: "string",
      default: String(PORT),
      summary: `port of the loopback address (default: ${PORT})`,
    },
    "no-open": { type: "boolean", default: false, summary: "only print the link" },
    engine: { type: "string", default: "auto", summary: "auto, official or embedded" },
    json: { type: "boolean", default: false, summary: "print the link as JSON" },
  },
  examples: [
    "./infra dashboard",
    "./infra dashboard dev --no-open",
    "./infra dashboard dev test --port 4781",
  ],
  async run(args, output) {
    const stacks = chooseStacks(args);
    const access = {
      token: ensureToken(join(args.checkout.local, "dashboard-token")),
      port: readPort(args.flags["port"]),
    };
    const board = new Board();
    const actions = lateActions(stacks, board, args, output.signal);
    const server = buildServer({ access, assets: readAssets(), board, actions: actions.now });
    await listen(server, access.port);
    announce(access, args, output);
    actions.start();
    if (!output.signal.aborted) await once(output.signal, "abort");
    await server.close();
    return 0;
  },
};

/** All stacks with settings, or those named. @throws UserError `stack-unknown` */
function chooseStacks({ positionals: named, checkout: { root } }: VerbArguments): readonly string[] {
  for (const stack of named) requireStack(root, stack);
  return named.length === 0 ? listStacks(root) : named;
}

function readPort(value: VerbArguments["flags"][string]): number {
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UserError("usage", `${String(value)} is no port`, { help: `--port ${PORT}` });
}

/** The page is served before what it shows is loaded: the Automation API alone takes most of a second. */
function lateActions(
  stacks: readonly string[],
  board: Board,
  args: VerbArguments,
  signal: AbortSignal,
): { readonly now: Actions; start(): void } {
  const started = Promise.withResolvers<void>();
  const sources = started.promise.then(async () => {
    const { startSources } = await import("./dashboard/sources.ts");
    return startSources({
      board,
      stacks,
      engine: String(args.flags["engine"]),
      checkout: args.checkout,
      signal,
    });
  });
  sources.catch(() => undefined);
  return {
    start: started.resolve,
    now: {
      stacks,
      preview: (stack) => {
        sources.then(({ preview }) => preview(stack)).catch(() => undefined);
      },
      reviewDrift: (stack) => {
        sources.then(({ reviewDrift }) => reviewDrift(stack)).catch(() => undefined);
      },
      logs: async function* (query) {
        yield* (await sources).logs(query);
      },
    },
  };
}

async function listen(server: ReturnType<typeof buildServer>, port: number): Promise<void> {
  try {
    await server.listen({ port, host: "127.0.0.1" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    throw new UserError("port-in-use", `port ${port} is in use: perhaps by another dashboard`, {
      help: `./infra dashboard --port ${port + 1}`,
      cause,
    });
  }
}

function announce(access: Access, args: VerbArguments, output: Output): void {
  const link = linkFor(access);
  output.stdout.write(args.flags["json"] === true ? `${JSON.stringify({ link })}\n` : `${link}\n`);
  output.stderr.write("the dashboard is there; Ctrl-C ends it\n");
  if (output.stdout.isTTY !== true || args.flags["no-open"] === true) return;
  openBrowser(link);
}

/** Where there is no browser to open, the link is there to be opened. */
function openBrowser(link: string): void {
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  spawn(opener, [link], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}
