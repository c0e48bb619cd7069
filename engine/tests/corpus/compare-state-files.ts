import { type Difference, multisetDifferences, shortUrn } from "./differences.ts";
import type { Json } from "./observation.ts";

/**
 * Compares how two state files are laid out: which fields each has, and in which order. What the fields say is compared
 * in the exported stacks; the order of independent resources is a race.
 */
export function compareStateFiles(expected: string | null, actual: string): Difference[] {
  if (expected === null) return [];
  if (actual === "") return [{ aspect: "state file", text: "is missing" }];
  return multisetDifferences(layoutOf(expected), layoutOf(actual)).map((text) => {
    const resource = /^(?:missing|unexpected) (\S+::\S+): /.exec(text)?.[1];
    return { aspect: "state file", text, ...(resource !== undefined && { resource }) };
  });
}

function layoutOf(text: string): string[] {
  const file = JSON.parse(text) as Json;
  const checkpoint = file["checkpoint"] as Json;
  const latest = (checkpoint["latest"] ?? {}) as Json;
  const resources = (latest["resources"] ?? []) as readonly Json[];
  const fields = (where: string, json: Json) => `${where}: ${Object.keys(json).join(" ")}`;
  return [
    fields("file", file),
    fields("checkpoint", checkpoint),
    fields("latest", latest),
    fields("manifest", (latest["manifest"] ?? {}) as Json),
    fields("secrets_providers", (latest["secrets_providers"] ?? {}) as Json),
    ...resources.map((resource) => fields(shortUrn(String(resource["urn"])), resource)),
  ];
}
