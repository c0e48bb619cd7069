import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Counts } from "./suite.ts";

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
});

const rehearsalReport = z.object({
  acts: z.array(
    z.object({
      status: z.enum(["passed", "failed", "skipped"]),
      checks: z.array(z.object({ passed: z.boolean() })),
      error: z.string().optional(),
    }),
  ),
});

const countsReport = z.object({ passed: z.int(), failed: z.int() });

/**
 * Reads vitest's JSON report. A run that exits with an error although no test failed (coverage below its
 * threshold, a file that does not load) counts as one failure, and so does a missing report.
 */
export function readVitestReport(file: string, exitCode: number): Counts {
  const report = readReport(file, vitestReport);
  if (report === undefined) return { passed: 0, failed: 1 };
  const failed = report.numFailedTests;
  return withExitCode({ passed: report.numPassedTests, failed }, exitCode);
}

/** Reads the counts that the conformance runner and the simulator write. */
export function readCountsReport(file: string, exitCode: number): Counts {
  const report = readReport(file, countsReport);
  return report === undefined ? { passed: 0, failed: 1 } : withExitCode(report, exitCode);
}

/** Reads pytest's JUnit report: the attributes of its `testsuite` elements. */
export function readJunitReport(file: string, exitCode: number): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const suites = [...readFileSync(file, "utf8").matchAll(/<testsuite\s[^>]*>/g)].map(([element]) => element);
  const sum = (name: string) =>
    suites.reduce(
      (total, element) => total + Number(new RegExp(`\\b${name}="(\\d+)"`).exec(element)?.[1] ?? 0),
      0,
    );
  const failed = sum("failures") + sum("errors");
  return withExitCode({ passed: sum("tests") - failed - sum("skipped"), failed }, exitCode);
}

/** Reads a rehearsal's report: a check is a test; an act that broke off or was not played is one that failed. */
export function readRehearsalReport(file: string, exitCode: number): Counts {
  const report = readReport(file, rehearsalReport);
  if (report === undefined) return { passed: 0, failed: 1 };
  const checks = report.acts.flatMap((act) => act.checks);
  const passed = checks.filter((check) => check.passed).length;
  const broken = report.acts.filter(
    ({ status, error }) => status === "skipped" || error !== undefined,
  ).length;
  return withExitCode({ passed, failed: checks.length - passed + broken }, exitCode);
}

function withExitCode(counts: Counts, exitCode: number): Counts {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function readReport<T>(file: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
