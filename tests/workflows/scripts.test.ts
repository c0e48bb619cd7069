import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptSandbox } from "./script-sandbox.ts";
import { stepsOf } from "./workflow-files.ts";

let sandbox: ScriptSandbox;
beforeEach(() => {
  sandbox = new ScriptSandbox();
});
afterEach(() => sandbox.remove());

/** The shell of a workflow's step. */
function stepCalled(file: string, name: string): string {
  const run = stepsOf(file).find((step) => step.name === name)?.run;
  if (run === undefined) throw new Error(`${file} has no step called ${name}`);
  return run;
}

describe("the step Review", () => {
  const env = { ENGINE: "embedded", BASE: "0123abcd", PULL_REQUEST: "17" };
  const step = stepCalled("review.yml", "Review");
  const reviewing = (code: number) =>
    sandbox.fake("infra", `echo '{}'; echo "<!-- infra-review -->" >report/comment.md; exit ${code}`);

  it("reviews with each state that was fetched, and leaves the report and the number of the pull request", () => {
    reviewing(0);
    sandbox.write("states/cloud.json", "{}");
    expect(sandbox.run(step, env).code).toBe(0);
    expect(sandbox.calls("infra")).toEqual([
      "review --engine embedded --base 0123abcd --markdown report/comment.md --html report/review.html --json --state cloud=states/cloud.json",
    ]);
    expect(sandbox.read("report/pull-request")).toBe("17\n");
    expect(sandbox.read("report/review.json")).toBe("{}\n");
  });

  it("passes whatever the verdict is, and fails where there is none", () => {
    for (const [verdict, exit] of [
      [3, 0],
      [4, 0],
      [1, 1],
      [130, 130],
    ] as const) {
      reviewing(verdict);
      expect(sandbox.run(step, env).code).toBe(exit);
    }
  });

  it("says in the comment why there is no review", () => {
    sandbox.fake("infra", `echo 'error: there is no revision "0123abcd"' >&2; exit 1`);
    expect(sandbox.run(step, env).code).toBe(1);
    expect(sandbox.read("report/comment.md")).toBe(
      '<!-- infra-review -->\n## Infrastructure: FAILED\n\n```\nerror: there is no revision "0123abcd"\n```\n',
    );
  });
});

describe("the step that fetches states", () => {
  it("downloads the newest of each stack from main", () => {
    sandbox.fake("gh", `[ "$1" = api ] && printf '11 state-cloud\\n12 state-other\\n' || true`);
    expect(sandbox.run("bash -s -- states <.github/scripts/fetch-states.sh").code).toBe(0);
    const [listed, ...downloads] = sandbox.calls("gh");
    expect(listed).toContain("repos/trials/infrastructure/actions/artifacts");
    expect(downloads.slice(-2)).toEqual([
      "run download 11 --name state-cloud --dir states",
      "run download 12 --name state-other --dir states",
    ]);
  });
});

describe("the step Comment", () => {
  const step = stepCalled("review-comment.yml", "Comment");
  const env = { RUN_ID: "5", HEAD_SHA: "feed" };
  const report = (comment: string, number = "17", engine = "embedded") => {
    sandbox.write(`made/review-${engine}/comment.md`, comment);
    sandbox.write(`made/review-${engine}/pull-request`, number);
  };
  const answering = (comments: string, head = "feed") =>
    sandbox.fake(
      "gh",
      `case "$*" in
        "run download"*) cp -r made/. "\${@: -1}" ;;
        *"/pulls/17 "*) echo ${head} ;;
        *"--paginate"*) printf '%s' '${comments}' ;;
        *) for argument; do case $argument in body=@*) cp "\${argument#body=@}" posted.md ;; esac; done ;;
      esac`,
    );

  it("makes a comment the first time, and updates it afterwards", () => {
    report("<!-- infra-review -->\n## Infrastructure: SAFE\n");
    answering("");
    expect(sandbox.run(step, env).code).toBe(0);
    expect(sandbox.calls("gh").at(-1)).toMatch(
      /--method POST repos\/trials\/infrastructure\/issues\/17\/comments/,
    );
    expect(sandbox.read("posted.md")).toBe("<!-- infra-review embedded -->\n## Infrastructure: SAFE\n");
    answering("99");
    expect(sandbox.run(step, env).code).toBe(0);
    expect(sandbox.calls("gh").at(-1)).toMatch(
      /--method PATCH repos\/trials\/infrastructure\/issues\/comments\/99/,
    );
  });

  it("cuts what a stranger wrote, and calls nobody by name", () => {
    report(`## hello @everyone <img src=x> ![a](b)\n${"line\n".repeat(60)}`);
    answering("");
    expect(sandbox.run(step, env).code).toBe(0);
    const posted = sandbox.read("posted.md");
    expect(posted.trimEnd().split("\n")).toHaveLength(25);
    expect(posted).not.toMatch(/@everyone|<img|!\[/);
  });

  it("refuses a report that speaks of another pull request, or of none", () => {
    report("x");
    answering("", "beef");
    expect(sandbox.run(step, env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("at another commit") as string,
    });
    report("x", "17; rm -rf /");
    answering("");
    expect(sandbox.run(step, env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("names no pull request") as string,
    });
    expect(sandbox.calls("gh").filter((call) => /POST|PATCH/.test(call))).toEqual([]);
  });

  it("has nothing to say where the run left no report", () => {
    sandbox.fake("gh", "exit 1");
    expect(sandbox.run(step, env)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("left no report") as string,
    });
  });
});

describe("the steps of a deployment", () => {
  const env = { STACK: "cloud", ENGINE: "official", PLAN_HASH: "abc" };
  const PLAN = '{"stacks":[{"planHash":"4f53","steps":[{},{}]}]}';

  it("plan live, and hand on the plan's hash", () => {
    sandbox.fake("infra", `echo '${PLAN}'; echo comment >plan.md; exit 4`);
    expect(sandbox.run(stepCalled("deploy.yml", "Plan"), env).code).toBe(0);
    expect(sandbox.calls("infra")).toEqual([
      "review cloud --live --engine official --json --markdown plan.md --html plan.html",
    ]);
    expect(sandbox.read("output")).toBe("hash=4f53\nchanges=2\n");
    expect(sandbox.read("summary")).toBe("comment\n");
    sandbox.fake("infra", "exit 1");
    expect(sandbox.run(stepCalled("deploy.yml", "Plan"), env).code).toBe(1);
  });

  it("do the plan that was approved", () => {
    sandbox.fake("infra");
    expect(sandbox.run(stepCalled("deploy.yml", "Deploy what was approved"), env).code).toBe(0);
    expect(sandbox.calls("infra")).toEqual(["up cloud --engine official --plan abc"]);
  });

  it("export the state with its secrets encrypted", () => {
    sandbox.fake("pulumi");
    const step = stepCalled("deploy.yml", "Export the state, secrets encrypted");
    expect(sandbox.run(step, env).code).toBe(0);
    expect(sandbox.calls("pulumi")).toEqual(["stack export --stack cloud --file state/cloud.json"]);
  });

  it("get an identity in the cloud from a token of the job, kept where only it can read", () => {
    sandbox.fake("curl", `echo '{"value":"a.token"}'`);
    const step = stepCalled("deploy.yml", "Prove to the cloud who this is");
    const github = {
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.example?a=b",
    };
    const asked = {
      ...github,
      CLOUD_ROLE: "arn:aws:iam::123456789012:role/deploy",
      CLOUD_REGION: "eu-west-1",
    };
    const ran = sandbox.run(step, asked);
    expect(ran).toMatchObject({ code: 0, stdout: "" });
    expect(sandbox.read("cloud-identity")).toBe("a.token");
    expect(sandbox.read("env")).toBe(
      `AWS_ROLE_ARN=${asked.CLOUD_ROLE}\nAWS_WEB_IDENTITY_TOKEN_FILE=${sandbox.folder}/cloud-identity\nAWS_REGION=eu-west-1\n`,
    );
    expect(sandbox.run(step, { ...asked, CLOUD_ROLE: "" })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("no identity") as string,
    });
  });
});

describe("the steps of the drift review", () => {
  const look = stepCalled("drift.yml", "Look");
  const tell = stepCalled("drift.yml", "Tell");
  const env = { STACK: "cloud", ENGINE: "official" };

  it("tell drift from failures", () => {
    sandbox.fake("infra", "exit 0");
    expect(sandbox.run(look, env).code).toBe(0);
    sandbox.fake("infra", "exit 3");
    expect(sandbox.run(look, env).code).toBe(0);
    expect(sandbox.read("output")).toBe("outcome=clean\noutcome=drift\n");
    sandbox.fake("infra", "exit 1");
    expect(sandbox.run(look, env).code).toBe(1);
  });

  const telling = (outcome: string, issue: string) => {
    sandbox.fake("gh", `[ "$2" != list ] || printf '%s' '${issue}'`);
    return sandbox.run(tell, { ...env, OUTCOME: outcome });
  };

  it("open, update and close one issue a stack", () => {
    expect(telling("drift", "").code).toBe(0);
    expect(sandbox.calls("gh").at(-1)).toBe(
      "issue create --title Drift of cloud --label drift --body-file drift/drift.md",
    );
    expect(telling("drift", "8").code).toBe(0);
    expect(sandbox.calls("gh").at(-1)).toBe("issue edit 8 --body-file drift/drift.md");
    expect(telling("clean", "8").code).toBe(0);
    expect(sandbox.calls("gh").at(-1)).toBe(
      "issue close 8 --comment What is live is what was deployed again.",
    );
    const before = sandbox.calls("gh").length;
    expect(telling("clean", "").code).toBe(0);
    expect(sandbox.calls("gh")).toHaveLength(before + 1);
    expect(telling("odd", "").code).toBe(2);
  });
});

describe("the tests on official MongoDB", () => {
  const docker = (health: string) =>
    sandbox.fake(
      "docker",
      `case $1 in run) echo store ;; inspect) echo ${health} ;; port) echo 127.0.0.1:4711 ;; esac`,
    );

  it("run the suite of the services against it, and remove it", () => {
    docker("healthy");
    sandbox.fake("infra", `echo "$TEST_MONGODB_URL" >url`);
    expect(sandbox.run(".github/scripts/test-on-official-mongodb.sh").code).toBe(0);
    expect(sandbox.calls("infra")).toEqual(["test services"]);
    expect(sandbox.read("url")).toBe("mongodb://127.0.0.1:4711\n");
    expect(sandbox.calls("docker").at(-1)).toBe("rm --force --volumes store");
  });

  it("fail with its last words where it does not come up", () => {
    docker("unhealthy");
    sandbox.fake("sleep");
    expect(sandbox.run(".github/scripts/test-on-official-mongodb.sh").code).toBe(1);
    expect(sandbox.calls("docker")).toContain("logs --tail 20 store");
    expect(sandbox.calls("infra")).toEqual([]);
  });
});
