import { parseArgs } from "node:util";
import { ensureControlPlane } from "./build.ts";
import { startControlPlane } from "./control-plane.ts";
import { ControlPlaneError } from "./control-plane-error.ts";

const USAGE = `node simulators/kubernetes/main.ts [--folder F] [--nodes N] [--build]

Starts a Kubernetes control plane of its own, prints the path of its kubeconfig and runs until it is stopped (Ctrl-C).

  --folder F  where data, certificates and logs go; default: a temporary folder that is removed at the end
  --nodes N   how many machines it pretends to have, in two zones; default: 4
  --build     only build what is missing (8 to 20 minutes at first)
`;

/** Runs the command until `signal` is aborted. Gives the exit code. */
export async function run(
  args: readonly string[],
  output: { readonly stdout: (text: string) => void; readonly stderr: (text: string) => void },
  signal: AbortSignal,
): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        folder: { type: "string" },
        nodes: { type: "string", default: "4" },
        build: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) output.stdout(USAGE);
    else {
      const onProgress = (message: string) => output.stderr(`kubernetes: ${message}\n`);
      if (values.build) await ensureControlPlane({ onProgress, signal });
      else {
        const folder = values.folder === undefined ? {} : { folder: values.folder };
        await serve({ ...folder, nodes: toCount(values.nodes), onProgress, signal }, output);
      }
    }
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    const isTold = error instanceof ControlPlaneError || isUsageError(error);
    if (!isTold) throw error;
    output.stderr(`error: ${(error as Error).message}\n`);
    return error instanceof ControlPlaneError ? 1 : 2;
  }
}

async function serve(
  options: NonNullable<Parameters<typeof startControlPlane>[0]> & { readonly signal: AbortSignal },
  output: { readonly stdout: (text: string) => void; readonly stderr: (text: string) => void },
): Promise<void> {
  const plane = await startControlPlane(options);
  const times = Object.entries(plane.startTimes).map(
    ([phase, time]) => `${phase} ${(time / 1000).toFixed(1)} s`,
  );
  output.stderr(`kubernetes: ready at ${plane.server} (${times.join(", ")})\n`);
  output.stdout(`${plane.kubeconfigFile}\n`);
  if (!options.signal.aborted) {
    await new Promise((resolve) => options.signal.addEventListener("abort", resolve, { once: true }));
  }
  await plane.close();
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new ControlPlaneError(`--nodes takes a number from 1 to 999, not "${text}"`);
}

function isUsageError(error: unknown): boolean {
  return (
    error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS")
  );
}

if (import.meta.main) {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stop.abort());
  const output = {
    stdout: (text: string) => void process.stdout.write(text),
    stderr: (text: string) => void process.stderr.write(text),
  };
  // The signal's listeners would keep a build's end from being the process's end.
  process.exit(await run(process.argv.slice(2), output, stop.signal));
}
