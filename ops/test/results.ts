import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { z } from "zod";
import { firstLineOf } from "../errors.ts";
import { type Counts, oneFailure } from "./suite.ts";

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

const rehearsalReport = z.object({
  acts: z.array(
    z.object({
      status: z.enum(["passed", "failed", "skipped"]),
      title: z.string(),
      checks: z.array(z.object({ what: z.string(), passed: z.boolean() })),
      error: z.string().optional(),
    }),
  ),
});

/** A failed test of a JUnit report: its name and the kind of failure. */
const JUNIT_FAILURE = /<testcase [^>]*?classname="([^"]*)" name="([^"]*)"[^>]*><(failure|error)\b/g;
const NO_REPORT = "no report was written, or one that cannot be read";

const countsReport = z.object({ passed: z.int(), failed: z.int() });

/**
 * Reads vitest's JSON report. A run that exits with an error although no test failed (coverage below its
 * threshold, a file that does not load) counts as one failure, and so does a missing report.
 */
export function readVitestReport(file: string, exitCode: number): Counts {
  const report = readReport(file, vitestReport);
  if (report === undefined) return oneFailure(NO_REPORT);
  const failures = report.testResults.flatMap(failuresOf);
  return withExitCode({ passed: report.numPassedTests, failed: report.numFailedTests, failures }, exitCode);
}

type VitestFile = z.infer<typeof vitestReport>["testResults"][number];

/** Failed tests of a file; one that does not load has none, and says itself what is wrong. */
function failuresOf({ name, status, message, assertionResults }: VitestFile): string[] {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0) return status === "failed" ? [`${file}: ${firstLineOf(message)}`] : [];
  return failed.map(
    ({ fullName, failureMessages }) => `${file}: ${fullName}: ${firstLineOf(failureMessages?.[0] ?? "")}`,
  );
}

/** Reads the counts that the conformance runner and the simulator write. */
export function readCountsReport(file: string, exitCode: number): Counts {
  const report = readReport(file, countsReport);
  return report === undefined ? oneFailure(NO_REPORT) : withExitCode({ ...report, failures: [] }, exitCode);
}

/** Reads pytest's JUnit report: the attributes of its `testsuite` elements. */
export function readJunitReport(file: string, exitCode: number): Counts {
  if (!existsSync(file)) return oneFailure(NO_REPORT);
  const text = readFileSync(file, "utf8");
  const suites = [...text.matchAll(/<testsuite\s[^>]*>/g)].map(([element]) => element);
  const sum = (name: string) =>
    suites.reduce(
      (total, element) => total + Number(new RegExp(`\\b${name}="(\\d+)"`).exec(element)?.[1] ?? 0),
      0,
    );
  const failed = sum("failures") + sum("errors");
  const failures = [...text.matchAll(JUNIT_FAILURE)].map(
    ([, module, test, kind]) => `${module}.${test}: ${kind}`,
  );
  return withExitCode({ passed: sum("tests") - failed - sum("skipped"), failed, failures }, exitCode);
}

/** Reads a rehearsal's report: a check is a test; an act that broke off or was not played is one that failed. */
export function readRehearsalReport(file: string, exitCode: number): Counts {
  const report = readReport(file, rehearsalReport);
  if (report === undefined) return oneFailure(NO_REPORT);
  const checks = report.acts.flatMap((act) =>
    act.checks.map(({ what, passed }) => ({ what: `${act.title}: ${what}`, passed })),
  );
  const passed = checks.filter((check) => check.passed).length;
  const broken = report.acts.filter(({ status, error }) => status === "skipped" || error !== undefined);
  const failures = [
    ...checks.filter((check) => !check.passed).map(({ what }) => what),
    ...broken.map(({ title, status, error }) => `${title}: ${error ?? status}`),
  ];
  return withExitCode({ passed, failed: checks.length - passed + broken.length, failures }, exitCode);
}

function withExitCode(counts: Counts, exitCode: number): Counts {
  if (exitCode === 0 || counts.failed > 0) return counts;
  const failure = `ended with exit code ${exitCode} though no test failed: its last lines say why`;
  return { ...counts, failed: 1, failures: [...counts.failures, failure] };
}

function readReport<T>(file: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
