import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import type { CommandOptions } from "./command.ts";
import { isDebian, type Machine } from "./machine.ts";

/**
 * Path of a program from a package of the distribution: the installed one, else unpacked below `folder` without being
 * installed, so that no service of it is started and nobody has to be root.
 *
 * @throws UserError `package-missing`; CommandError where apt-get fails.
 */
export async function unpackProgram(
  machine: Machine,
  wanted: { readonly package: string; readonly program: string; readonly folder: string },
  options: CommandOptions = {},
): Promise<string> {
  const unpacked = join(wanted.folder, wanted.package, "usr", "bin", wanted.program);
  const found = machine.find(wanted.program) ?? (machine.exists(unpacked) ? unpacked : undefined);
  if (found !== undefined) return found;
  if (!isDebian(machine)) {
    throw new UserError("package-missing", `${wanted.program} is needed and is not on PATH`, {
      help: `install it; Debian and Ubuntu have it in the package ${wanted.package}`,
    });
  }
  mkdirSync(wanted.folder, { recursive: true });
  const partial = mkdtempSync(join(wanted.folder, `${wanted.package}.partial-`));
  try {
    await download(machine, wanted.package, partial, options);
    const archive = readdirSync(partial).find((file) => file.endsWith(".deb")) ?? "";
    await machine.run("dpkg-deb", ["-x", join(partial, archive), join(partial, "tree")], options);
    rmSync(join(wanted.folder, wanted.package), { recursive: true, force: true });
    renameSync(join(partial, "tree"), join(wanted.folder, wanted.package));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return join(dirname(unpacked), wanted.program);
}

/** `apt-get download` writes into the folder that it is started in. A stale package list is renewed once, by root. */
async function download(
  machine: Machine,
  name: string,
  folder: string,
  options: CommandOptions,
): Promise<void> {
  const get = async () =>
    machine.run("sh", ["-c", 'cd "$0" && apt-get download -q "$1"', folder, name], options);
  await get().catch(async (error: unknown) => {
    if (!machine.isRoot) throw error;
    await machine.run("apt-get", ["update", "-q"], options);
    await get();
  });
}
