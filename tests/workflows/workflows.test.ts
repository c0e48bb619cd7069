import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { local, root } from "../../ops/paths.ts";
import { stepsOf, workflowFolder, workflows } from "./workflow-files.ts";

const execute = promisify(execFile);
const ACTIONLINT = "v1.7.7";
const files = Object.keys(workflows);

describe("actionlint", () => {
  const folder = join(local, "tools", `actionlint-${ACTIONLINT}`);
  beforeAll(async () => {
    if (existsSync(join(folder, "actionlint"))) return;
    const env = { ...process.env, GOBIN: folder };
    await execute("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@${ACTIONLINT}`], { env });
  });

  it("finds nothing wrong with the workflows", async () => {
    const paths = files.map((file) => join(workflowFolder, file));
    // What it says of the shell depends on what this machine has installed.
    const { stdout } = await execute(join(folder, "actionlint"), ["-shellcheck=", "-pyflakes=", ...paths]);
    expect(stdout).toBe("");
  });
});

describe.each(files)("%s", (file) => {
  it("gives nothing by default, and each job what it needs", () => {
    expect(workflows[file]?.permissions).toEqual({});
    for (const job of Object.values(workflows[file]?.jobs ?? {})) {
      expect(Object.values(job.permissions)).not.toContain("write-all");
    }
  });

  it("uses actions by the full hash of a commit, with its version and source on record", () => {
    const documented = readFileSync(join(root, "docs/workflows.md"), "utf8");
    for (const [, pin = ""] of workflows[file]?.text.matchAll(/uses: (.*)/g) ?? []) {
      expect(pin).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      expect(documented).toContain(pin.split(" ")[0]?.split("@")[1]);
    }
  });

  it("keeps no token in the checkout, and its logic in scripts", () => {
    for (const { uses = "", run = "", with: args } of stepsOf(file)) {
      if (uses.startsWith("actions/checkout@")) expect(args).toMatchObject({ "persist-credentials": false });
      expect(run.trim().split("\n")).toHaveLength(1);
      // What people can choose comes by variables, never as text of a script.
      expect(run).not.toContain("${{");
    }
  });
});

describe("the review of a stranger's change", () => {
  it("sees no secret, and no token that can write", () => {
    expect(workflows["review.yml"]?.text).not.toMatch(/secrets\.|id-token|pull_request_target/);
    expect(workflows["review.yml"]?.jobs["review"]?.permissions).toEqual({
      actions: "read",
      contents: "read",
    });
  });

  it("gives the reading token to the base's script only", () => {
    const withToken = stepsOf("review.yml").filter((step) => JSON.stringify(step).includes("github.token"));
    expect(withToken.map(({ run }) => run)).toEqual([
      'git show "$BASE:.github/scripts/fetch-states.sh" | bash -s -- states',
    ]);
  });

  it("is posted by a workflow that checks out the default branch", () => {
    const checkout = stepsOf("review-comment.yml").find(({ uses = "" }) =>
      uses.startsWith("actions/checkout"),
    );
    expect(checkout?.with).toEqual({ "persist-credentials": false });
  });
});
