/** Which build system runs a command, and which build: told by its environment alone, as the official CLI records it. */
import { readFileSync } from "node:fs";

type Environment = { readonly [name: string]: string | undefined };

/** What a build system says of a build. */
export interface Build {
  readonly id?: string | undefined;
  readonly number?: string | undefined;
  readonly type?: string | undefined;
  readonly url?: string | undefined;
  readonly sha?: string | undefined;
  readonly pullRequest?: string | undefined;
  /** As the system calls it. */
  readonly branch?: string | undefined;
  readonly commitMessage?: string | undefined;
}

interface BuildSystem {
  readonly name: string;
  /** Any of these that is set tells of it. */
  readonly variables: readonly string[];
  readonly build?: (env: Environment) => Build;
}

/** A build that variables tell of as they are. */
function told(variables: { readonly [field in keyof Build]: string }): (env: Environment) => Build {
  return (env) => Object.fromEntries(Object.entries(variables).map(([field, name]) => [field, env[name]]));
}

/** A system that is not known says what it is in variables of Pulumi's own. */
const namedBuild = told({
  id: "PULUMI_CI_BUILD_ID",
  number: "PULUMI_CI_BUILD_NUMBER",
  type: "PULUMI_CI_BUILD_TYPE",
  url: "PULUMI_CI_BUILD_URL",
  sha: "PULUMI_CI_PULL_REQUEST_SHA",
  pullRequest: "PULUMI_PR_NUMBER",
  branch: "PULUMI_CI_BRANCH_NAME",
  commitMessage: "PULUMI_COMMIT_MESSAGE",
});

const gitlabBuild = told({
  id: "CI_PIPELINE_ID",
  number: "CI_PIPELINE_IID",
  type: "CI_PIPELINE_SOURCE",
  url: "CI_JOB_URL",
  sha: "CI_COMMIT_SHA",
  pullRequest: "CI_MERGE_REQUEST_IID",
  branch: "CI_COMMIT_REF_NAME",
  commitMessage: "CI_COMMIT_MESSAGE",
});

const SYSTEMS: readonly BuildSystem[] = [
  { name: "AppVeyor", variables: ["APPVEYOR"] },
  { name: "AWS CodeBuild", variables: ["CODEBUILD_BUILD_ARN"] },
  { name: "Atlassian Bamboo", variables: ["bamboo_planKey"] },
  { name: "Atlassian Bitbucket Pipelines", variables: ["BITBUCKET_COMMIT"], build: bitbucketBuild },
  { name: "Azure Pipelines", variables: ["TF_BUILD"], build: azureBuild },
  { name: "Buildkite", variables: ["BUILDKITE"], build: buildkiteBuild },
  {
    name: "CircleCI",
    variables: ["CIRCLECI"],
    build: told({
      id: "CIRCLE_BUILD_NUM",
      url: "CIRCLE_BUILD_URL",
      sha: "CIRCLE_SHA1",
      branch: "CIRCLE_BRANCH",
    }),
  },
  { name: "Codefresh", variables: ["CF_BUILD_URL"], build: codefreshBuild },
  { name: "Drone", variables: ["DRONE"] },
  { name: "GitHub Actions", variables: ["GITHUB_ACTIONS"], build: githubBuild },
  { name: "GitLab CI/CD", variables: ["GITLAB_CI"], build: gitlabBuild },
  { name: "GoCD", variables: ["GO_PIPELINE_LABEL"] },
  { name: "Hudson", variables: ["HUDSON_URL"] },
  {
    name: "Jenkins",
    variables: ["JENKINS_URL"],
    build: (env) => ({
      id: env["BUILD_NUMBER"] || env["BUILD_ID"],
      url: env["BUILD_URL"],
      sha: env["GIT_COMMIT"],
      branch: env["GIT_BRANCH"],
    }),
  },
  { name: "Magnum CI", variables: ["MAGNUM"] },
  { name: "Semaphore", variables: ["SEMAPHORE"] },
  {
    name: "Spacelift",
    variables: [
      "SPACELIFT_MAX_REQUESTS_BURST",
      "TF_VAR_spacelift_run_trigger",
      "SPACELIFT_STORE_HOOKS_ENV_VARS",
      "TF_VAR_spacelift_commit_branch",
      "SPACELIFT_WORKER_TRACING_ENABLED",
    ],
  },
  { name: "TaskCluster", variables: ["TASK_ID", "RUN_ID"] },
  { name: "TeamCity", variables: ["TEAMCITY_VERSION"] },
  { name: "Travis CI", variables: ["TRAVIS"], build: travisBuild },
];

/** The build that a command is part of; undefined outside of one, or where told not to look. */
export function findBuild(env: Environment): { readonly system: string; readonly build: Build } | undefined {
  if (env["PULUMI_DISABLE_CI_DETECTION"]) return undefined;
  const named = env["PULUMI_CI_SYSTEM"];
  const system = named
    ? { name: named, build: namedBuild }
    : (SYSTEMS.find(({ variables }) => variables.some((variable) => env[variable])) ?? codeship(env));
  return system && { system: system.name, build: system.build?.(env) ?? {} };
}

/** What the history records of the build. */
export function ciEnvironment(env: Environment): readonly (readonly [name: string, value: string])[] {
  const found = findBuild(env);
  if (found === undefined) return [];
  const { system, build } = found;
  const values: readonly (readonly [string, string | undefined])[] = [
    ["ci.system", system],
    ["ci.build.id", build.id],
    ["ci.build.number", build.number],
    ["ci.build.type", build.type],
    ["ci.build.url", build.url],
    ["ci.pr.headSHA", build.sha],
    ["ci.pr.number", build.pullRequest],
  ];
  return values.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}

function codeship(env: Environment): Omit<BuildSystem, "variables"> | undefined {
  return env["CI_NAME"] === "codeship" ? { name: "Codeship" } : undefined;
}

function bitbucketBuild(env: Environment): Build {
  const id = env["BITBUCKET_BUILD_NUMBER"];
  const origin = env["BITBUCKET_GIT_HTTP_ORIGIN"];
  return {
    id,
    url: origin && `${origin}/addon/pipelines/home#!/results/${id ?? ""}`,
    sha: env["BITBUCKET_COMMIT"],
    pullRequest: env["BITBUCKET_PR_ID"],
    branch: env["BITBUCKET_BRANCH"],
  };
}

function azureBuild(env: Environment): Build {
  const id = env["BUILD_BUILDID"];
  const organization = (env["SYSTEM_TEAMFOUNDATIONCOLLECTIONURI"] ?? "").replace(/\/$/, "");
  const isGithub = env["BUILD_REPOSITORY_PROVIDER"] === "GitHub";
  const pullRequest = isGithub
    ? env["SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"]
    : env["SYSTEM_PULLREQUEST_PULLREQUESTID"];
  return {
    id,
    type: env["BUILD_REASON"],
    url: `${organization}/${env["SYSTEM_TEAMPROJECT"] ?? ""}/_build/results?buildId=${id ?? ""}`,
    sha: isGithub ? env["SYSTEM_PULLREQUEST_SOURCECOMMITID"] : env["BUILD_SOURCEVERSION"],
    pullRequest,
    branch: pullRequest ? env["SYSTEM_PULLREQUEST_SOURCEBRANCH"] : env["BUILD_SOURCEBRANCHNAME"],
    commitMessage: env["BUILD_SOURCEVERSIONMESSAGE"],
  };
}

function buildkiteBuild(env: Environment): Build {
  const request = env["BUILDKITE_PULL_REQUEST"];
  const isRequest = request !== "false";
  return {
    id: env["BUILDKITE_BUILD_ID"],
    number: env["BUILDKITE_BUILD_NUMBER"],
    type: isRequest ? "PullRequest" : env["BUILDKITE_SOURCE"],
    url: env["BUILDKITE_BUILD_URL"],
    sha: env["BUILDKITE_COMMIT"],
    pullRequest: isRequest ? request : undefined,
    branch: env["BUILDKITE_BRANCH"],
    commitMessage: env["BUILDKITE_MESSAGE"],
  };
}

function codefreshBuild(env: Environment): Build {
  const pullRequest = env["CF_PULL_REQUEST_NUMBER"];
  return {
    id: env["CF_BUILD_ID"],
    // The wrong way round, as the official CLI has it.
    type: pullRequest ? "Push" : "PullRequest",
    url: env["CF_BUILD_URL"],
    sha: env["CF_REVISION"],
    pullRequest,
    branch: env["CF_BRANCH"],
    commitMessage: env["CF_COMMIT_MESSAGE"],
  };
}

function githubBuild(env: Environment): Build {
  const [id, repository, type] = [env["GITHUB_RUN_ID"], env["GITHUB_REPOSITORY"], env["GITHUB_EVENT_NAME"]];
  const build = {
    id,
    number: env["GITHUB_RUN_NUMBER"],
    type,
    url: repository && id ? `https://github.com/${repository}/actions/runs/${id}` : undefined,
    sha: env["GITHUB_SHA"],
    branch: env["GITHUB_REF"],
  };
  const event = type === "pull_request" ? readPullRequest(env["GITHUB_EVENT_PATH"]) : undefined;
  if (event === undefined) return build;
  const { sha, ref } = event.pull_request?.head ?? {};
  return { ...build, sha, branch: ref, pullRequest: String(event.number ?? 0) };
}

interface PullRequestEvent {
  readonly number?: number;
  readonly pull_request?: { readonly head?: { readonly sha?: string; readonly ref?: string } };
}

function readPullRequest(path: string | undefined): PullRequestEvent | undefined {
  try {
    return path ? ((JSON.parse(readFileSync(path, "utf8")) as PullRequestEvent | null) ?? {}) : undefined;
  } catch {
    return undefined;
  }
}

function travisBuild(env: Environment): Build {
  const request = env["TRAVIS_PULL_REQUEST"];
  return {
    id: env["TRAVIS_JOB_ID"],
    number: env["TRAVIS_JOB_NUMBER"],
    type: env["TRAVIS_EVENT_TYPE"],
    url: env["TRAVIS_BUILD_WEB_URL"],
    sha: env["TRAVIS_PULL_REQUEST_SHA"],
    pullRequest: request === "false" ? undefined : request,
    branch: env["TRAVIS_BRANCH"],
    commitMessage: env["TRAVIS_COMMIT_MESSAGE"],
  };
}
