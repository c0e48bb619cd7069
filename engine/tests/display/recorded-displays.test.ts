import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DisplayKind } from "../../src/display/display.ts";
import { plain } from "../../src/display/paint.ts";
import { createDisplay } from "../../src/display/print.ts";
import type { OperationKind } from "../../src/operation.ts";
import { type CaseStep, isOperation, readCases } from "../corpus/cases.ts";
import { compareTexts } from "../corpus/compare-texts.ts";
import { Normaliser } from "../corpus/normalise.ts";
import { type Observation, readRecording } from "../corpus/observation.ts";
import { fromEventJson } from "./recorded-events.ts";

const kinds: { readonly [verb: string]: OperationKind } = {
  up: "update",
  preview: "update",
  refresh: "refresh",
  destroy: "destroy",
  import: "import",
};

function kindOf(args: readonly string[]): DisplayKind {
  if (args.includes("--diff")) return "diff";
  return args.includes("--json") ? "json" : "progress";
}

function show(step: CaseStep, stack: string, recording: Observation): string {
  let text = "";
  const args = step.args ?? [];
  const verb = step.command.split(" ")[0] ?? "";
  const display = createDisplay({
    kind: kindOf(args),
    operation: kinds[verb] ?? "update",
    preview: verb === "preview" || args.includes("--preview-only"),
    project: "corpus",
    stack,
    paint: plain,
    color: "never",
    isTerminal: false,
    showSames: args.includes("--show-sames"),
    showReads: args.includes("--show-reads"),
    showReplacementSteps: false,
    suppressOutputs: false,
    suppressProgress: false,
    write: (more) => {
      text += more;
    },
    now: () => new Date(0),
  });
  for (const json of recording.events) {
    const event = fromEventJson(json);
    if (event !== undefined) display.listener(event);
  }
  display.close();
  // What a destroy says afterwards is the command's, not the display's.
  const epilogue = /(The resources in the stack have been|There were no).*/s.exec(recording.stdout)?.[0];
  return text + (verb === "destroy" ? (epilogue ?? "") : "");
}

/** What was said of resources, in any order: durations and dots are of the day, default providers not shown. */
function progressLines(text: string): string[] {
  return text
    .replace(/^(Policies|Diagnostics|Outputs|Resources):\n.*/ms, "")
    .split("\n")
    .filter((line) => /^ .. \S/.test(line) && !/ pulumi:providers:\S+ default/.test(line))
    .map((line) => line.replace(/ \(\d+(\.\d+)?s\)/, "").trimEnd())
    .sort();
}

describe("the display of a recorded operation", () => {
  const cases = readCases(join(import.meta.dirname, "../corpus/cases"), []);
  for (const item of cases) {
    it(`says what the official CLI said: ${item.name}`, () => {
      for (const [index, step] of item.steps.entries()) {
        const recording = readRecording(item, index + 1);
        const isPreviewJson = step.command === "preview" && step.args?.includes("--json") === true;
        if (!isOperation(step) || recording.events.length === 0 || step.withPreview || isPreviewJson)
          continue;
        const stdout = show(step, step.stack ?? item.stack ?? "dev", recording);
        const normaliser = new Normaliser([recording]);
        const by = { expected: normaliser, actual: normaliser };
        expect(compareTexts(step, recording, { ...recording, stdout }, by)).toEqual([]);
        if (kindOf(step.args ?? []) === "progress" && !step.args?.includes("--debug")) {
          expect(progressLines(stdout)).toEqual(progressLines(recording.stdout));
        }
      }
    });
  }
});
