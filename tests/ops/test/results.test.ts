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

const vitest = (failed: number) =>
  JSON.stringify({ numPassedTests: 7, numFailedTests: failed, numFailedTestSuites: 0 });

describe("reading reports", () => {
  it("counts vitest's tests", () => {
    expect(readVitestReport(write(vitest(2)), 1)).toEqual({ passed: 7, failed: 2 });
    expect(readVitestReport(write(vitest(0)), 0)).toEqual({ passed: 7, failed: 0 });
  });

  it("counts a run that failed without a failing test as one failure", () => {
    expect(readVitestReport(write(vitest(0)), 1)).toEqual({ passed: 7, failed: 1 });
    expect(readCountsReport(write('{"passed": 3, "failed": 0}'), 2)).toEqual({ passed: 3, failed: 1 });
  });

  it("counts the checks of a rehearsal, and each act that could not be played to its end", () => {
    const acts = [
      { status: "passed", checks: [{ passed: true }, { passed: true }] },
      { status: "failed", checks: [{ passed: true }, { passed: false }], error: "the server is down" },
      { status: "skipped", checks: [] },
    ];
    expect(readRehearsalReport(write(JSON.stringify({ acts })), 1)).toEqual({ passed: 3, failed: 3 });
    expect(readRehearsalReport(join(folder, "missing"), 0)).toEqual({ passed: 0, failed: 1 });
  });

  it("counts a missing or unreadable report as one failure, whatever the exit code", () => {
    const missing = join(folder, "missing");
    expect(readVitestReport(missing, 0)).toEqual({ passed: 0, failed: 1 });
    expect(readJunitReport(missing, 0)).toEqual({ passed: 0, failed: 1 });
    expect(readCountsReport(write("{"), 0)).toEqual({ passed: 0, failed: 1 });
  });

  it("counts pytest's tests over all test suites", () => {
    const junit =
      '<testsuites><testsuite name="a" errors="1" failures="2" skipped="1" tests="10"></testsuite>' +
      '<testsuite name="b" errors="0" failures="0" skipped="0" tests="3"></testsuite></testsuites>';
    expect(readJunitReport(write(junit), 1)).toEqual({ passed: 9, failed: 3 });
  });
});

describe("addCounts", () => {
  it("adds up", () => {
    expect(
      addCounts([
        { passed: 1, failed: 0 },
        { passed: 2, failed: 3 },
      ]),
    ).toEqual({ passed: 3, failed: 3 });
    expect(addCounts([])).toEqual({ passed: 0, failed: 0 });
  });
});
