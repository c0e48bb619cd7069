import { UserError } from "../errors.ts";

/** Programs for Bun are run by Node, too. */
const RUNTIMES: readonly string[] = ["nodejs", "bun"];

/** A program in another language would only seem to lack its packages. @throws UserError `runtime-unsupported`. */
export function refuseRuntime(runtime: string): void {
  if (RUNTIMES.includes(runtime)) return;
  throw new UserError("runtime-unsupported", `the program's runtime '${runtime}' is not supported`, {
    help: "This engine runs programs for Node, and inline programs of the Automation API in any language.",
  });
}
