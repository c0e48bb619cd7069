import { describe, expect, it } from "vitest";
import { renderDiffInfo } from "../../src/display/diff-info.ts";
import type { DisplayOptions } from "../../src/display/display.ts";
import { plain } from "../../src/display/paint.ts";
import { createDisplay } from "../../src/display/print.ts";
import { type DiffDisplayOptions, renderDiffEvent } from "../../src/display/render-diff-event.ts";
import { renderOutputs } from "../../src/display/render-outputs.ts";
import { renderPreviewJson } from "../../src/display/render-preview-json.ts";
import type { Diagnostic, EngineEvent, StepMetadata } from "../../src/events.ts";
import { computed, OutputValue, Secret } from "../../src/protocol/property-value.ts";
import { UNKNOWN_VALUE } from "../../src/protocol/signatures.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

const urn = "urn:pulumi:dev::p::x:y:Z::a";

function state(fields: Partial<ResourceState> = {}): ResourceState {
  return resourceState({ urn, type: "x:y:Z", custom: true, ...fields });
}

function step(fields: Partial<StepMetadata>): StepMetadata {
  const rest = { keys: [], diffs: [], detailedDiff: undefined, logical: true, internal: false };
  return {
    op: "update",
    urn,
    type: "x:y:Z",
    provider: "",
    old: undefined,
    new: undefined,
    ...rest,
    ...fields,
  };
}

function diagnostic(fields: Partial<Diagnostic>): EngineEvent {
  const rest = {
    severity: "info" as const,
    message: "m\n",
    urn: "",
    prefix: "",
    streamId: 0,
    ephemeral: false,
  };
  return { kind: "diagnostic", diagnostic: { ...rest, ...fields } };
}

const quiet: DiffDisplayOptions = {
  paint: plain,
  showSames: false,
  showReplacementSteps: false,
  suppressOutputs: false,
};

const pre = (fields: Partial<StepMetadata>): EngineEvent => ({
  kind: "resource-pre",
  step: step(fields),
  planning: false,
});

describe("renderDiffEvent", () => {
  const show = (event: EngineEvent, options: Partial<DiffDisplayOptions> = {}) =>
    renderDiffEvent(event, new Map(), { ...quiet, ...options });

  it("shows a replacement as one, and its single steps when asked to", () => {
    const both = { old: state({ id: "1" }), new: state() };
    const part = pre({ op: "create-replacement", logical: false, ...both });
    expect(show(part)).toBe("");
    expect(show(part, { showReplacementSteps: true })).toContain("++x:y:Z");
    expect(show(pre({ op: "replace", ...both }), { showReplacementSteps: true })).toContain(
      "+-x:y:Z: (replace)",
    );
    expect(show(pre({ op: "replace", ...both }))).toContain("+-x:y:Z: (replace)");
  });

  it("shows reads, and nothing of imports and refreshes before it is known what is there", () => {
    expect(show(pre({ op: "read", new: state({ id: "1" }) }))).toBe(`> x:y:Z: (read)\n    [urn=${urn}]\n`);
    for (const op of ["import", "refresh"] as const) expect(show(pre({ op, new: state() }))).toBe("");
  });

  it("shows what an import found in the place of what was asked for", () => {
    const states = { old: state({ id: "1", inputs: { a: 1 } }), new: state({ id: "1", inputs: { a: 2 } }) };
    const event: EngineEvent = {
      kind: "resource-outputs",
      step: step({ op: "import", ...states }),
      planning: false,
    };
    expect(show(event)).toContain("(import)\n    [id=1]\n");
    expect(show(event)).toContain("  ~ a: 1 => 2\n");
  });

  it("tells of what a refresh finds gone which outputs it had", () => {
    const old = state({ id: "1", outputs: { a: 1 } });
    const outcome = step({ op: "delete", old });
    const seen = new Map([[urn, step({ op: "refresh", old })]]);
    expect(renderDiffEvent({ kind: "resource-outputs", step: outcome, planning: false }, seen, quiet)).toBe(
      `- x:y:Z: (delete)\n    [id=1]\n    [urn=${urn}]\n    --outputs:--\n  - a: 1\n`,
    );
  });

  it("shows a change of protection and of the provider", () => {
    const locked = pre({ op: "same", old: state(), new: state({ protect: true }) });
    expect(show(locked)).toContain("(same) 🔒");
    const unlocked = pre({ op: "same", old: state({ protect: true }), new: state() });
    expect(show(unlocked)).toContain("(same) 🔓");
    const provider = (name: string, id = "1") => `urn:pulumi:dev::p::pulumi:providers:x::${name}::${id}`;
    const change = (to: string) =>
      show(pre({ provider: to, old: state({ provider: provider("one") }), new: state({ provider: to }) }));
    expect(change(provider("two"))).toContain(`    [provider: ${provider("one")} => ${provider("two")}]\n`);
    expect(change(provider("two", UNKNOWN_VALUE))).toContain(
      " => urn:pulumi:dev::p::pulumi:providers:x::two::[unknown]]",
    );
    expect(change(provider("one"))).toContain(`    [provider=${provider("one")}]\n`);
    expect(show(pre({ provider: provider("default"), new: state() }))).not.toContain("[provider");
  });

  it("says of what is let go that it stays where it is", () => {
    expect(show(pre({ op: "delete", old: state({ retainOnDelete: true }) }))).toContain(
      "- x:y:Z: (delete[retain])\n",
    );
    const both = { old: state({ retainOnDelete: true }), new: state() };
    expect(show(pre({ op: "update", ...both }))).toContain("~ x:y:Z: (update)\n");
  });

  it("shows URNs in the place of types when asked to", () => {
    expect(show(pre({ op: "create", new: state() }), { showUrns: true })).toBe(`+ ${urn}: (create)\n`);
  });

  it("hides the differences that the resource asks to hide, and says so", () => {
    const hideDiff = ["key", "list[0].k"];
    const old = state({ hideDiff, inputs: { key: "a", list: [{ k: 1, v: 1 }] } });
    const next = state({ hideDiff, inputs: { key: "b", list: [{ k: 2, v: 2 }] } });
    const text = show(pre({ old, new: next }));
    expect(text).toContain("  ~ key (hidden)\n  ~ list[0].k (hidden)\n  ~ list: [\n");
    expect(text).toContain("~ v: 1 => 2");
    expect(text).not.toMatch(/"b"|k: /);
    const detailedDiff = { key: { kind: "update" as const, inputDiff: true } };
    expect(show(pre({ old, new: next, detailedDiff }))).not.toContain('"b"');
  });

  it("takes values for what the provider says of them", () => {
    const detailedDiff = {
      live: { kind: "update", inputDiff: false },
      asked: { kind: "update", inputDiff: true },
      gone: { kind: "delete", inputDiff: true },
      "deep.new": { kind: "update", inputDiff: true },
    } as const;
    const inputs = { live: 1, asked: 1, gone: 1, deep: null };
    const old = state({ inputs, outputs: { live: 2, asked: 2 } });
    const next = state({ inputs: { live: 3, asked: 3, gone: 1, deep: { new: 1 } } });
    expect(show(pre({ old, new: next, detailedDiff }))).toContain(
      "  ~ asked: 1 => 3\n  + deep : {\n      + new: 1\n    }\n  - gone : 1\n  ~ live : 2 => 3\n",
    );
  });

  it("shows what people are told", () => {
    expect(show(diagnostic({ prefix: "error: ", severity: "error" }))).toBe("error: m\n");
    expect(show(diagnostic({ message: "m \n\n" }))).toBe("m \n\n");
    expect(show({ kind: "stdout", message: "out" })).toBe("out");
    expect(show({ kind: "cancel" })).toBe("");
  });

  it("limits a difference without details to the changed properties", () => {
    const text = show(
      pre({ old: state({ inputs: { a: 1, b: 1 } }), new: state({ inputs: { a: 2, b: 2 } }), diffs: ["a"] }),
    );
    expect(text).toContain("~ a: 1 => 2");
    expect(text).not.toContain("b");
  });

  it("leaves outputs out when asked to", () => {
    const event: EngineEvent = {
      kind: "resource-outputs",
      step: step({ op: "create", new: state({ outputs: { o: 1 } }) }),
      planning: false,
    };
    expect(show(event)).toContain("o: 1");
    expect(show(event, { suppressOutputs: true })).toBe("");
  });
});

describe("renderDiffInfo", () => {
  it("names what changes, and how", () => {
    const detailedDiff = {
      added: { kind: "add" as const, inputDiff: true },
      gone: { kind: "delete-replace" as const, inputDiff: true },
      "deep.a": { kind: "add" as const, inputDiff: true },
      "deep.b": { kind: "delete" as const, inputDiff: true },
      __hidden: { kind: "add" as const, inputDiff: true },
      "": { kind: "add" as const, inputDiff: true },
    };
    const info = renderDiffInfo(step({ old: state(), new: state({ provider: "q" }), detailedDiff }));
    expect(info).toBe("[diff: +__hidden,added-gone~deep,provider]");
    const without = step({ old: state({ inputs: { a: 1, b: 1 } }), new: state({ inputs: { b: 2, c: 1 } }) });
    expect(renderDiffInfo(without)).toBe("[diff: +c-a~b]");
    expect(renderDiffInfo({ ...without, diffs: ["b"] })).toBe("[diff: ~b]");
    expect(renderDiffInfo({ ...without, op: "same" })).toBe("");
    expect(renderDiffInfo(step({ op: "same", old: state({ taint: true }), new: state() }))).toBe(
      "[diff: ~taint]",
    );
    const marked = step({
      old: state({ taint: true }),
      new: state({ inputs: { a: null, b: 1 }, protect: true }),
    });
    expect(renderDiffInfo(marked)).toBe("[diff: +b~taint,protect]");
  });
});

describe("a display", () => {
  function show(
    kind: "progress" | "diff",
    events: readonly EngineEvent[],
    more: Partial<DisplayOptions> = {},
  ) {
    const written = { text: "", errors: "" };
    const display = createDisplay({
      ...{
        kind,
        operation: "update",
        preview: false,
        project: "p",
        stack: "dev",
        paint: plain,
        color: "never",
      },
      ...{ isTerminal: false, showSames: false, showReads: false, showReplacementSteps: false },
      ...{ suppressOutputs: false, suppressProgress: false },
      write: (part) => {
        written.text += part;
      },
      writeError: (part) => {
        written.errors += part;
      },
      now: () => new Date(0),
      ...more,
    });
    for (const event of events) display.listener(event);
    display.close();
    return written;
  }

  it("of differences keeps messages apart from them", () => {
    const { text, errors } = show("diff", [diagnostic({ prefix: "error: ", severity: "error" })]);
    expect(errors).toBe("error: m\n");
    expect(text).toBe("Updating (dev):\n");
  });
});

describe("renderOutputs", () => {
  const options = { indent: 1, planning: false, sames: false, refresh: false, paint: plain };

  it("leaves out what failed to start, what is planned, and what repeats an input", () => {
    const shown = step({
      op: "create",
      new: state({ inputs: { a: 1 }, outputs: { a: 1, b: 2, __c: 3, d: null } }),
    });
    expect(renderOutputs(shown, options)).toBe("    b  : 2\n");
    expect(renderOutputs(shown, { ...options, planning: true })).toBe("");
    expect(renderOutputs(shown, { ...options, planning: true, refresh: true })).toContain("a  : 1");
    const broken = step({ old: state({ initErrors: ["x"] }), new: state({ outputs: { b: 2 } }) });
    expect(renderOutputs(broken, options)).toBe("");
  });

  it("leaves out what a preview cannot know of exported resources", () => {
    const stack = { type: "pulumi:pulumi:Stack", op: "same" as const };
    const outputs = {
      list: [{ "@isPulumiResource": true, id: "1", extra: computed }, computed],
      url: computed,
    };
    const told = step({
      ...stack,
      old: state({ outputs: { list: [{ id: "0" }, "known"], url: "u" } }),
      new: state({ outputs }),
    });
    const text = renderOutputs(told, { ...options, planning: true });
    expect(text).toContain('"0" => "1"');
    expect(text).toContain('~ [1]: "known" => [unknown]');
    expect(text).not.toMatch(/isPulumi|extra|url/);
  });
});

describe("renderPreviewJson", () => {
  const prelude = (config: { [key: string]: string }): EngineEvent => ({ kind: "prelude", config });
  const summary: EngineEvent = {
    kind: "summary",
    isPreview: true,
    maybeCorrupt: true,
    durationSeconds: 2,
    resourceChanges: { update: 1 },
    policyPacks: {},
    result: "succeeded",
  };
  const options = { showSames: false, showReplacementSteps: false };
  const parse = (events: EngineEvent[], given = options) =>
    JSON.parse(renderPreviewJson(events, given)) as { [key: string]: unknown };

  it("says nothing of what there is not", () => {
    expect(parse([prelude({})])).toEqual({});
  });

  it("hides secrets, wherever they are", () => {
    const inputs = { list: [new Secret("s"), { deep: new OutputValue("s", true, []) }], plain: 1 };
    const update = pre({
      old: state({ id: "1" }),
      new: state({ inputs }),
      provider: "q",
      keys: ["k"],
      diffs: ["k"],
      detailedDiff: { k: { kind: "update", inputDiff: true } },
    });
    const document = parse([prelude({ "p:k": "v" }), update, summary]);
    expect(document).toMatchObject({
      config: { "p:k": "v" },
      steps: [
        {
          provider: "q",
          newState: { inputs: { list: ["[secret]", { deep: "[secret]" }], plain: 1 } },
          replaceReasons: ["k"],
          detailedDiff: { k: { kind: "update", inputDiff: true } },
        },
      ],
      duration: 2_000_000_000,
      maybeCorrupt: true,
    });
  });

  it("lists what came of a refresh in the place of the reading, and hides what the stack has where asked to", () => {
    const refresh = pre({ op: "refresh", logical: false, old: state(), new: state() });
    const found = { detailedDiff: { k: { kind: "update", inputDiff: false } } } as const;
    const outcome = (fields: Partial<StepMetadata>): EngineEvent => ({
      ...{ kind: "resource-outputs", planning: true },
      step: step({ old: state(), new: state({ outputs: { k: 1 } }), ...fields }),
    });
    const ops = (event: EngineEvent) =>
      (parse([refresh, event])["steps"] as { op: string }[]).map(({ op }) => op);
    expect(ops(outcome(found))).toEqual(["update"]);
    expect(ops(outcome({}))).toEqual(["refresh"]);
    expect(ops(outcome({ op: "delete", new: undefined }))).toEqual(["delete"]);
    const stack = pre({
      type: "pulumi:pulumi:Stack",
      op: "create",
      new: state({ type: "pulumi:pulumi:Stack", outputs: { k: 1 } }),
    });
    expect(renderPreviewJson([stack], { ...options, suppressOutputs: true })).not.toContain('"k"');
    expect(renderPreviewJson([stack], options)).toContain('"k"');
  });

  it("lists what the flags ask for", () => {
    const events = [
      pre({ op: "same", old: state(), new: state() }),
      pre({ op: "create-replacement", logical: false, new: state() }),
      pre({ op: "create", internal: true, new: state() }),
      pre({ op: "same", old: state({ protect: true }), new: state() }),
    ];
    const count = (given: typeof options) => ((parse(events, given)["steps"] ?? []) as unknown[]).length;
    expect(count(options)).toBe(1);
    expect(count({ showSames: true, showReplacementSteps: true })).toBe(3);
  });

  it("tells messages, but not those that pass by", () => {
    const told = parse([
      diagnostic({ severity: "debug" }),
      diagnostic({ ephemeral: true }),
      diagnostic({ severity: "warning", urn, prefix: "warning: " }),
      diagnostic({}),
      { kind: "stdout", message: "printed\n" },
    ]);
    expect(told["diagnostics"]).toEqual([
      { urn, message: "warning: m\n", severity: "warning" },
      { message: "m\n", severity: "info" },
      { message: "printed\n", severity: "info" },
    ]);
  });
});
