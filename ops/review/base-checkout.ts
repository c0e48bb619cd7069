import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../errors.ts";

const execute = promisify(execFile);

/** The program as another revision has it, in a folder of its own. */
export interface BaseCheckout {
  readonly root: string;
  remove(): Promise<void>;
}

/**
 * Checks a revision out beside the working tree; it runs with the working tree's packages.
 *
 * @throws UserError `base-unknown`
 */
export async function checkOutBase(root: string, reference: string): Promise<BaseCheckout> {
  const git = (...args: string[]) => execute("git", ["-C", root, ...args]);
  // A name that looks like a flag is none.
  const commit = await git(
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${reference}^{commit}`,
  ).then(
    ({ stdout }) => stdout.trim(),
    (cause: unknown) => {
      throw new UserError("base-unknown", `there is no revision ${reference} in this repository`, {
        help: "fetch it first (a shallow clone has the newest commit only), or name another",
        cause,
      });
    },
  );
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "trials-review-base-"));
  const tree = join(folder, "tree");
  const remove = async () => {
    await git("worktree", "remove", "--force", tree).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
    await git("worktree", "prune").catch(() => undefined);
  };
  try {
    await git("worktree", "add", "--detach", "--quiet", tree, commit);
    if (!existsSync(join(tree, "node_modules")))
      symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
    return { root: tree, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
