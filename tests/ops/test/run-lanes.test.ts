import { describe, expect, it } from "vitest";
import { runLanes } from "../../../ops/test/run-lanes.ts";
import type { Counts, Suite, SuiteContext } from "../../../ops/test/suite.ts";
import type { Output } from "../../../ops/verb.ts";
import { captureOutput } from "../output.ts";

const PASSED: Counts = { passed: 1, failed: 0, failures: [] };
const python = () => Promise.reject(new Error("no suite asks for it"));

function suite(name: string, lane: Suite["lane"], run: (context: SuiteContext) => Promise<Counts>): Suite {
  return { name, lane, summary: `what ${name} tests`, long: false, needsDocker: false, run };
}

/** A suite of one shell command: what it prints, and whether it succeeds. */
function shell(name: string, lane: Suite["lane"], script: string): Suite {
  return suite(name, lane, async ({ execute }) => {
    const code = await execute({ command: "sh", args: ["-c", script] });
    return code === 0 ? PASSED : { passed: 0, failed: 1, failures: [`exit code ${code}`] };
  });
}

function run(suites: readonly Suite[], output: Output) {
  return runLanes(suites, { output, results: "", python });
}

describe("runLanes", () => {
  it("runs the suites of a lane one after the other, and tells all in the order of the suites", async () => {
    const output = captureOutput();
    const outcomes = await run(
      [shell("first", "compute", "echo one"), shell("second", "compute", "echo two; exit 3")],
      output,
    );
    expect(outcomes).toMatchObject([
      { suite: "first", passed: 1, failed: 0 },
      { suite: "second", passed: 0, failed: 1, failures: ["exit code 3"] },
    ]);
    expect(output.out()).toBe("one\ntwo\n");
    expect(output.err()).toBe(
      "\n— first: what first tests (1 of 2)\n\n— second: what second tests (2 of 2)\n",
    );
  });

  it("runs both lanes side by side, and keeps together what a suite prints", async () => {
    const output = captureOutput();
    const told = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const front = suite("front", "compute", async (context) => {
      context.output.stdout.write("front begins\n");
      await told.promise;
      context.output.stdout.write("front ends\n");
      done.resolve();
      return PASSED;
    });
    const beside = suite("beside", "environment", async (context) => {
      context.output.stdout.write("beside begins\n");
      told.resolve();
      await done.promise;
      context.output.stdout.write("beside ends\n");
      return PASSED;
    });
    await run([front, beside], output);
    expect(output.out()).toBe("front begins\nfront ends\nbeside begins\nbeside ends\n");
    expect(output.err()).toContain("· beside runs beside this; what it prints comes afterwards\n");
  });

  it("helps with what is left to compute where the environments are through, and not the other way round", async () => {
    const output = captureOutput();
    const helped = Promise.withResolvers<void>();
    const began: string[] = [];
    const record = (name: string, lane: Suite["lane"], until?: Promise<void>) =>
      suite(name, lane, async () => {
        began.push(name);
        await until;
        if (name === "left") helped.resolve();
        return PASSED;
      });
    const long = record("long", "compute", helped.promise);
    await run([long, record("left", "compute"), record("short", "environment")], output);
    expect(began).toEqual(["long", "short", "left"]);
    const alone: string[] = [];
    const only = (name: string) =>
      suite(name, "environment", async () => {
        expect(alone.length).toBe(0);
        alone.push(name);
        await Promise.resolve();
        alone.pop();
        return PASSED;
      });
    const outcomes = await run([shell("quick", "compute", "true"), only("one"), only("other")], output);
    expect(outcomes.every(({ passed }) => passed === 1)).toBe(true);
  });

  it("says at once how a suite ended that is not shown yet", async () => {
    const output = captureOutput();
    const ended = Promise.withResolvers<void>();
    const front = suite("front", "compute", async () => {
      await ended.promise;
      return PASSED;
    });
    const short = shell("short", "environment", "echo what it says");
    const last = suite("last", "environment", async () => {
      expect(output.err()).toMatch(/· short: 1 passed, 0 failed \(\d/);
      expect(output.out()).toBe("");
      ended.resolve();
      return PASSED;
    });
    expect((await run([front, short, last], output)).map(({ failures }) => failures)).toEqual([[], [], []]);
    expect(output.out()).toBe("what it says\n");
  });

  it("lets what computes give way to what waits", async () => {
    const output = captureOutput();
    await run([shell("busy", "compute", "nice"), shell("waiting", "environment", "nice")], output);
    const [busy = 0, waiting = 0] = output.out().trim().split("\n").map(Number);
    expect(busy - waiting).toBe(5);
  });

  it("goes on with the others where a suite cannot be run", async () => {
    const output = captureOutput();
    const broken = suite("broken", "environment", async ({ execute }) => {
      await execute({ command: "no-such-command", args: [] });
      return PASSED;
    });
    expect(await run([broken, shell("after", "environment", "true")], output)).toMatchObject([
      { suite: "broken", failed: 1, failures: [expect.stringContaining("no-such-command does not start")] },
      { suite: "after", passed: 1 },
    ]);
  });

  it("interrupts what runs and begins nothing more when it is asked to stop", async () => {
    const output = captureOutput();
    const endless = suite("endless", "compute", async (context) => {
      const running = context.execute({ command: "sleep", args: ["600"] });
      output.interrupt();
      expect(await running).toBe(1);
      return PASSED;
    });
    const outcomes = await run([endless, shell("never", "compute", "echo never")], output);
    expect(outcomes.map(({ suite: name }) => name)).toEqual(["endless"]);
    expect(output.out()).toBe("");
  });

  it("asks for colours on a terminal only, and passes a suite's own variables on", async () => {
    const colours = suite("colours", "environment", async ({ execute }) => {
      const script = "echo $OWN $FORCE_COLOR";
      await execute({ command: "sh", args: ["-c", script], cwd: "ops", env: { OWN: "own" } });
      return PASSED;
    });
    const plain = captureOutput();
    await run([colours], plain);
    expect(plain.out()).toBe("own\n");
    const terminal = captureOutput();
    await run([colours], { ...terminal, stdout: { ...terminal.stdout, isTTY: true } });
    expect(terminal.out()).toBe("own 1\n");
  });
});
