import { execFile } from "node:child_process";
import { ProviderError } from "../../errors.ts";

/** A program of the machine that prints objects as YAML. */
export interface Renderer {
  /** Names under which it may be found, the best first; each with the arguments it takes then. */
  readonly commands: readonly (readonly [program: string, args: readonly string[]])[];
  /** What it renders, for messages: `the chart web`. */
  readonly what: string;
  /** Where the program can be had. */
  readonly help: string;
}

export interface RendererPlace {
  readonly directory: string;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly signal: AbortSignal;
}

const MAX_OUTPUT = 256 * 1024 * 1024;

/** Its output. @throws ProviderError where no such program is here, or with what it said when it failed */
export async function runRenderer(renderer: Renderer, place: RendererPlace): Promise<string> {
  for (const [program, args] of renderer.commands) {
    const printed = await run(program, args, { ...place, what: renderer.what });
    if (printed !== undefined) return printed;
  }
  const names = renderer.commands.map(([program]) => program).join(" or ");
  throw new ProviderError(
    `${renderer.what} cannot be rendered: there is no ${names} on PATH; ${renderer.help}`,
    { status: "ok" },
  );
}

/** Undefined where there is no such program. */
function run(
  program: string,
  args: readonly string[],
  place: RendererPlace & { readonly what: string },
): Promise<string | undefined> {
  const { directory: cwd, environment: env, signal, what } = place;
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env, signal, maxBuffer: MAX_OUTPUT }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === "ENOENT") resolve(undefined);
      else {
        const said = stderr.trim() === "" ? error.message : stderr.trim();
        reject(new ProviderError(`${what} cannot be rendered: ${said}`, { status: "ok", cause: error }));
      }
    });
  });
}
