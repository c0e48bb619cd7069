import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const SCRIPTS = ["killed-run", "recover-runs"] as const;

/** The scripts of this folder with all that they import in few files: many processes are started with them. */
export async function bundleScripts(
  folder: string,
): Promise<{ readonly [name in (typeof SCRIPTS)[number]]: string }> {
  const input = Object.fromEntries(SCRIPTS.map((name) => [name, join(import.meta.dirname, `${name}.ts`)]));
  const build = await rolldown({ input, platform: "node", tsconfig: false, logLevel: "silent" });
  await build.write({ dir: folder, format: "esm" });
  await build.close();
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  return { "killed-run": join(folder, "killed-run.js"), "recover-runs": join(folder, "recover-runs.js") };
}
