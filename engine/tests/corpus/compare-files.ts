import { parse } from "yaml";
import { type Difference, differencesOf, multisetDifferences, shortUrn } from "./differences.ts";
import { type Normaliser, resourcesOf, withoutRandomResults } from "./normalise.ts";
import type { Json, Observation } from "./observation.ts";

interface Normalisers {
  readonly expected: Normaliser;
  readonly actual: Normaliser;
}

/** Fields of a recorded resource that say when and where, not what. */
const optionalFields = new Set(["created", "modified", "sourcePosition", "stackTrace"]);

function comparableResource(resource: Json, normaliser: Normaliser): Json {
  const kept = Object.entries(resource).filter(([name]) => !optionalFields.has(name));
  const fields = Object.fromEntries(kept.map(([name, value]) => [name, sortedLists(name, value)]));
  return normaliser.json(withoutRandomResults(fields)) as Json;
}

function sortedLists(name: string, value: unknown): unknown {
  if (name === "dependencies" && Array.isArray(value)) return [...value].sort();
  if (name !== "propertyDependencies" || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, urns]) => [key, Array.isArray(urns) ? [...urns].sort() : urns]),
  );
}

function keyOf(resource: Json): string {
  return `${shortUrn(String(resource["urn"]))}${resource["delete"] ? " (old copy)" : ""}`;
}

/** Compares two exported stacks; the order of resources is checked by the engine's own integrity rules. */
export function compareCheckpoints(
  expected: Observation,
  actual: Observation,
  by: Normalisers,
): Difference[] {
  const differ = (text: string): Difference => ({ aspect: "checkpoint", text });
  if (typeof expected.checkpoint !== typeof actual.checkpoint) {
    const show = (o: Observation) =>
      typeof o.checkpoint === "string" ? o.checkpoint.trim() : typeof o.checkpoint;
    return [differ(`expected ${show(expected)}, got ${show(actual)}`)];
  }
  const about = (resource: Json, text: string) => ({
    ...differ(text),
    resource: shortUrn(String(resource["urn"])),
  });
  const left = [...resourcesOf(actual.checkpoint)];
  const matched = resourcesOf(expected.checkpoint).flatMap((resource) => {
    const index = left.findIndex((r) => keyOf(r) === keyOf(resource));
    if (index < 0) return [about(resource, `missing ${keyOf(resource)}`)];
    const [match] = left.splice(index, 1);
    const a = comparableResource(resource, by.expected);
    const b = comparableResource(match as Json, by.actual);
    return differencesOf(a, b).map((text) => about(resource, `${keyOf(resource)} ${text}`));
  });
  const unexpected = left.map((resource) => about(resource, `unexpected ${keyOf(resource)}`));
  return [...matched, ...unexpected, ...comparePending(expected, actual, by)];
}

function comparePending(expected: Observation, actual: Observation, by: Normalisers): Difference[] {
  const read = (observation: Observation, normaliser: Normaliser) => {
    if (observation.checkpoint === undefined || typeof observation.checkpoint === "string") return undefined;
    const deployment = observation.checkpoint["deployment"] as Json | undefined;
    const pending = (deployment?.["pending_operations"] ?? []) as { type: string; resource: Json }[];
    return {
      version: observation.checkpoint["version"],
      features: observation.checkpoint["features"],
      secrets: (deployment?.["secrets_providers"] as Json | undefined)?.["type"],
      pending: pending.map((p) => ({ type: p.type, resource: comparableResource(p.resource, normaliser) })),
    };
  };
  return differencesOf(read(expected, by.expected), read(actual, by.actual)).map((text) => ({
    aspect: "checkpoint",
    text,
  }));
}

/** Compares the stack's settings files: what they set, not how it is encrypted. */
export function compareSettings(expected: Observation, actual: Observation, by: Normalisers): Difference[] {
  const read = (observation: Observation, normaliser: Normaliser) =>
    Object.fromEntries(
      Object.entries(observation.settings).map(([file, text]) => [file, normaliser.json(parse(text))]),
    );
  return differencesOf(read(expected, by.expected), read(actual, by.actual)).map((text) => ({
    aspect: "settings file",
    text,
  }));
}

/** Compares the backend's files by name, and its history by content. */
export function compareBackend(expected: Observation, actual: Observation, by: Normalisers): Difference[] {
  if (expected.tree === undefined) return [];
  const files = (tree: readonly string[] = []) =>
    tree.map((file) => by.actual.text(file)).filter((file) => !file.endsWith(".attrs"));
  const history = (observation: Observation, normaliser: Normaliser) =>
    observation.history.map(({ startTime: _, endTime: __, environment: ___, ...entry }) =>
      normaliser.json(entry),
    );
  return [
    ...multisetDifferences(files(expected.tree), files(actual.tree)).map((text) => ({
      aspect: "files",
      text,
    })),
    ...differencesOf(history(expected, by.expected), history(actual, by.actual)).map((text) => ({
      aspect: "history",
      text,
    })),
  ];
}
