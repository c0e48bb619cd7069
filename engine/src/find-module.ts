import { createRequire } from "node:module";
import { delimiter, join } from "node:path";

type Environment = { readonly [name: string]: string | undefined };

/**
 * The file of a module as a program in `directory` sees it that runs with `env`: this process's own NODE_PATH, which
 * Node read at its start, need not be that of the program.
 * @throws Error of Node, where there is none.
 */
export function findModule(name: string, directory: string, env: Environment): string {
  const global = (env["NODE_PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return createRequire(join(directory, "package.json")).resolve(name, { paths: [directory, ...global] });
}
