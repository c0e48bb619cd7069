import { describe, expect, it } from "vitest";
import { progressPrinter } from "../../../ops/bootstrap/print-progress.ts";
import { beginStep, type Progress } from "../../../ops/bootstrap/progress.ts";
import { captureOutput } from "../output.ts";

describe("beginStep", () => {
  it("reports with the time since it began and closes with what it did", () => {
    const reports: Progress[] = [];
    let time = 1_000;
    const step = beginStep(
      "docker",
      (report) => reports.push(report),
      () => time,
    );
    time = 1_500;
    step.headline("starting");
    step.detail("waiting");
    time = 3_000;
    expect(step.done("running")).toEqual({
      phase: "docker",
      unchanged: false,
      detail: "running",
      elapsed: 2_000,
    });
    expect(step.unchanged("there")).toMatchObject({ unchanged: true, detail: "there" });
    expect(reports.map(({ message, kind, elapsed }) => [message, kind, elapsed])).toEqual([
      ["starting", "headline", 500],
      ["waiting", "detail", 500],
      ["running", "headline", 2_000],
    ]);
  });
});

describe("progressPrinter", () => {
  const headline = { phase: "docker", message: "starting", kind: "headline", elapsed: 0 } as const;
  const detail = { phase: "docker", message: "apt says this", kind: "detail", elapsed: 400 } as const;

  it("prints headlines as lines, and details only now and then off a terminal", () => {
    const output = captureOutput();
    const print = progressPrinter(output);
    print(headline);
    print(detail);
    print({ ...detail, elapsed: 12_000 });
    print({ ...detail, elapsed: 13_000 });
    expect(output.err()).toBe("docker: starting (0.0 s)\n  … docker: apt says this (12.0 s)\n");
    expect(output.out()).toBe("");
  });

  it("writes details over one another on a terminal", () => {
    const output = captureOutput({ terminal: true });
    const print = progressPrinter(output);
    print(detail);
    print(headline);
    expect(output.err()).toBe(
      "\r\u001b[K  … docker: apt says this (0.4 s)\r\u001b[Kdocker: starting (0.0 s)\n",
    );
  });
});
