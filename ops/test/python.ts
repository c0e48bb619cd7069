import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { local, root } from "../paths.ts";
import type { SuiteContext } from "./suite.ts";

type Preparation = Pick<SuiteContext, "output" | "execute">;

const REQUIREMENTS = "services/requirements-dev.txt";

/** Gives the path of a tool in the Python environment of the tests, made from the locked requirements when they changed. */
export async function ensurePython(context: Preparation): Promise<(tool: string) => string> {
  const folder = join(local, "python");
  const stamp = join(folder, "requirements.sha256");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, REQUIREMENTS)))
    .digest("hex");
  const found = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  if (found !== wanted) {
    context.output.stderr.write("python: installing the locked requirements …\n");
    rmSync(folder, { recursive: true, force: true });
    await makeEnvironment(folder, context);
    // The lock is complete: pip need not resolve, and cannot take a newer package than the locked one. Python compiles
    // what is imported; all of it took pip as long as everything else.
    const pip = {
      command: join(folder, "bin", "pip"),
      args: ["install", "-q", "--no-compile", "--no-deps", "--require-hashes", "-r", REQUIREMENTS],
    };
    if ((await context.execute(pip)) !== 0) {
      throw new UserError("python-packages", "the Python packages of the tests could not be installed", {
        help: "see the messages above; ./infra test goes on where it stopped",
      });
    }
    writeFileSync(stamp, wanted);
  }
  return (tool) => join(folder, "bin", tool);
}

/** Debian keeps `venv` in a package of its own. */
async function makeEnvironment(folder: string, context: Preparation): Promise<void> {
  const venv = { command: "python3", args: ["-m", "venv", folder] };
  if (existsSync("/usr/bin/apt-get") && process.getuid?.() === 0 && !(await hasVenv(context))) {
    await context.execute({ command: "apt-get", args: ["update", "-qq"] });
    await context.execute({
      command: "apt-get",
      args: ["install", "-y", "-qq", "--no-install-recommends", "python3", "python3-venv"],
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
  }
  if ((await context.execute(venv)) !== 0) {
    throw new UserError(
      "python-missing",
      "Python 3.11 or newer with its venv module is needed for the tests",
      {
        help: "install python3 and python3-venv",
      },
    );
  }
}

async function hasVenv(context: Preparation): Promise<boolean> {
  const probe = { command: "sh", args: ["-c", "python3 -c 'import venv, ensurepip' 2>/dev/null"] };
  return (await context.execute(probe)) === 0;
}
