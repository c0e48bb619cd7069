import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeMaker, gitOfHistory } from "../../../ops/release/maker.ts";

it("a maker has the commit, and whether files differ from it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "maker-"));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
  git("init", "--quiet", "--initial-branch", "main");
  git("config", "user.name", "Test");
  git("config", "user.email", "test@trials.example");
  git("commit", "--quiet", "--allow-empty", "--message", "feat: it");
  expect(await describeMaker(folder)).toMatchObject({
    by: { user: "Test" },
    git: { branch: "main", dirty: false },
    subject: "feat: it",
  });
  writeFileSync(join(folder, "new"), "");
  git("checkout", "--quiet", "--detach");
  const { git: state } = await describeMaker(folder);
  expect(state?.dirty).toBe(true);
  expect(state).not.toHaveProperty("branch");
});

it("a maker outside of a git repository has no commit", async () => {
  const maker = await describeMaker(mkdtempSync(join(tmpdir(), "maker-")));
  expect(maker.git).toBeUndefined();
  expect(maker.by.user).not.toBe("");
});

it("the official CLI's history tells the commit", () => {
  const commit = "a".repeat(40);
  const told = { "git.head": commit, "git.headName": "refs/heads/main", "git.dirty": "true" };
  expect(gitOfHistory(told)).toEqual({ commit, branch: "main", dirty: true });
  expect(gitOfHistory({ "git.head": commit })).toEqual({ commit, dirty: false });
  expect(gitOfHistory({})).toBeUndefined();
});
