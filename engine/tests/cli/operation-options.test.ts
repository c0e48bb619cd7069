import { describe, expect, it } from "vitest";
import { confirm, isInteractive } from "../../src/cli/confirm.ts";
import { operationOptions } from "../../src/cli/operation-options.ts";
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
    expect(read({ "continue-on-error": false, "run-program": false })).toMatchObject({
      continueOnError: false,
      runProgram: false,
    });
  });

  it("reads --parallel, then PULUMI_PARALLEL; 0 means no limit", () => {
    const parallel = (flags: { [name: string]: string }, env = {}) =>
      operationOptions({ positionals: [], flags }, env, { preview: true }).parallel;
    expect(parallel({ parallel: "3" }, { PULUMI_PARALLEL: "5" })).toBe(3);
    expect(parallel({}, { PULUMI_PARALLEL: "5" })).toBe(5);
    expect(parallel({ parallel: "0" })).toBe(2 ** 31 - 1);
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
    expect(JSON.stringify(environment)).not.toContain("sesame");
    expect(Object.keys(environment)).toEqual(Object.keys(environment).toSorted());
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
    expect(isInteractive(testProcess({ isTTY: true, env: { CI: "1" } }).process, false)).toBe(false);
    expect(isInteractive(testProcess().process, false)).toBe(false);
  });
});
