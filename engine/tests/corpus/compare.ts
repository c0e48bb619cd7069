import type { Case } from "./cases.ts";
import { isOperation } from "./cases.ts";
import { compareEvents, type Relations } from "./compare-events.ts";
import { compareBackend, compareCheckpoints, compareSettings } from "./compare-files.ts";
import { comparePolicies } from "./compare-policies.ts";
import { compareTexts } from "./compare-texts.ts";
import { type Difference, differencesOf } from "./differences.ts";
import { Normaliser, resourcesOf } from "./normalise.ts";
import type { Observation } from "./observation.ts";

/** Compares a run of a case with its recording: the differences of each step, in order. */
export function compareCase(
  item: Case,
  expected: readonly Observation[],
  actual: readonly Observation[],
): Difference[][] {
  const by = { expected: new Normaliser(expected), actual: new Normaliser(actual) };
  return item.steps.map((step, index) => {
    const e = expected[index];
    const a = actual[index];
    if (e === undefined || a === undefined) return [{ aspect: "step", text: "was not run" }];
    const relations = { before: relationsOf(expected[index - 1]), after: relationsOf(e) };
    return [
      ...compareEnd(e, a),
      ...(isOperation(step)
        ? [...compareEvents(e, a, { ...by, relations }), ...comparePolicies(e, a, by)]
        : []),
      ...compareTexts(step, e, a, by),
      ...compareCheckpoints(e, a, by),
      ...compareSettings(e, a, by),
      ...compareBackend(e, a, by),
      ...compareDuring(e, a, by),
    ];
  });
}

function compareEnd(expected: Observation, actual: Observation): Difference[] {
  const differences = differencesOf(
    { exitCode: expected.exitCode, signal: expected.signal },
    { exitCode: actual.exitCode, signal: actual.signal },
  );
  return differences.map((text) => ({ aspect: "exit code", text }));
}

function compareDuring(
  expected: Observation,
  actual: Observation,
  by: { readonly expected: Normaliser; readonly actual: Normaliser },
): Difference[] {
  const view = (observation: Observation, normaliser: Normaliser) => {
    const { during } = observation;
    if (during === undefined) return undefined;
    const lockCount = Array.isArray(during["locks"]) ? during["locks"].length > 0 : false;
    const stderr = normaliser.text(String(during["stderr"])).replace(/\(pid \d+\)/g, "(pid)");
    return { hit: during["hit"], exitCode: during["exitCode"], locked: lockCount, stderr };
  };
  return differencesOf(view(expected, by.expected), view(actual, by.actual)).map((text) => ({
    aspect: "second command",
    text,
  }));
}

function relationsOf(observation: Observation | undefined): Relations {
  const relations = new Map<string, Set<string>>();
  for (const resource of resourcesOf(observation?.checkpoint)) {
    const urn = String(resource["urn"]);
    const provider = resource["provider"];
    const urns = [
      resource["parent"],
      typeof provider === "string" ? provider.slice(0, provider.lastIndexOf("::")) : undefined,
      resource["deletedWith"],
      ...((resource["dependencies"] ?? []) as string[]),
    ].filter((other): other is string => typeof other === "string");
    const known = relations.get(urn) ?? new Set<string>();
    for (const other of urns) known.add(other);
    relations.set(urn, known);
  }
  return relations;
}
