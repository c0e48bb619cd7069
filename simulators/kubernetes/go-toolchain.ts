import { chmodSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ControlPlaneError } from "./control-plane-error.ts";
import { runCommand } from "./run-command.ts";
import { goVersion, modules } from "./versions.ts";

/**
 * The Go that builds the modules: the machine's, or where that is older the pinned one, which the machine's fetches
 * from the module proxy and checks, as later ones do by themselves (https://go.dev/doc/toolchain).
 * @throws ControlPlaneError where Go is missing, or cannot fetch it
 */
export async function findGo(): Promise<string> {
  if (await isNewEnough()) return "go";
  const folder = await fetchToolchain().catch((error: Error) => {
    throw new ControlPlaneError(
      `Go ${goVersion} or newer is needed to build the Kubernetes control plane: ${error.message}`,
    );
  });
  return join(folder, "bin", "go");
}

/** In the modules' folder, where a Go of today becomes the one that they ask for. */
async function isNewEnough(): Promise<boolean> {
  try {
    const found = (await runCommand("go", ["env", "GOVERSION"], { cwd: modules })).trim();
    return compare(found.replace(/^go/, ""), goVersion) >= 0;
  } catch {
    return false;
  }
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

async function fetchToolchain(): Promise<string> {
  // Outside the modules: an old Go cannot read their go.mod.
  const place = { cwd: tmpdir(), env: { GOFLAGS: "" } };
  const platform = (await runCommand("go", ["env", "GOHOSTOS", "GOHOSTARCH"], place)).trim().split("\n");
  const module = `golang.org/toolchain@v0.0.1-go${goVersion}.${platform.join("-")}`;
  const found = JSON.parse(await runCommand("go", ["mod", "download", "-json", module], place)) as {
    readonly Dir: string;
  };
  makeExecutable(found.Dir);
  return found.Dir;
}

/** Modules have no modes of files. */
function makeExecutable(folder: string): void {
  const programs = ["bin", join("pkg", "tool")].flatMap((part) =>
    readdirSync(join(folder, part), { recursive: true, withFileTypes: true }),
  );
  for (const { parentPath, name } of programs.filter((entry) => entry.isFile())) {
    chmodSync(join(parentPath, name), 0o755);
  }
}
