import { type CaseStep, isOperation } from "./cases.ts";
import { type Difference, differencesOf, multisetDifferences } from "./differences.ts";
import type { Normaliser } from "./normalise.ts";
import type { Observation } from "./observation.ts";

interface Normalisers {
  readonly expected: Normaliser;
  readonly actual: Normaliser;
}

/** Compares what a person (or a script) reads: the whole output of plain commands, the stable parts of operations. */
export function compareTexts(
  step: CaseStep,
  expected: Observation,
  actual: Observation,
  by: Normalisers,
): Difference[] {
  const stdout = isOperation(step)
    ? compareOperationText(step, expected, actual, by)
    : compareCommandText(expected, actual, by);
  const lines = (text: string, normaliser: Normaliser) => normaliser.text(text).trim().split("\n");
  const stderr = multisetDifferences(lines(expected.stderr, by.expected), lines(actual.stderr, by.actual));
  return [
    ...stdout.map((text) => ({ aspect: "stdout", text })),
    ...stderr.map((text) => ({ aspect: "stderr", text })),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Fields that differ from run to run and machine to machine in JSON that a command prints. */
const variableFields = new Set([
  ...["created", "modified", "sourcePosition", "stackTrace"],
  ...["duration", "time", "magic", "version", "environment", "startTime", "endTime", "lastUpdate", "salt"],
]);

/** A history entry tells which machine and flags it came from. */
const environmentLine = /^ {4}(exec|git|pulumi|runtime|stack|updatePlan)[\w.-]*: /;

function stable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stable);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !variableFields.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, stable(item)]));
}

function compareCommandText(expected: Observation, actual: Observation, by: Normalisers): string[] {
  const [a, b] = [parsed(expected.stdout), parsed(actual.stdout)];
  if (typeof a === "object" && typeof b === "object") {
    return differencesOf(by.expected.json(stable(a)), by.actual.json(stable(b)));
  }
  const lines = (text: string) =>
    text
      .split("\n")
      .filter((line) => !environmentLine.test(line))
      .map((line) => line.replace(/ +/g, " ").trimEnd());
  return differencesOf(lines(by.expected.text(expected.stdout)), lines(by.actual.text(actual.stdout)));
}

function compareOperationText(
  step: CaseStep,
  expected: Observation,
  actual: Observation,
  by: Normalisers,
): string[] {
  const { args = [] } = step;
  if (args.includes("--json"))
    return step.command === "preview" ? comparePreviewJson(expected, actual, by) : [];
  const wanted = args.includes("--diff") ? diffLines : closingLines;
  return multisetDifferences(
    wanted(by.expected.text(expected.stdout)),
    wanted(by.actual.text(actual.stdout)),
  );
}

function comparePreviewJson(expected: Observation, actual: Observation, by: Normalisers): string[] {
  const view = (text: string, normaliser: Normaliser) => {
    const { steps = [], ...rest } = (parsed(text) ?? {}) as { steps?: { urn: string }[] };
    const order = [...steps].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    return normaliser.json(stable({ ...rest, steps: order }));
  };
  return differencesOf(view(expected.stdout, by.expected), view(actual.stdout, by.actual));
}

/** A `--diff` display without blank lines; its blocks may come in another order. */
function diffLines(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** The outputs and resource counts that close the progress display; all that comes before depends on timing. */
function closingLines(text: string): string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    if (line !== "Outputs:" && line !== "Resources:") return [];
    const rest = lines.slice(index + 1);
    const end = rest.indexOf("");
    return [line, ...(end < 0 ? rest : rest.slice(0, end))];
  });
}
