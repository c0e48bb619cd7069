import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { type Plugin, rolldown } from "rolldown";

type Stamp = readonly [size: number, time: number];

/** What each start knows of bundles. */
export const { folder, freshBundle, manifestFile, stampOf } = createRequire(import.meta.url)(
  "../bin/bundle.cjs",
) as {
  readonly folder: string;
  readonly manifestFile: string;
  freshBundle(root: string): string | undefined;
  stampOf(file: string): Stamp | undefined;
};

/** Of the command line, below the root. */
const ENTRY = "engine/src/cli/start.ts";

/** Loaded from their packages: they are large, few stacks need them, and `dockerode` reads files beside its own. */
const LEFT_OUT = [/^dockerode/, /^@kubernetes\//];

/** For so long a running engine may need parts of a bundle that another has replaced. */
const KEPT_MILLISECONDS = 24 * 60 * 60 * 1000;

/** npm replaces packages as a whole: the file with a package's version changes with any other of its files. */
const PACKAGE_FOLDER = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/;

/** What npm has installed, and where: it decides which version of a package is found. */
const INSTALLED = "node_modules/.package-lock.json";

/** Bundles the engine's command line below `root`, unless there is a bundle of what is there. */
export async function ensureBundle(root: string): Promise<void> {
  if (freshBundle(root) === undefined) await bundle(root);
}

/**
 * Bundles the engine's command line below `root`. Each bundle has a folder of its own, since a running engine loads
 * parts when it needs them, and a manifest is replaced at the end: who starts finds the old bundle or the new one.
 */
async function bundle(root: string): Promise<void> {
  const bundles = join(root, folder);
  mkdirSync(bundles, { recursive: true });
  const made = mkdtempSync(join(bundles, "bundle-"));
  const stamps = new Map<string, Stamp>();
  const note = (file: string) => {
    const stamp = stampOf(file);
    if (stamp !== undefined && !stamps.has(file)) stamps.set(file, stamp);
  };
  note(join(root, INSTALLED));
  note(import.meta.filename);
  const build = await rolldown({
    cwd: root,
    input: ENTRY,
    platform: "node",
    // Types are stripped, and nothing else depends on a file that the manifest does not name.
    tsconfig: false,
    external: LEFT_OUT,
    // It tells of what a bundle might do in another way than the sources.
    onLog: (level, { message }) => {
      if (level === "warn") throw new Error(message);
    },
    plugins: [
      noteInputs((file) => {
        const packageFolder = PACKAGE_FOLDER.exec(file)?.[0];
        note(packageFolder === undefined ? file : join(packageFolder, "package.json"));
      }),
      keepPlaces,
    ],
  });
  // CommonJS is loaded in less time than modules are, above all what comes with Node.
  const names = { entryFileNames: "[name].cjs", chunkFileNames: "[name]-[hash].cjs" };
  const { output } = await build.write({ dir: made, format: "cjs", ...names });
  await build.close();
  for (const { fileName } of output) note(join(made, fileName));
  const manifest = {
    root,
    node: process.version,
    entry: relative(root, join(made, "start.cjs")),
    files: [...stamps].map(([file, stamp]) => [relative(root, file), ...stamp]),
  };
  const partial = join(made, "manifest.json");
  writeFileSync(partial, JSON.stringify(manifest));
  renameSync(partial, join(root, manifestFile));
  removeOld(bundles, made);
}

/** Told of each file before it is read: a change while the bundle is made makes it stale. */
function noteInputs(note: (file: string) => void): Plugin {
  return {
    name: "note-inputs",
    load(file) {
      note(file);
    },
  };
}

/** A module is told its own place, not that of the bundle: it finds the files beside it. */
const keepPlaces: Plugin = {
  name: "keep-places",
  transform: {
    filter: { code: "import.meta." },
    handler(code, filename) {
      const places = { url: pathToFileURL(filename).href, dirname: dirname(filename), filename };
      return code.replaceAll(/\bimport\.meta\.(url|dirname|filename)\b/g, (_, name: keyof typeof places) =>
        JSON.stringify(places[name]),
      );
    },
  },
};

function removeOld(bundles: string, newest: string): void {
  for (const entry of readdirSync(bundles, { withFileTypes: true })) {
    const path = join(bundles, entry.name);
    if (!entry.isDirectory() || path === newest) continue;
    // Not a number where another has removed it meanwhile.
    const age = Date.now() - Number(stampOf(path)?.[1]);
    if (age > KEPT_MILLISECONDS) rmSync(path, { recursive: true, force: true });
  }
}

if (import.meta.main) await ensureBundle(dirname(dirname(import.meta.dirname)));
