import { describe, expect, it } from "vitest";
import type { DisplayOptions } from "../../src/display/display.ts";
import { plain } from "../../src/display/paint.ts";
import { createDisplay } from "../../src/display/print.ts";
import type { Diagnostic, EngineEvent, StepMetadata } from "../../src/events.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

const stackUrn = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const urn = "urn:pulumi:dev::p::x:y:Z::a";

function state(fields: Partial<ResourceState> = {}): ResourceState {
  return resourceState({ urn, type: "x:y:Z", custom: true, parent: stackUrn, ...fields });
}

const component = (fields: Partial<ResourceState> = {}) => state({ custom: false, ...fields });

function step(fields: Partial<StepMetadata>): StepMetadata {
  const states = { old: undefined, new: undefined };
  const rest = { keys: [], diffs: [], detailedDiff: undefined, logical: true, internal: false };
  return { op: "create", urn, type: "x:y:Z", provider: "", ...states, ...rest, ...fields };
}

const pre = (fields: Partial<StepMetadata>): EngineEvent => ({
  kind: "resource-pre",
  step: step(fields),
  planning: false,
});

const outputs = (fields: Partial<StepMetadata>): EngineEvent => ({
  kind: "resource-outputs",
  step: step(fields),
  planning: false,
});

const failed = (fields: Partial<StepMetadata>): EngineEvent => ({
  kind: "resource-failed",
  step: step(fields),
  status: 0,
  steps: 0,
});

function said(message: string, fields: Partial<Diagnostic> = {}): EngineEvent {
  const rest = { severity: "info", urn: "", prefix: "", streamId: 0, ephemeral: false } as const;
  return { kind: "diagnostic", diagnostic: { ...rest, message, ...fields } };
}

const error = (message: string, of = urn) => said(message, { severity: "error", prefix: "error: ", urn: of });

const summary: EngineEvent = {
  ...{ kind: "summary", isPreview: false, maybeCorrupt: false, durationSeconds: 1, policyPacks: {} },
  ...{ resourceChanges: { delete: 1 }, result: "succeeded" },
};

const stack = { urn: stackUrn, type: "pulumi:pulumi:Stack" };
const stackState = resourceState({ urn: stackUrn, type: stack.type, custom: false });
const unchangedStack = { ...stack, op: "same", old: stackState, new: stackState } as const;
const closingStack = "    pulumi:pulumi:Stack p-dev";

const prelude: EngineEvent = { kind: "prelude", config: { "p:size": "3", "aws:region": "x" } };

/** A log, without its title. */
function showAll(events: readonly EngineEvent[], more: Partial<DisplayOptions> = {}): string {
  const text = showWhole([prelude, ...events], more);
  return text.slice(text.indexOf("\n\n") + 2);
}

function showWhole(events: readonly EngineEvent[], more: Partial<DisplayOptions> = {}): string {
  let text = "";
  const display = createDisplay({
    ...{ kind: "progress", operation: "update", preview: false, project: "p", stack: "dev" },
    ...{ paint: plain, color: "never", isTerminal: false },
    ...{ showSames: false, showReads: false, showReplacementSteps: false },
    ...{ suppressOutputs: false, suppressProgress: false },
    write: (part) => {
      text += part;
    },
    now: () => new Date(0),
    ...more,
  });
  for (const event of events) display.listener(event);
  display.close();
  return text;
}

/** The lines of a log, without what closes it. */
function show(events: readonly EngineEvent[], more: Partial<DisplayOptions> = {}): string[] {
  const rows = showAll(events, more).split("Diagnostics:")[0] ?? "";
  return rows
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}

describe("the progress in a log", () => {
  it("has what stays as it is, and what is read as a resource of its own, where they are asked for", () => {
    const same = pre({ op: "same", old: state(), new: state() });
    expect(show([same])).toEqual([closingStack]);
    expect(show([same], { showSames: true })).toContain("    x:y:Z a");
    const read = { op: "read", new: state() } as const;
    expect(show([pre(read), outputs(read)], { showReads: true })).toContain(" >  x:y:Z a read (0.00s)");
  });

  it("tells of reads in passing, and not of what comes with them", () => {
    const read = { op: "read", new: state() } as const;
    const line = "    pulumi:pulumi:Stack p-dev running read x:y:Z a";
    expect(show([pre(unchangedStack), pre(read), outputs(read)])).toEqual([line, line, closingStack]);
    expect(show([pre(unchangedStack), pre({ op: "discard", old: state() })])).toEqual([]);
  });

  it("says at the end what was not said before: components without outputs, and the stack", () => {
    const created = { ...stack, new: stackState };
    const events = [pre(created), pre({ new: component() }), outputs(created)];
    expect(show(events)).toEqual([
      " +  pulumi:pulumi:Stack p-dev creating (0s)",
      " +  x:y:Z a creating (0s)",
      " +  x:y:Z a created",
      " +  pulumi:pulumi:Stack p-dev created (0.00s)",
    ]);
  });

  it("does not repeat components, previews and what stays as it is when they end", () => {
    const group = { new: component() };
    expect(show([pre(group), outputs(group)])).toEqual([" +  x:y:Z a creating (0s)", closingStack]);
    const custom = { new: state() };
    const planned = show([pre(custom), outputs(custom)], { preview: true });
    expect(planned).toEqual([" +  x:y:Z a create", closingStack]);
    const same = { op: "same", old: state(), new: state({ protect: true }) } as const;
    const lines = show([pre(same), outputs(same)]);
    expect(lines).toEqual(["    x:y:Z a  [diff: ~protect]", closingStack]);
  });

  it("tells what came of a refresh, though nothing did", () => {
    const events = [
      pre({ op: "refresh", old: state() }),
      outputs({ op: "same", old: state(), new: state() }),
    ];
    const lines = [" ~  x:y:Z a refreshing (0s)", "    x:y:Z a", closingStack];
    expect(show(events, { operation: "refresh" })).toEqual(lines);
    expect(show(events)).toEqual(lines);
  });

  it("names what failed by its op, and does not repeat it", () => {
    const replacement = { op: "create-replacement", old: state(), new: state() } as const;
    expect(show([pre(replacement), error("no"), failed(replacement)])).toEqual([
      " ++ x:y:Z a creating replacement (0s)",
      " ++ x:y:Z a creating replacement (0s) error: no",
      " ++ x:y:Z a **creating failed** error: no",
      closingStack,
    ]);
    const update = { op: "update", old: state(), new: state() } as const;
    expect(show([pre(update), outputs(update), error("late")])).toContain(
      " ~  x:y:Z a **updating failed (0.00s)** error: late",
    );
  });

  it("counts messages at the end of what is open then", () => {
    const lines = show([
      pre(unchangedStack),
      said("one\ntwo\n"),
      said("\n"),
      said("three", { severity: "warning", prefix: "warning: " }),
      error("late", stackUrn),
    ]);
    expect(lines).toEqual([
      "    pulumi:pulumi:Stack p-dev running one",
      "    pulumi:pulumi:Stack p-dev running warning: three",
      "    pulumi:pulumi:Stack p-dev running error: late",
      "    pulumi:pulumi:Stack p-dev **failed** 1 error; 1 warning; 1 message",
    ]);
  });

  it.each(["progress", "diff"] as const)("has debug messages for those who ask (%s)", (kind) => {
    const events = [said("a call\n", { severity: "debug", prefix: "debug: " })];
    expect(showAll(events, { kind })).not.toContain("a call");
    expect(showAll(events, { kind, showDebug: true })).toContain("debug: a call");
  });

  it("counts debug messages after all others", () => {
    const events = [pre(unchangedStack), said("a call", { severity: "debug" }), said("to all")];
    expect(showAll(events, { showDebug: true })).toContain(`${closingStack}  1 message; 1 debug\n`);
  });

  it("calls interrupted what never told how it went", () => {
    expect(show([pre({ new: state() })])).toEqual([
      " +  x:y:Z a creating (0s)",
      " +  x:y:Z a creating (interrupted)",
      closingStack,
    ]);
  });

  it("says of what is let go that it stays where it is", () => {
    const kept = { op: "delete", old: state({ retainOnDelete: true }) } as const;
    expect(show([pre(kept), outputs(kept)])).toContain(" -  x:y:Z a deleted (0.00s)[retain]");
  });

  it("plans a replacement as one thing when all is known", () => {
    const group = { op: "create-replacement", old: component(), new: component() } as const;
    const lines = show([pre(group)], { preview: true });
    expect(lines).toEqual([" ++ x:y:Z a create replacement", " ++ x:y:Z a replace", closingStack]);
  });

  it("tells with the single steps of a replacement what changes", () => {
    const both = { old: state({ inputs: { a: 1 } }), new: state({ inputs: { a: 2 } }) };
    const original = pre({ op: "delete-replaced", old: both.old });
    expect(show([outputs({ op: "replace", ...both }), original])).toContain(
      " -- x:y:Z a deleting original (0s) [diff: ~a]",
    );
  });

  it("gives messages without a resource to the stack, whatever it is called", () => {
    const named = { urn: "urn:pulumi:dev::p::pulumi:pulumi:Stack::other", type: stack.type };
    expect(show([said("early"), pre({ ...named, new: stackState })])).toEqual([
      "    pulumi:pulumi:Stack p-dev  early",
      " +  pulumi:pulumi:Stack other creating (0s) early",
      " +  pulumi:pulumi:Stack other created 1 message",
    ]);
  });

  it("keeps a stack that is deleted last apart from what was said before", () => {
    const child = { op: "delete", old: state() } as const;
    const last = { ...stack, op: "delete", old: stackState } as const;
    expect(show([pre(child), outputs(child), pre(last), outputs(last)])).toEqual([
      " -  x:y:Z a deleting (0s)",
      " -  x:y:Z a deleted (0.00s)",
      " -  pulumi:pulumi:Stack p-dev deleting (0s)",
      " -  pulumi:pulumi:Stack p-dev deleted (0.00s)",
      closingStack,
    ]);
  });

  it("shows URNs in the place of types and names, and nothing that moves the terminal", () => {
    expect(show([pre({ new: state() })], { showUrns: true })).toContain(` +  ${urn} creating (0s)`);
    expect(show([pre({ urn: `${urn}\u001b[2J`, new: state() })])).toContain(
      " +  x:y:Z a\\x1b[2J creating (0s)",
    );
  });

  it("heads messages with the short type and the name, or with the URN", () => {
    const of = "urn:pulumi:dev::p::x:y/zed:Zed::a";
    expect(showAll([error("no\n\nat all ", of)])).toContain(
      "Diagnostics:\n  x:y:Zed (a):\n    error: no\n    \n    at all\n\n",
    );
    expect(showAll([error("no", of)], { showUrns: true })).toContain(`Diagnostics:\n  ${of}:\n`);
  });

  it("leaves out the dots only when it is to be quiet", () => {
    expect(show([pre({ new: component() })], { suppressProgress: true })).toContain(
      " +  x:y:Z a creating (0s)",
    );
  });

  it("takes what is said in a stream of its own for one message", () => {
    const warn = (message: string, streamId: number) =>
      said(message, { severity: "warning", prefix: "warning: ", urn, streamId });
    expect(showAll([warn("a\n", 7), warn("b\n", 0), warn("c\n", 7), warn("d\n", 0)])).toContain(
      "    warning: a\n    c\n\n    warning: b\n    warning: d\n\n",
    );
  });

  it("takes an op that begins again for over, with another copy of the resource, and what failed for failed", () => {
    const gone = { op: "delete-replaced", old: state() } as const;
    expect(show([pre(gone), outputs(gone), pre(gone)])).toEqual([
      ...[" -- x:y:Z a deleting original (0s)", " -- x:y:Z a deleted original (0.00s)"],
      ...[" -- x:y:Z a deleted original", closingStack],
    ]);
    const made = { op: "create", new: state() } as const;
    expect(show([pre(gone), failed(gone), pre(made), outputs(made)]).slice(2)).toEqual([
      ...[" +  x:y:Z a **creating failed**", " +  x:y:Z a **creating failed**", closingStack],
    ]);
  });

  it("says that policies are loaded once", () => {
    const load: EngineEvent = { kind: "policy-load" };
    expect(showWhole([load, load, prelude])).toBe(
      `Updating (dev):
Loading policy packs...: starting
Loading policy packs...: done

${closingStack}  
`,
    );
  });

  it("begins with the configuration where that is asked for", () => {
    const started = pre({ new: state() });
    expect(showWhole([prelude, started], { showConfig: true })).toContain(
      "Updating (dev):\nConfiguration:\n    aws:region: x\n    p:size: 3\n\n +  x:y:Z a creating",
    );
  });

  it("has a row for the stack once something was printed, and not for a stack that stays as it is alone", () => {
    const running = `${closingStack} running`;
    expect(show([{ kind: "stdout", message: "hello\n" }, pre(unchangedStack)])).toContain(running);
    expect(show([pre(unchangedStack)])).not.toContain(running);
  });

  it("says of a refresh in a preview that it is one, when it is over", () => {
    const both = { op: "refresh", old: state(), new: state() } as const;
    const lines = show([pre(both), outputs(both)], { preview: true });
    expect(lines.slice(0, 2)).toEqual([" ~  x:y:Z a refreshing", " ~  x:y:Z a refresh"]);
  });

  it("tells which outputs a stack loses that goes alone, and counts as errored what was said to be", () => {
    const gone = {
      ...stack,
      op: "delete",
      old: resourceState({ ...stackState, outputs: { url: "u" } }),
    } as const;
    const alone = showAll([pre(gone), outputs(gone), summary]);
    expect(alone).toContain('Outputs:\n  - url: "u"\n\nResources:\n    - 1 deleted\n\n');
    const child = { op: "delete", old: state() } as const;
    expect(showAll([pre(child), outputs(child), pre(gone), outputs(gone), summary])).not.toContain(
      "Outputs:",
    );
    expect(showAll([pre(child), failed(child), summary])).not.toContain("errored");
    expect(showAll([pre(child), failed(child), error("no"), summary])).toContain("\n    1 errored\n");
  });
});
