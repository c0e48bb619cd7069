import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureDockerPlatform } from "../bootstrap/docker-platform.ts";
import { ensureGo } from "../bootstrap/go.ts";
import { canInstall, installPackages, type Machine, thisMachine } from "../bootstrap/machine.ts";
import { UserError } from "../errors.ts";
import { local, root } from "../paths.ts";
import type { Suite, SuiteContext } from "./suite.ts";

type Preparation = Pick<SuiteContext, "output" | "execute">;

/** Brings what the chosen suites need: Docker with its base images, Go, Chromium, the packages of the Node backend, the engine's bundle. */
export async function prepareTests(chosen: readonly Suite[], context: Preparation): Promise<void> {
  if (chosen.some(({ needsDocker }) => needsDocker)) await ensureDockerPlatform("test", context.output);
  if (chosen.some(({ needsGo }) => needsGo)) await ensureGo(thisMachine(), context.output);
  if (chosen.some(({ needsChromium }) => needsChromium)) await ensureChromium(thisMachine(), context);
  await ensureBackendPackages(context);
  await bundleEngine(context);
  if (chosen.some(({ needsControlPlane }) => needsControlPlane)) {
    await ensureControlPlanePackages(thisMachine(), context);
    buildControlPlane(context);
  }
}

/** The browser that opens the dashboard. Without it those tests fail, and say why. */
export async function ensureChromium(
  machine: Machine,
  { output }: Pick<SuiteContext, "output">,
): Promise<void> {
  if (machine.find("chromium") !== undefined || !canInstall(machine)) return;
  output.stderr.write("chromium: installing the distribution's package …\n");
  await installPackages(machine, ["chromium", "fonts-dejavu-core"]);
}

/** What the Kubernetes control plane takes from the distribution. Without it its tests fail, and say why. */
export async function ensureControlPlanePackages(
  machine: Machine,
  { output }: Pick<SuiteContext, "output">,
): Promise<void> {
  if (machine.find("openssl") !== undefined || !canInstall(machine)) return;
  output.stderr.write("openssl: installing the distribution's package …\n");
  await installPackages(machine, ["openssl"]);
}

/**
 * Builds the control plane beside the suites that run first, giving way to them. Its own suite waits for it; what
 * fails here fails there too, where it is told.
 */
export function buildControlPlane({ execute }: Pick<SuiteContext, "execute">): void {
  const build = [process.execPath, "simulators/kubernetes/main.ts", "--build"];
  execute({ command: "nice", args: ["-n", "19", ...build] }).catch(() => undefined);
}

/** Most suites start the engine hundreds of times. Where its bundle cannot be made they run its sources, only later. */
export async function bundleEngine({ execute }: Pick<SuiteContext, "execute">): Promise<void> {
  await execute({ command: process.execPath, args: ["engine/build/bundle.ts"] }).catch(() => undefined);
}

/** The Node backend is a project of its own, with its own lock file. */
async function ensureBackendPackages(context: Preparation): Promise<void> {
  const folder = "services/backend-node";
  const lock = join(root, folder, "package-lock.json");
  const stamp = join(local, "backend-node-package-lock.json");
  const isInstalled =
    existsSync(stamp) &&
    existsSync(join(root, folder, "node_modules")) &&
    readFileSync(stamp, "utf8") === readFileSync(lock, "utf8");
  if (isInstalled) return;
  context.output.stderr.write("backend-node: installing the locked packages …\n");
  const install = { command: "npm", args: ["ci", "--loglevel=error"], cwd: folder };
  if ((await context.execute(install)) !== 0) {
    throw new UserError("node-packages", "the packages of services/backend-node could not be installed", {
      help: "see the messages above; ./infra test goes on where it stopped",
    });
  }
  copyFileSync(lock, stamp);
}
