import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { repositoryNotes } from "../../src/cli/repository-notes.ts";

const PEOPLE = {
  GIT_AUTHOR_NAME: "An Author",
  GIT_AUTHOR_EMAIL: "author@example.com",
  GIT_COMMITTER_NAME: "A Committer",
  GIT_COMMITTER_EMAIL: "committer@example.com",
};
const env = { PATH: process.env["PATH"], HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };

interface Repository {
  readonly root: string;
  /** The folder of the project in it. */
  readonly project: string;
  readonly git: (...args: string[]) => string;
}

function repository(): Repository {
  const root = mkdtempSync(join(tmpdir(), "repository-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const project = join(root, "infra/dev");
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "Pulumi.yaml"), "name: p\n");
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: root, env: { ...env, ...PEOPLE }, encoding: "utf8" }).trim();
  git("init", "--quiet", "--initial-branch", "main");
  return { root, project, git };
}

function committed(message = "Move the gateway\n\nIts image is smaller.\n"): Repository {
  const made = repository();
  made.git("add", ".");
  made.git("commit", "--quiet", "--allow-empty-message", "--message", message);
  return made;
}

describe("what the history records of a repository", () => {
  it("are its commit, its branch, its people, where it is hosted and whether all is committed", async () => {
    const { project, git } = committed();
    git("remote", "add", "origin", "git@github.com:acme/trials.git");
    expect(await repositoryNotes(project, env)).toEqual({
      title: "Move the gateway",
      insists: false,
      environment: {
        "git.author": "An Author",
        "git.author.email": "author@example.com",
        "git.committer": "A Committer",
        "git.committer.email": "committer@example.com",
        "git.dirty": "false",
        "git.head": git("rev-parse", "HEAD"),
        "git.headName": "refs/heads/main",
        "vcs.kind": "github.com",
        "vcs.owner": "acme",
        "vcs.repo": "trials",
        "vcs.root": "infra/dev",
      },
    });
  });

  it("says that something is not committed, and that the project is at the root", async () => {
    const { root, git } = committed();
    git("remote", "add", "origin", "/srv/trials");
    writeFileSync(join(root, "new"), "");
    const { environment } = await repositoryNotes(root, env);
    expect(environment).toMatchObject({ "git.dirty": "true", "vcs.root": "." });
    expect(Object.keys(environment)).not.toContain("vcs.owner");
  });

  it("knows the branch of a build that has checked out a commit, and its message", async () => {
    const { project, git } = committed("");
    git("checkout", "--quiet", "--detach");
    const nameless = await repositoryNotes(project, env);
    expect(Object.keys(nameless.environment)).not.toContain("git.headName");
    expect(nameless.title).toBe("");
    const build = {
      ...env,
      GITLAB_CI: "true",
      CI_COMMIT_REF_NAME: "review",
      CI_COMMIT_MESSAGE: "From the build\r\nmore",
    };
    const notes = await repositoryNotes(project, build);
    expect(notes.environment["git.headName"]).toBe("review");
    expect(notes.title).toBe("From the build");
  });

  it("is nothing where there is no commit yet, and where there is no Git", async () => {
    const { project } = repository();
    const nothing = { title: undefined, insists: false, environment: {} };
    expect(await repositoryNotes(project, env)).toEqual(nothing);
    const made = committed();
    expect(await repositoryNotes(made.project, { ...env, PATH: "/nonexistent" })).toEqual(nothing);
  });

  it("is what variables say outside of a repository", async () => {
    const folder = mkdtempSync(join(tmpdir(), "no-repository-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(await repositoryNotes(folder, env)).toEqual({ title: undefined, insists: true, environment: {} });
    const variables = {
      PULUMI_VCS_REPO_OWNER: "acme",
      PULUMI_GIT_HEAD: "0123",
      PULUMI_GIT_HEAD_NAME: "HEAD",
      PULUMI_GIT_COMMIT_MESSAGE: "Title\nbody",
      PULUMI_GIT_AUTHOR: "",
    };
    expect(await repositoryNotes(folder, variables)).toEqual({
      title: "Title",
      insists: true,
      environment: { "vcs.owner": "acme", "git.head": "0123", "git.headName": "HEAD" },
    });
  });
});
