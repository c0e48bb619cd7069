import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { withBuildLock } from "./build-lock.ts";
import { ControlPlaneError } from "./control-plane-error.ts";
import { findGo } from "./go-toolchain.ts";
import { runCommand } from "./run-command.ts";
import {
  type DefinitionModule,
  definitionModules,
  kubernetesVersion,
  modules,
  programs,
  versionsHash,
} from "./versions.ts";

export interface BuildOptions {
  /** @default `$XDG_CACHE_HOME`, else `~/.cache` */
  readonly cacheHome?: string;
  /** Told what is being built. @default nobody is */
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** What a build leaves in the cache. */
export interface BuiltControlPlane {
  /** Folder with the programs. */
  readonly programs: string;
  /** YAML files with the custom kinds. */
  readonly definitions: readonly string[];
}

/** Where the programs of the pinned versions are, or are to be. */
export function cacheFolder(cacheHome?: string): string {
  const home = cacheHome ?? (process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"));
  return join(home, "trials-infrastructure", "kubernetes", versionsHash());
}

/** What is not in the cache yet, by name. */
export function findMissing(cacheHome?: string): string[] {
  const folder = cacheFolder(cacheHome);
  return [
    ...Object.keys(programs).filter((name) => !existsSync(join(folder, "bin", name))),
    ...definitionModules
      .filter((source) => source.files.some((file) => !existsSync(join(folder, "definitions", file))))
      .map(({ module }) => module),
  ];
}

/**
 * Builds what the cache lacks: 8 to 20 minutes at first, nothing afterwards. A second process waits for the first,
 * and an interrupted build goes on where it stopped.
 * @throws ControlPlaneError where Go is missing, or a module does not build
 */
export async function ensureControlPlane(options: BuildOptions = {}): Promise<BuiltControlPlane> {
  const folder = cacheFolder(options.cacheHome);
  const report = options.onProgress ?? (() => undefined);
  if (findMissing(options.cacheHome).length > 0) {
    const onWait = (holder: number) => report(`process ${holder} is building it; waiting …`);
    const lock = { onWait, ...(options.signal !== undefined && { signal: options.signal }) };
    await withBuildLock(join(folder, "build.lock"), lock, async () => {
      const missing = findMissing(options.cacheHome);
      const go = missing.length > 0 ? await findGo() : "go";
      for (const [index, name] of missing.entries()) {
        report(`${name} (${index + 1} of ${missing.length}) …`);
        const source = definitionModules.find(({ module }) => module === name);
        await (source === undefined
          ? buildProgram(go, name, folder, options)
          : copyDefinitions(go, source, folder));
      }
    });
  }
  const definitions = join(folder, "definitions");
  return {
    programs: join(folder, "bin"),
    definitions: readdirSync(definitions).map((file) => join(definitions, file)),
  };
}

/**
 * A third less to compute: functions stay where they are called, and nothing is noted for a debugger, which `-s -w`
 * would leave out all the same. The programs do little, and that a bit slower.
 */
const COMPILER_FLAGS = "-gcflags=all=-l -dwarf=false";

/** Written beside its place and renamed: a program in the cache is a whole one. */
async function buildProgram(
  go: string,
  name: string,
  folder: string,
  { signal }: BuildOptions,
): Promise<void> {
  const unfinished = join(folder, "bin", `.${name}.${process.pid}`);
  mkdirSync(join(folder, "bin"), { recursive: true });
  const args = [
    "build",
    "-trimpath",
    COMPILER_FLAGS,
    `-ldflags=${linkerFlags(name)}`,
    "-o",
    unfinished,
    programs[name] ?? name,
  ];
  const env = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" };
  await runCommand(go, args, { cwd: modules, env, ...(signal !== undefined && { signal }) });
  renameSync(unfinished, join(folder, "bin", name));
}

/** Kubernetes takes its version from the linker; without it the API server says v0.0.0 and clients refuse it. */
function linkerFlags(name: string): string {
  if (name === "kwok" || name === "helm") return "-s -w";
  const [major, minor] = kubernetesVersion.slice(1).split(".");
  const variable = "-X k8s.io/component-base/version";
  return `-s -w ${variable}.gitVersion=${kubernetesVersion} ${variable}.gitMajor=${major} ${variable}.gitMinor=${minor}`;
}

async function copyDefinitions(go: string, source: DefinitionModule, folder: string): Promise<void> {
  const { module, version, sum } = source;
  const found = JSON.parse(await runCommand(go, ["mod", "download", "-json", `${module}@${version}`])) as {
    readonly Dir: string;
    readonly Sum: string;
  };
  if (found.Sum !== sum) {
    throw new ControlPlaneError(
      `${module}@${version} has the checksum ${found.Sum} and not ${sum}; it is not used`,
    );
  }
  mkdirSync(join(folder, "definitions"), { recursive: true });
  for (const file of source.files) {
    const unfinished = join(folder, "definitions", `.${file}.${process.pid}`);
    copyFileSync(join(found.Dir, source.folder, file), unfinished);
    renameSync(unfinished, join(folder, "definitions", file));
  }
}
