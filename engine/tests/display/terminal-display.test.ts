import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DisplayOptions } from "../../src/display/display.ts";
import { choosePaint, coloured, plain } from "../../src/display/paint.ts";
import { createDisplay } from "../../src/display/print.ts";
import type { EngineEvent, StepMetadata, StepOp } from "../../src/events.ts";
import { resourceState } from "../../src/state/resource.ts";

function step(op: StepOp, name: string): StepMetadata {
  const urn = `urn:pulumi:dev::p::x:y:Z::${name}`;
  const state = resourceState({ urn, type: "x:y:Z", custom: true });
  const rest = { keys: [], diffs: [], detailedDiff: undefined, logical: true, internal: false };
  return { op, urn, type: "x:y:Z", provider: "", old: undefined, new: state, ...rest };
}

function pre(name: string): EngineEvent {
  return { kind: "resource-pre", step: step("create", name), planning: false };
}

const summary: EngineEvent = {
  kind: "summary",
  isPreview: false,
  maybeCorrupt: false,
  durationSeconds: 3723,
  resourceChanges: { create: 2 },
  policyPacks: {},
  result: "succeeded",
};

const failure: EngineEvent = {
  kind: "diagnostic",
  diagnostic: {
    ...{ severity: "error", message: "no\n", urn: step("create", "b").urn, prefix: "error: " },
    ...{ streamId: 0, ephemeral: false },
  },
};

describe("the display on a terminal", () => {
  let text = "";
  const options: DisplayOptions = {
    kind: "progress",
    operation: "update",
    preview: false,
    project: "p",
    stack: "dev",
    paint: plain,
    color: "auto",
    isTerminal: true,
    showSames: false,
    showReads: false,
    showReplacementSteps: false,
    suppressOutputs: false,
    suppressProgress: false,
    write: (more) => {
      text += more;
    },
    now: () => new Date(),
  };
  beforeEach(() => {
    text = "";
    vi.useFakeTimers({ now: 0 });
  });
  afterEach(() => vi.useRealTimers());

  it("tells people how long such an operation took lately", () => {
    const display = createDisplay({ ...options, expectedSeconds: 41.6 });
    display.listener(pre("a"));
    vi.advanceTimersByTime(2100);
    expect(text).toContain("0 done, 1 running, 2s of about 42s");
    display.close();
    text = "";
    const plainDisplay = createDisplay({ ...options, isTerminal: false, expectedSeconds: 41.6 });
    plainDisplay.listener(pre("a"));
    vi.advanceTimersByTime(2100);
    plainDisplay.close();
    expect(text).not.toContain("about");
  });

  it("tells people why something is replaced, and scripts nothing that the official CLI does not", () => {
    const replacing = { ...step("replace", "a"), keys: ["zone"] };
    const events: EngineEvent[] = [{ kind: "resource-pre", step: replacing, planning: false }, summary];
    const shown = (more: Partial<DisplayOptions>): string => {
      text = "";
      const display = createDisplay({ ...options, ...more });
      for (const event of events) display.listener(event);
      display.close();
      return text;
    };
    const section = "Replacements:\n    x:y:Z a: replaced because a changes zone\n\n";
    expect(shown({})).toContain(section);
    expect(shown({ kind: "diff" })).toContain(section);
    expect(shown({ isTerminal: false })).not.toContain("Replacements:");
    expect(shown({ kind: "diff", isTerminal: false })).not.toContain("Replacements:");
  });

  it("shows what runs and for how long, redrawn in place", () => {
    const display = createDisplay(options);
    display.listener(pre("a"));
    vi.advanceTimersByTime(2100);
    expect(text).toContain("x:y:Z a creating (2s)");
    expect(text).toContain("0 done, 1 running");
    expect(text).toContain("\u001b[2A\u001b[0J");
    display.close();
  });

  it("keeps what moves within the terminal, so that it can be erased", () => {
    let size = { columns: 20, rows: 6 };
    const display = createDisplay({ ...options, paint: coloured, terminalSize: () => size });
    for (const name of ["a-name-that-is-long", "b", "c", "d", "e"]) display.listener(pre(name));
    vi.advanceTimersByTime(100);
    const drawn = stripVTControlCharacters(text).split("\n").slice(2, -1);
    expect(drawn.map((line) => line.slice(1))).toEqual([
      " +  x:y:Z a-name-t",
      " +  x:y:Z b creati",
      " +  x:y:Z c creati",
      "  … and 2 more",
      " 0 done, 5 running",
    ]);
    size = { columns: 100, rows: 30 };
    text = "";
    vi.advanceTimersByTime(100);
    expect(text.startsWith("\u001b[5A\u001b[0J")).toBe(true);
    const shown = stripVTControlCharacters(text);
    expect(shown).toContain("a-name-that-is-long creating (0s)");
    expect(shown).not.toContain("more");
    display.close();
  });

  it("hangs what runs below its parents", () => {
    const display = createDisplay(options);
    const below = (name: string, parent: string): EngineEvent => {
      const made = step("create", name);
      const urn = parent === "" ? "" : `urn:pulumi:dev::p::x:y:Z::${parent}`;
      const state = resourceState({ urn: made.urn, type: "x:y:Z", custom: true, parent: urn });
      return { kind: "resource-pre", step: { ...made, new: state }, planning: false };
    };
    for (const [name, parent] of [
      ["top", ""],
      ["one", "top"],
      ["leaf", "one"],
      ["two", "top"],
    ] as const) {
      display.listener(below(name, parent));
    }
    vi.advanceTimersByTime(100);
    expect(text).toContain("+  x:y:Z top creating (0s)");
    expect(text).toContain("+  ├─ x:y:Z one creating (0s)");
    expect(text).toContain("+  │  └─ x:y:Z leaf creating (0s)");
    expect(text).toContain("+  └─ x:y:Z two creating (0s)");
    display.close();
  });

  it("counts what does not fit", () => {
    const display = createDisplay(options);
    for (let i = 0; i < 15; i++) display.listener(pre(`r${i}`));
    vi.advanceTimersByTime(100);
    expect(text).toContain("… and 3 more");
    display.close();
  });

  it("lets finished and failed resources scroll by, and closes with the counts", () => {
    const display = createDisplay(options);
    display.listener(pre("a"));
    display.listener(pre("b"));
    vi.advanceTimersByTime(1500);
    display.listener({ kind: "resource-outputs", step: step("create", "a"), planning: false });
    display.listener({ kind: "resource-failed", step: step("create", "b"), status: 0, steps: 0 });
    display.listener({ kind: "stdout", message: "^C received\n" });
    display.listener(failure);
    display.listener(summary);
    display.close();
    expect(text).toContain(" +  x:y:Z a created (1s)");
    expect(text).toContain(" +  x:y:Z b **creating failed**");
    expect(text).toContain("^C received");
    expect(text).toContain("Resources:\n    + 2 created\n    1 errored\n\nDuration: 1h2m3s\n");
  });

  it("stays quiet until the end when asked to", () => {
    const display = createDisplay({ ...options, suppressProgress: true, showConfig: true });
    display.listener(pre("a"));
    vi.advanceTimersByTime(1000);
    expect(text).toBe("Updating (dev):\n\n");
    display.listener({ kind: "prelude", config: { "p:k": "v" } });
    expect(text).toBe("Updating (dev):\n\nConfiguration:\n    p:k: v\n\n");
    display.close();
  });

  it("ticks in a log while nothing happens", () => {
    const display = createDisplay({ ...options, isTerminal: false });
    display.listener({ kind: "prelude", config: {} });
    vi.advanceTimersByTime(2000);
    display.listener(pre("a"));
    display.close();
    expect(text).toContain("Updating (dev):\n\n@ updating.....\n +  x:y:Z a creating (0s) \n");
  });
});

describe("choosePaint", () => {
  const choose = (color: string | undefined, env: { [name: string]: string }, isTerminal: boolean) =>
    choosePaint({ color, env, isTerminal });

  it("colours a terminal only, unless told otherwise", () => {
    expect(choose(undefined, {}, true)).toBe(coloured);
    expect(choose(undefined, {}, false)).toBe(plain);
    expect(choose("auto", { NO_COLOR: "1" }, true)).toBe(plain);
    expect(choose("auto", { NO_COLOR: "" }, true)).toBe(coloured);
    expect(choose("always", { NO_COLOR: "1" }, false)).toBe(coloured);
    expect(choose("never", {}, true)).toBe(plain);
  });

  it("wraps a text and ends its colour", () => {
    expect(coloured("red", "x")).toBe("\u001b[31mx\u001b[0m");
    expect(coloured("red", "")).toBe("");
  });
});
