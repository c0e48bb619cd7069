import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { confirm, isInteractive } from "../../src/cli/confirm.ts";
import { debugsProgram, operationOptions, refuseContradictions } from "../../src/cli/operation-options.ts";
import { updateEnvironment } from "../../src/cli/update-environment.ts";
import { testProcess } from "./test-process.ts";

describe("operationOptions", () => {
  it("has the official CLI's defaults", () => {
    const options = operationOptions({ positionals: [], flags: {} }, {}, { preview: false });
    expect(options).toMatchObject({
      continueOnError: false,
      refresh: false,
      targets: [],
      replaces: [],
      message: "",
    });
    expect(options.parallel % 4).toBe(0);
  });

  it("targets what --target-replace replaces", () => {
    const flags = { target: ["a"], replace: ["b"], "target-replace": ["c"] };
    const options = operationOptions({ positionals: [], flags }, {}, { preview: true });
    expect(options.targets).toEqual(["a", "c"]);
    expect(options.replaces).toEqual(["b", "c"]);
  });

  it("knows whom a debugger is for", () => {
    const given = (...what: string[]) => ({ positionals: [], flags: { "attach-debugger": what } });
    expect(["program", "all", "plugins", "plugin:fake"].map((what) => debugsProgram(given(what)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(() => refuseContradictions(given("program", "plugin:fake"))).not.toThrow();
    expect(() => refuseContradictions(given("false"))).toThrow("invalid --attach-debugger flag value: false");
  });

  it("takes URNs and ids of interrupted creates by turns", () => {
    const read = (...entries: string[]) => {
      const flags = { "import-pending-creates": entries };
      return operationOptions({ positionals: [], flags }, {}, { preview: false }).importPendingCreates;
    };
    expect(read()).toEqual({});
    expect(read("urn-a", "1", "urn-b", "2")).toEqual({ "urn-a": "1", "urn-b": "2" });
    expect(() => read("urn-a")).toThrow("each URN must be followed by an ID: found an odd number of entries");
  });

  it("goes by the environment where flags say nothing", () => {
    const env = { PULUMI_CONTINUE_ON_ERROR: "true", PULUMI_RUN_PROGRAM: "1" };
    const read = (flags: { [name: string]: boolean }) =>
      operationOptions({ positionals: [], flags }, env, { preview: true });
    expect(read({})).toMatchObject({ continueOnError: true, runProgram: true });
    const legacy = { PULUMI_ENABLE_LEGACY_DIFF: "true", PULUMI_ENABLE_LEGACY_REFRESH_DIFF: "true" };
    expect(operationOptions({ positionals: [], flags: {} }, legacy, { preview: true })).toMatchObject({
      legacyDiff: true,
      legacyRefreshDiff: true,
    });
    expect(read({})).toMatchObject({ withheldFeatures: [] });
    const old = { PULUMI_DISABLE_RESOURCE_REFERENCES: "1", PULUMI_DISABLE_OUTPUT_VALUES: "true" };
    expect(operationOptions({ positionals: [], flags: {} }, old, { preview: true })).toMatchObject({
      withheldFeatures: ["resourceReferences", "outputValues"],
    });
    expect(read({ "continue-on-error": false, "run-program": false })).toMatchObject({
      continueOnError: false,
      runProgram: false,
    });
  });

  it("reads --parallel, then PULUMI_PARALLEL where that is a number of steps", () => {
    const parallel = (flags: { [name: string]: string }, env = {}) =>
      operationOptions({ positionals: [], flags }, env, { preview: true }).parallel;
    expect(parallel({ parallel: "3" }, { PULUMI_PARALLEL: "5" })).toBe(3);
    expect(parallel({}, { PULUMI_PARALLEL: "5" })).toBe(5);
    expect(parallel({ parallel: "0" })).toBe(1);
    expect(parallel({ parallel: "-3" })).toBe(1);
    for (const text of ["0", "", "-1", "many"]) {
      expect(parallel({}, { PULUMI_PARALLEL: text })).toBe(parallel({}));
    }
    expect(() => parallel({ parallel: "many" })).toThrow("it is a whole number");
  });
});

describe("updateEnvironment", () => {
  it("records names, not values", () => {
    const env = { PULUMI_CONFIG_PASSPHRASE: "open sesame", PULUMI_SKIP_UPDATE_CHECK: "true", HOME: "/home" };
    const environment = updateEnvironment({ positionals: [], flags: { stack: "dev", yes: true } }, env);
    expect(environment).toMatchObject({
      "exec.kind": "cli",
      "pulumi.flag.stack": "set",
      "pulumi.flag.yes": "true",
      "pulumi.env.PULUMI_CONFIG_PASSPHRASE": "set",
      "pulumi.env.PULUMI_SKIP_UPDATE_CHECK": "true",
    });
    expect(environment).not.toHaveProperty("exec.agent");
    expect(JSON.stringify(environment)).not.toContain("sesame");
    expect(Object.keys(environment)).toEqual(Object.keys(environment).toSorted());
  });
});

describe("updateEnvironment of a build", () => {
  const recorded = (env: { readonly [name: string]: string }, flags = {}) =>
    updateEnvironment({ positionals: [], flags }, env);

  it("says of switches alone whether they are on", () => {
    const env = { PULUMI_SKIP_CHECKPOINTS: "1", PULUMI_EXPERIMENTAL: "no", PULUMI_OTHER: "true" };
    expect(recorded(env)).toMatchObject({
      "pulumi.env.PULUMI_SKIP_CHECKPOINTS": "true",
      "pulumi.env.PULUMI_EXPERIMENTAL": "false",
      "pulumi.env.PULUMI_OTHER": "set",
    });
  });

  it("names who started it", () => {
    expect(recorded({}, { "exec-kind": "auto.local" })).toMatchObject({ "exec.kind": "auto.local" });
    expect(recorded({}, { "exec-kind": "magic" })).toMatchObject({ "exec.kind": "cli" });
    expect(recorded({}, { "exec-agent": "mine" })).toMatchObject({ "exec.agent": "mine" });
  });

  it("names the build that runs it", () => {
    const github = {
      GITHUB_ACTIONS: "true",
      GITHUB_RUN_ID: "7",
      GITHUB_RUN_NUMBER: "3",
      GITHUB_EVENT_NAME: "push",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_SHA: "abc",
    };
    expect(recorded(github)).toMatchObject({
      "ci.system": "GitHub Actions",
      "ci.build.id": "7",
      "ci.build.number": "3",
      "ci.build.type": "push",
      "ci.build.url": "https://github.com/o/r/actions/runs/7",
      "ci.pr.headSHA": "abc",
    });
    expect(recorded({ ...github, PULUMI_CI_SYSTEM: "Mine", PULUMI_PR_NUMBER: "5" })).toMatchObject({
      "ci.system": "Mine",
      "ci.pr.number": "5",
    });
    const names = (env: { readonly [name: string]: string }) =>
      Object.keys(recorded(env)).filter((name) => name.startsWith("ci."));
    expect(names({ ...github, PULUMI_DISABLE_CI_DETECTION: "1" })).toEqual([]);
    expect(names({ CI_NAME: "codeship" })).toEqual(["ci.system"]);
    expect(names({ BUILDKITE: "true", BUILDKITE_PULL_REQUEST: "false" })).toEqual(["ci.system"]);
    expect(names({ CI: "1" })).toEqual([]);
  });

  it("knows the pull request of a build that one started", () => {
    const path = join(mkdtempSync(join(tmpdir(), "event-")), "event.json");
    writeFileSync(path, '{"number": 12, "pull_request": {"head": {"sha": "def", "ref": "topic"}}}');
    const env = { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "pull_request", GITHUB_SHA: "merge" };
    expect(recorded({ ...env, GITHUB_EVENT_PATH: path })).toMatchObject({
      "ci.pr.number": "12",
      "ci.pr.headSHA": "def",
    });
    expect(recorded({ ...env, GITHUB_EVENT_PATH: `${path}.none` })).toMatchObject({
      "ci.pr.headSHA": "merge",
    });
  });
});

describe("confirm", () => {
  it.each([
    ["yes\n", true],
    ["Y\n", true],
    ["no\n", false],
    ["\n", false],
    ["", false],
  ])("answers %j with %s", async (stdin, expected) => {
    const test = testProcess({ stdin });
    expect(await confirm("Really?", test.process)).toBe(expected);
    expect(test.stdout()).toBe("Really? [yes/no] ");
  });

  it("asks only where a person sits at both ends", () => {
    expect(isInteractive(testProcess({ isTTY: true }).process, false)).toBe(true);
    expect(isInteractive(testProcess({ isTTY: true }).process, true)).toBe(false);
    for (const env of [{ CI: "1" }, { BUILDKITE: "true" }, { TERM: "dumb" }]) {
      expect(isInteractive(testProcess({ isTTY: true, env }).process, false)).toBe(false);
    }
    expect(isInteractive(testProcess().process, false)).toBe(false);
  });
});
