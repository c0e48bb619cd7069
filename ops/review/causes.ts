import type { Change } from "./change.ts";

/** What a recorded resource depends on: all of it, and property by property. URNs. */
export interface Dependencies {
  readonly all: readonly string[];
  readonly byProperty: { readonly [property: string]: readonly string[] };
}

/** One link: the resource and the property that passes the change on. */
export interface Cause {
  readonly name: string;
  /** "" where only the order of things passes it on. */
  readonly property: string;
}

/** Why a resource is replaced, from the root to itself. */
export interface CauseChain {
  readonly urn: string;
  readonly name: string;
  readonly links: readonly Cause[];
}

/**
 * Follows each replacement back to the change that began it: a property that asks for another object, fed by a resource
 * that changes too, and so on. Pure.
 */
export function findCauses(
  changes: readonly Change[],
  dependencies: ReadonlyMap<string, Dependencies>,
): CauseChain[] {
  const byUrn = new Map(changes.map((change) => [change.urn, change]));
  return changes
    .filter(({ op }) => op === "replace")
    .map((change) => ({
      urn: change.urn,
      name: change.name,
      links: linksTo(change, { byUrn, dependencies, seen: new Set([change.urn]) }),
    }));
}

interface Search {
  readonly byUrn: ReadonlyMap<string, Change>;
  readonly dependencies: ReadonlyMap<string, Dependencies>;
  readonly seen: Set<string>;
}

function linksTo(change: Change, search: Search): Cause[] {
  const { name, urn } = change;
  const properties = reasonsOf(change);
  const needs = search.dependencies.get(urn);
  for (const property of properties) {
    const source = findSource(needs?.byProperty[topLevel(property)] ?? [], search);
    if (source !== undefined) return [...linksTo(source, search), { name, property }];
  }
  if (properties.length > 0) return [{ name, property: properties.join(", ") }];
  const source = findSource(needs?.all ?? [], search);
  return source === undefined
    ? [{ name, property: "" }]
    : [...linksTo(source, search), { name, property: "" }];
}

/** What asks for another object; else what differs. */
function reasonsOf({ replaceKeys, differences }: Change): readonly string[] {
  const replacing = differences.filter(({ kind }) => kind.endsWith("-replace")).map(({ path }) => path);
  if (replacing.length > 0) return replacing;
  return replaceKeys.length > 0 ? replaceKeys : differences.map(({ path }) => path);
}

function topLevel(property: string): string {
  return property.split(/[.[]/)[0] ?? property;
}

/** The first of the resources that changes in a way that others notice. */
function findSource(urns: readonly string[], { byUrn, seen }: Search): Change | undefined {
  for (const urn of [...urns].sort()) {
    const change = byUrn.get(urn);
    if (change === undefined || seen.has(urn) || change.op === "same") continue;
    seen.add(urn);
    return change;
  }
  return undefined;
}

/** `python-image (triggers) → python-backend (image)`. */
export function renderChain({ links }: CauseChain): string {
  return links
    .map(({ name, property }) => (property === "" ? name : `${name} (${shortened(property)})`))
    .join(" → ");
}

function shortened(properties: string): string {
  const [first = "", ...more] = properties.split(", ");
  return more.length === 0 ? first : `${first}, …`;
}

/** Dependencies as a checkpoint has them. */
export function dependenciesOf(
  resources: readonly {
    readonly urn: string;
    readonly dependencies?: readonly string[] | undefined;
    readonly propertyDependencies?: { readonly [property: string]: readonly string[] | null } | undefined;
  }[],
): ReadonlyMap<string, Dependencies> {
  return new Map(
    resources.map(({ urn, dependencies = [], propertyDependencies = {} }) => [
      urn,
      {
        all: dependencies,
        byProperty: Object.fromEntries(
          Object.entries(propertyDependencies).map(([property, urns]) => [property, urns ?? []]),
        ),
      },
    ]),
  );
}
