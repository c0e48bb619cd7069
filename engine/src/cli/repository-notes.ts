import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { ancestors } from "../ancestors.ts";
import { type Build, findBuild } from "./ci-environment.ts";
import { hostedRepository } from "./hosted-repository.ts";

type Environment = { readonly [name: string]: string | undefined };

/** What the history records of the repository that a project is in. */
export interface RepositoryNotes {
  /** `git.head`, `vcs.owner` … */
  readonly environment: { readonly [name: string]: string };
  /** The title of the commit. */
  readonly title: string | undefined;
  /** True where the title counts whatever message was given. */
  readonly insists: boolean;
}

const run = promisify(execFile);
/** A status names every file that has changed. */
const MAX_ANSWER = 2 ** 26;
/** What Git is asked about its commits: each field ends in a zero byte. */
const COMMIT = "--format=%H%x00%cn%x00%ce%x00%an%x00%ae%x00%B";

/**
 * Asks Git about the repository that a project is in; outside of one, variables of the environment tell, as with the
 * official CLI. What Git does not say is left out.
 */
export async function repositoryNotes(project: string, env: Environment): Promise<RepositoryNotes> {
  const root = ancestors(project).find((folder) => existsSync(join(folder, ".git")));
  const build = findBuild(env)?.build ?? {};
  if (root === undefined) return notesOfVariables(env, build);
  const git = (...args: string[]) => askGit(root, args, env);
  const [remote, commit, branch, changes, place] = await Promise.all([
    git("config", "--get", "remote.origin.url"),
    git("log", "-1", COMMIT),
    git("symbolic-ref", "--quiet", "HEAD"),
    git("status", "--porcelain", "-z"),
    placeIn(root, project),
  ]);
  const [head, committer, committerEmail, author, authorEmail, message = ""] = commit?.split("\0") ?? [];
  const host = remote === undefined ? undefined : hostedRepository(remote.trim());
  return {
    environment: present({
      ...{ "vcs.owner": host?.owner, "vcs.repo": host?.name, "vcs.kind": host?.kind },
      "vcs.root": remote === undefined ? undefined : place,
      ...{ "git.head": head, "git.committer": committer, "git.committer.email": committerEmail },
      ...{ "git.author": author, "git.author.email": authorEmail },
      "git.headName": head === undefined ? undefined : (branch?.trim() ?? build.branch),
      "git.dirty": head === undefined || changes === undefined ? undefined : String(changes !== ""),
    }),
    title: commit === undefined ? undefined : titleOf(message.trim() || (build.commitMessage ?? "")),
    insists: false,
  };
}

/** What a command of Git prints; undefined where it fails. */
async function askGit(cwd: string, args: readonly string[], env: Environment): Promise<string | undefined> {
  try {
    // Looking leaves no trace: an index that is out of date stays so.
    const asking = { cwd, env: { ...env, GIT_OPTIONAL_LOCKS: "0" }, maxBuffer: MAX_ANSWER };
    return (await run("git", args, asking)).stdout;
  } catch {
    return undefined;
  }
}

async function placeIn(root: string, project: string): Promise<string | undefined> {
  try {
    const path = relative(await realpath(root), await realpath(project));
    return path === "" ? "." : path.split(sep).join("/");
  } catch {
    return undefined;
  }
}

function notesOfVariables(env: Environment, build: Build): RepositoryNotes {
  const message = env["PULUMI_GIT_COMMIT_MESSAGE"] || build.commitMessage;
  const names = {
    "vcs.owner": "PULUMI_VCS_REPO_OWNER",
    "vcs.repo": "PULUMI_VCS_REPO_NAME",
    "vcs.kind": "PULUMI_VCS_REPO_KIND",
    "vcs.root": "PULUMI_VCS_REPO_ROOT",
    "git.head": "PULUMI_GIT_HEAD",
    "git.committer": "PULUMI_GIT_COMMITTER",
    "git.committer.email": "PULUMI_GIT_COMMITTER_EMAIL",
    "git.author": "PULUMI_GIT_AUTHOR",
    "git.author.email": "PULUMI_GIT_AUTHOR_EMAIL",
  };
  const told = Object.entries(names).map(([note, variable]) => [note, env[variable] || undefined] as const);
  return {
    environment: present({
      ...Object.fromEntries(told),
      "git.headName": env["PULUMI_GIT_HEAD_NAME"] || build.branch || undefined,
    }),
    title: message ? titleOf(message) : undefined,
    insists: true,
  };
}

function titleOf(message: string): string {
  return message.split(/[\r\n]/, 1)[0] ?? "";
}

function present(notes: { readonly [name: string]: string | undefined }): {
  readonly [name: string]: string;
} {
  return Object.fromEntries(
    Object.entries(notes).filter((note): note is [string, string] => note[1] !== undefined),
  );
}
