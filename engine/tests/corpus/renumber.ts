import type { Preparation } from "./cases.ts";
import { resourcesOf } from "./normalise.ts";
import type { Json, Observation } from "./observation.ts";

function idsByUrn(observation: Observation | undefined): Map<string, string> {
  const key = (resource: Json) => `${String(resource["urn"])}${resource["delete"] ? " old" : ""}`;
  return new Map(resourcesOf(observation?.checkpoint).map((r) => [key(r), String(r["id"] ?? "")]));
}

/**
 * The fake provider numbers its objects in the order of their creation, which is another in every run. A case that
 * meddles with an object's file means the object, so its number is translated: recorded id -> id in this run.
 */
export function renumber(
  preparations: readonly Preparation[],
  before: { readonly expected: Observation | undefined; readonly actual: Observation | undefined },
): Preparation[] {
  const actual = idsByUrn(before.actual);
  const ids = new Map(
    [...idsByUrn(before.expected)].map(([urn, id]) => [`cloud/${id}.json`, actual.get(urn)]),
  );
  const translate = (path: string | undefined) => {
    const id = path === undefined ? undefined : ids.get(path);
    return id === undefined ? path : `cloud/${id}.json`;
  };
  return preparations.map((preparation) => {
    const paths = {
      write: translate(preparation.write),
      rm: translate(preparation.rm),
      editJson: translate(preparation.editJson),
    };
    const given = Object.entries(paths).filter(([, path]) => path !== undefined);
    return { ...preparation, ...Object.fromEntries(given) };
  });
}
