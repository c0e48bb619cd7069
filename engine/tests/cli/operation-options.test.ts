import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { confirm, isInteractive } from "../../src/cli/confirm.ts";
import { readImportFile } from "../../src/cli/import-file.ts";
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

describe("readImportFile", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "import-file-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function read(content: unknown) {
    const file = join(folder, "list.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return readImportFile(file, { project: "p", stack: "dev", protect: true });
  }

  it("turns names of parents and providers into URNs", () => {
    const specs = read({
      nameTable: { prov: "urn:pulumi:dev::p::pulumi:providers:fake::prov" },
      resources: [
        { type: "a:b:Group", name: "grp", component: true },
        { type: "fake:index:Thing", name: "t", id: "1", parent: "grp", provider: "prov", version: "1.0.0" },
      ],
    });
    expect(specs[0]).toMatchObject({ component: true, id: "", parent: undefined, protect: true });
    expect(specs[1]).toMatchObject({
      parent: "urn:pulumi:dev::p::a:b:Group::grp",
      provider: "urn:pulumi:dev::p::pulumi:providers:fake::prov",
      version: "1.0.0",
    });
  });

  it("nests the types of parents", () => {
    const specs = read({
      resources: [
        { type: "x:y:A", name: "a", component: true },
        { type: "x:y:B", name: "b", component: true, parent: "a" },
        { type: "x:y:C", name: "c", id: "1", parent: "b" },
      ],
    });
    expect(specs[2]?.parent).toBe("urn:pulumi:dev::p::x:y:A$x:y:B::b");
  });

  it.each([
    ["no JSON", "{", "could not read import file"],
    ["no type", { resources: [{ name: "a", id: "1" }] }, "a resource has no type"],
    ["no id", { resources: [{ type: "x:y:Z", name: "a" }] }, "resource 'a' has no id"],
    [
      "an unknown parent",
      { resources: [{ type: "x:y:Z", name: "a", id: "1", parent: "q" }] },
      "the name 'q'",
    ],
    [
      "a circle of parents",
      { resources: [{ type: "x:y:Z", name: "a", id: "1", parent: "a" }] },
      "'a' is its own parent",
    ],
  ])("refuses a file with %s", (_, content, message) => {
    expect(() => read(content)).toThrow(message);
  });

  it("takes a file without resources", () => {
    expect(read({})).toEqual([]);
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
