import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findBuild } from "../../src/cli/ci-environment.ts";

describe("the branch and the commit's message of a build", () => {
  it.each([
    [{ TF_BUILD: "1", BUILD_SOURCEBRANCHNAME: "b", BUILD_SOURCEVERSIONMESSAGE: "m" }, "b", "m"],
    [
      {
        TF_BUILD: "1",
        BUILD_REPOSITORY_PROVIDER: "GitHub",
        SYSTEM_PULLREQUEST_PULLREQUESTNUMBER: "3",
        SYSTEM_PULLREQUEST_SOURCEBRANCH: "topic",
        BUILD_SOURCEBRANCHNAME: "merge",
      },
      "topic",
      undefined,
    ],
    [{ BITBUCKET_COMMIT: "c", BITBUCKET_BRANCH: "b" }, "b", undefined],
    [{ BUILDKITE: "true", BUILDKITE_BRANCH: "b", BUILDKITE_MESSAGE: "m" }, "b", "m"],
    [{ CIRCLECI: "true", CIRCLE_BRANCH: "b" }, "b", undefined],
    [{ CF_BUILD_URL: "u", CF_BRANCH: "b", CF_COMMIT_MESSAGE: "m" }, "b", "m"],
    [{ GITHUB_ACTIONS: "true", GITHUB_REF: "refs/heads/b" }, "refs/heads/b", undefined],
    [{ GITLAB_CI: "true", CI_COMMIT_REF_NAME: "b", CI_COMMIT_MESSAGE: "m" }, "b", "m"],
    [{ JENKINS_URL: "u", GIT_BRANCH: "b" }, "b", undefined],
    [{ TRAVIS: "true", TRAVIS_BRANCH: "b", TRAVIS_COMMIT_MESSAGE: "m" }, "b", "m"],
    [{ PULUMI_CI_SYSTEM: "Mine", PULUMI_CI_BRANCH_NAME: "b", PULUMI_COMMIT_MESSAGE: "m" }, "b", "m"],
    [{ DRONE: "true" }, undefined, undefined],
  ])("%j", (env, branch, commitMessage) => {
    const { build } = findBuild(env) ?? {};
    expect([build?.branch, build?.commitMessage]).toEqual([branch, commitMessage]);
  });

  it("is the branch that is to be pulled where a pull request started it", () => {
    const folder = mkdtempSync(join(tmpdir(), "event-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "event.json");
    writeFileSync(path, '{"number": 12, "pull_request": {"head": {"sha": "def", "ref": "topic"}}}');
    const env = { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request", GITHUB_EVENT_PATH: path };
    expect(findBuild({ ...env, GITHUB_REF: "refs/pull/12/merge" })?.build.branch).toBe("topic");
  });

  it("is unknown outside of a build", () => {
    expect(findBuild({ GITHUB_REF: "refs/heads/b" })).toBeUndefined();
  });
});
