import { execFile } from "node:child_process";
import { hostname, userInfo } from "node:os";
import { promisify } from "node:util";
import type { GitState, Release } from "../../contracts/release.ts";

const execute = promisify(execFile);

/** Who makes a release, and of which sources. */
export interface Maker {
  readonly by: Release["by"];
  readonly git: GitState | undefined;
  /** First line of the commit's message. */
  readonly subject: string | undefined;
}

/** Asks git and the machine; a folder that is no git repository has no commit. */
export async function describeMaker(folder: string): Promise<Maker> {
  const git = (...args: string[]) => askGit(folder, args);
  const [user, commit, branch, changed, subject] = await Promise.all([
    git("config", "user.name"),
    git("rev-parse", "HEAD"),
    git("branch", "--show-current"),
    git("status", "--porcelain"),
    git("log", "-1", "--format=%s"),
  ]);
  return {
    by: { user: user ?? userInfo().username, host: hostname() },
    git:
      commit === undefined ? undefined : { commit, ...(branch && { branch }), dirty: changed !== undefined },
    subject,
  };
}

/** What git says; undefined where it says nothing. */
async function askGit(folder: string, args: readonly string[]): Promise<string | undefined> {
  const said = await execute("git", args, { cwd: folder }).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  return said === "" ? undefined : said;
}

/** What the official CLI wrote about the sources into its history. */
export function gitOfHistory(environment: { readonly [name: string]: string }): GitState | undefined {
  const commit = environment["git.head"];
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  const branch = environment["git.headName"]?.replace(/^refs\/heads\//, "");
  return { commit, ...(branch && { branch }), dirty: environment["git.dirty"] === "true" };
}
