import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf, UserError } from "../errors.ts";
import type { BuiltImage } from "./images.ts";

const run = promisify(execFile);

/**
 * Brings the staged sources of images back out of git, as they were at a commit. Nothing is checked out.
 *
 * @throws UserError `sources-gone` where git does not have them
 */
export async function restageSources(
  images: readonly BuiltImage[],
  commit: string,
  root: string,
): Promise<void> {
  for (const { context } of images) {
    if (!existsSync(join(root, context, "Dockerfile"))) await restage(context, commit, root);
  }
}

/** The folder appears under its name in one step, as when it was staged at first. */
async function restage(context: string, commit: string, root: string): Promise<void> {
  const service = context.split("/").at(-2) ?? "";
  const folder = join(root, context);
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    const archive = `${partial}.tar`;
    const git = ["-c", "tar.umask=0022", "archive", "--format=tar", `--output=${archive}`];
    await run("git", [...git, commit, `services/${service}`], { cwd: root });
    await run("tar", ["-x", "-f", archive, "-C", partial, "--strip-components=2"]);
    rmSync(archive);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    rmSync(`${partial}.tar`, { force: true });
    throw new UserError(
      "sources-gone",
      `the sources of ${service} at commit ${commit.slice(0, 12)} are not to be had: ${messageOf(cause).trim().split("\n").at(-1)}`,
      { help: "fetch that commit (git fetch origin COMMIT), or choose another release", cause },
    );
  }
}
