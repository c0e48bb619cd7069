import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  readCountsReport,
  readJunitReport,
  readRehearsalReport,
  readVitestReport,
} from "../../../ops/test/results.ts";
import { addCounts } from "../../../ops/test/suite.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "results-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string): string {
  const file = join(folder, "report");
  writeFileSync(file, text);
  return file;
}

const NO_REPORT = expect.stringContaining("no report was written") as string;
const EXIT_CODE = expect.stringContaining("exit code") as string;

const vitest = (failed: number) => {
  const assertionResults = Array.from({ length: failed }, (_, index) => ({
    status: "failed",
    fullName: `adds ${index}`,
    failureMessages: ["expected 1 to be 2\n    at a place"],
  }));
  const file = { name: join(process.cwd(), "a.test.ts"), status: "failed", message: "", assertionResults };
  return JSON.stringify({ numPassedTests: 7, numFailedTests: failed, testResults: failed > 0 ? [file] : [] });
};

describe("reading reports", () => {
  it("counts vitest's tests", () => {
    expect(readVitestReport(write(vitest(2)), 1)).toEqual({
      passed: 7,
      failed: 2,
      failures: ["a.test.ts: adds 0: expected 1 to be 2", "a.test.ts: adds 1: expected 1 to be 2"],
    });
    expect(readVitestReport(write(vitest(0)), 0)).toEqual({ passed: 7, failed: 0, failures: [] });
  });

  it("counts a run that failed without a failing test as one failure", () => {
    expect(readVitestReport(write(vitest(0)), 1)).toEqual({
      passed: 7,
      failed: 1,
      failures: [EXIT_CODE],
    });
    expect(readCountsReport(write('{"passed": 3, "failed": 0}'), 2)).toEqual({
      passed: 3,
      failed: 1,
      failures: [EXIT_CODE],
    });
  });

  it("counts the checks of a rehearsal, and each act that could not be played to its end", () => {
    const check = (passed: boolean) => ({ what: "it answers", passed });
    const acts = [
      { title: "load", status: "passed", checks: [check(true), check(true)] },
      { title: "deploy", status: "failed", checks: [check(true), check(false)], error: "the server is down" },
      { title: "copy", status: "skipped", checks: [] },
    ];
    expect(readRehearsalReport(write(JSON.stringify({ acts })), 1)).toEqual({
      passed: 3,
      failed: 3,
      failures: ["deploy: it answers", "deploy: the server is down", "copy: skipped"],
    });
    expect(readRehearsalReport(join(folder, "missing"), 0)).toEqual({
      passed: 0,
      failed: 1,
      failures: [NO_REPORT],
    });
  });

  it("counts a missing or unreadable report as one failure, whatever the exit code", () => {
    const missing = join(folder, "missing");
    expect(readVitestReport(missing, 0)).toEqual({ passed: 0, failed: 1, failures: [NO_REPORT] });
    expect(readJunitReport(missing, 0)).toEqual({ passed: 0, failed: 1, failures: [NO_REPORT] });
    expect(readCountsReport(write("{"), 0)).toEqual({ passed: 0, failed: 1, failures: [NO_REPORT] });
  });

  it("counts pytest's tests over all test suites", () => {
    const junit =
      '<testsuites><testsuite name="a" errors="1" failures="2" skipped="1" tests="10"><testcase classname="tests.test_a" name="test_b" time="0.1"><failure message="x">…</failure></testcase></testsuite>' +
      '<testsuite name="b" errors="0" failures="0" skipped="0" tests="3"></testsuite></testsuites>';
    expect(readJunitReport(write(junit), 1)).toEqual({
      passed: 9,
      failed: 3,
      failures: ["tests.test_a.test_b: failure"],
    });
  });
});

describe("addCounts", () => {
  it("adds up", () => {
    expect(
      addCounts([
        { passed: 1, failed: 0, failures: [] },
        { passed: 2, failed: 1, failures: ["a"] },
        { passed: 0, failed: 1, failures: ["b"] },
      ]),
    ).toEqual({ passed: 3, failed: 2, failures: ["a", "b"] });
    expect(addCounts([])).toEqual({ passed: 0, failed: 0, failures: [] });
  });
});
