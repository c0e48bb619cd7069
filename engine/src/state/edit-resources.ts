/** Changes to a recorded state that a person asks for by hand. All are pure: they give new lists of resources. */
import { editDistance } from "../edit-distance.ts";
import { UserError, whileDoing } from "../errors.ts";
import { DependencyGraph } from "../plan/dependency-graph.ts";
import {
  isProviderType,
  parseProviderReference,
  parseUrn,
  providerReference,
  urnName,
  urnOfQualifiedType,
} from "../plan/urn.ts";
import type { ResourceState } from "./resource.ts";
import { inOrder } from "./settle-resources.ts";

type Resources = readonly ResourceState[];

const MOST_SUGGESTIONS = 3;

/** Where URNs are to be found: in the selected stack, or in one that is named. */
export function listHint(stack?: string): string {
  const flag = stack === undefined ? "" : ` --stack ${stack}`;
  return (
    `To list the resource URNs in the stack, run \`pulumi stack --show-urns${flag}\`; ` +
    `to inspect the full state, run \`pulumi stack export${flag}\`.`
  );
}

/** The error about a URN that none of the resources has; those with a similar one may have been meant. */
export function noSuchResource(urn: string, resources: Resources): UserError {
  const similar = similarUrns(urn, resources).map((each) => `  ${each}\n`);
  const suggestions = similar.length === 0 ? "" : `Did you mean:\n${similar.join("")}`;
  const problem = `No such resource ${JSON.stringify(urn)} exists in the current state`;
  return new UserError("no-resource", `${problem}\n${suggestions}${listHint()}`);
}

function similarUrns(urn: string, resources: Resources): readonly string[] {
  const farthest = Math.max(2, Math.floor(urn.length / 4));
  return [...new Set(resources.map((resource) => resource.urn))]
    .map((candidate) => ({ candidate, away: editDistance(urn.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ away }) => away <= farthest)
    .sort((one, other) => one.away - other.away)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ candidate }) => candidate);
}

/** Sets or clears marks on resources; old copies that wait for their deletion are left alone. @throws UserError `no-resource`. */
export function markResources(
  resources: Resources,
  urns: readonly string[] | "all",
  marks: Partial<Pick<ResourceState, "protect" | "taint">>,
): Resources {
  const live = resources.filter((resource) => !resource.delete);
  if (urns !== "all") {
    const missing = urns.filter((urn) => !live.some((resource) => resource.urn === urn));
    if (missing.length > 0) {
      const messages = missing.map((urn) => noSuchResource(urn, live).message);
      throw new UserError("no-resource", messages.join("\n"));
    }
  }
  return resources.map((resource) =>
    !resource.delete && (urns === "all" || urns.includes(resource.urn))
      ? { ...resource, ...marks }
      : resource,
  );
}

export interface DeletionOptions {
  /** Hears which protected resources go all the same; undefined: none may. */
  readonly force: ((resource: ResourceState) => void) | undefined;
  /** Also what depends on them. */
  readonly targetDependents: boolean;
  /** Beside copies that wait for their deletion the live one is meant; false: nobody can say which. */
  readonly prefersLive: boolean;
}

/** Takes resources out of a state. @throws UserError `resource-protected`, `resource-has-dependents`, `no-resource`. */
export function deleteResources(
  resources: Resources,
  urns: readonly string[] | "all",
  options: DeletionOptions,
): Resources {
  const condemned = urns === "all" ? resources : urns.map((urn) => findOne(resources, urn, options));
  // Dependents first, so that what goes anyway does not stand in the way.
  const order = resources.filter((resource) => condemned.includes(resource)).toReversed();
  const left = order.reduce((before, resource) => deleteOne(before, resource, options), resources);
  // The copy that still has the URN may stand after what needs it now.
  return inOrder(left);
}

function findOne(resources: Resources, urn: string, { prefersLive }: DeletionOptions): ResourceState {
  if (parseUrn(urn) === undefined) {
    throw new UserError("bad-urn", `${JSON.stringify(urn)} is not a valid resource URN\n${listHint()}`);
  }
  const [found, ...more] = resources.filter((resource) => resource.urn === urn);
  if (found === undefined) throw noSuchResource(urn, resources);
  if (more.length === 0) return found;
  const [live, ...others] = [found, ...more].filter((resource) => !resource.delete);
  if (prefersLive && live !== undefined && others.length === 0) return live;
  const ids = [found, ...more].map(({ id }) => `  ${id}\n`);
  throw new UserError(
    "ambiguous-resource",
    `Resource URN ambiguously referred to multiple resources. Did you mean:\n${ids.join("")}`,
  );
}

function deleteOne(resources: Resources, condemned: ResourceState, options: DeletionOptions): Resources {
  if (!resources.includes(condemned)) return resources;
  // That it is protected is said before what depends on it.
  refuseProtected(condemned, options);
  const dependents = dependentsOf(resources, condemned);
  if (dependents.length > 0 && !options.targetDependents) throw hasDependents(condemned, dependents);
  for (const dependent of dependents) refuseProtected(dependent, options);
  const doomed = [condemned, ...dependents];
  return resources.filter((resource) => !doomed.includes(resource));
}

function refuseProtected(resource: ResourceState, { force }: DeletionOptions): void {
  if (!resource.protect) return;
  if (force === undefined) {
    throw new UserError(
      "resource-protected",
      `${resource.urn} can't be safely deleted because it is protected. Re-run this command with --force to force deletion`,
    );
  }
  force(resource);
}

/** What would refer to nothing without a resource: while another copy has its URN, only what names a provider by its id. */
function dependentsOf(resources: Resources, condemned: ResourceState): Resources {
  const nodes = resources.map((state) => ({ state }));
  const graph = new DependencyGraph(nodes);
  const hasCopy = resources.some((other) => other !== condemned && other.urn === condemned.urn);
  const reference = providerReference(condemned.urn, condemned.id);
  const roots = nodes.filter(({ state }) => (hasCopy ? state.provider === reference : state === condemned));
  const found = new Set(hasCopy ? roots : []);
  for (const root of roots) {
    for (const node of graph.dependentsOf(root, { ignore: () => false, children: true })) found.add(node);
  }
  return nodes.filter((node) => found.has(node)).map(({ state }) => state);
}

function hasDependents(condemned: ResourceState, dependents: Resources): UserError {
  const lines = dependents.map(({ urn }) => ` * ${JSON.stringify(urnName(urn)).padEnd(15)} (${urn})\n`);
  return new UserError(
    "resource-has-dependents",
    `${condemned.urn} can't be safely deleted because the following resources depend on it:\n${lines.join("")}\n` +
      "Delete those resources first or pass --target-dependents.",
  );
}

/** Gives a resource another name, and its children the URNs that follow from it. @throws UserError `no-resource`, `resource-exists`. */
export function renameResource(resources: Resources, urn: string, name: string): Resources {
  const parts = parseUrn(urn);
  if (parts === undefined) throw new UserError("bad-urn", "The provided input URN is not valid");
  return changeUrn(
    resources,
    urn,
    urnOfQualifiedType({ ...parts, parentType: "", type: parts.qualifiedType, name }),
  );
}

function changeUrn(resources: Resources, from: string, to: string): Resources {
  const found = resources.filter((resource) => resource.urn === from);
  if (found.length === 0) throw noSuchResource(from, resources);
  if (found.length > 1) {
    throw new UserError("ambiguous-resource", "The input URN ambiguously refers to multiple resources");
  }
  if (from === to) return resources;
  if (resources.some((resource) => resource.urn === to)) {
    throw new UserError(
      "resource-exists",
      "The chosen new urn for the state corresponds to an already existing resource",
    );
  }
  const renamed = resources.map((resource) =>
    resource.urn === from ? refer(resource, from, to) : withoutEmptyLists(refer(resource, from, to)),
  );
  const parentType = parseUrn(to)?.qualifiedType ?? "";
  const children = renamed.filter(({ parent }) => parent === to);
  return children.reduce<Resources>((current, child) => {
    const parts = parseUrn(child.urn);
    return parts === undefined
      ? current
      : changeChild(current, { from: child.urn, to: urnOfQualifiedType({ ...parts, parentType }) }, to);
  }, renamed);
}

function changeChild(
  resources: Resources,
  { from, to }: { readonly from: string; readonly to: string },
  parent: string,
): Resources {
  try {
    return changeUrn(resources, from, to);
  } catch (error) {
    throw whileDoing(`failed to update ${from} with new parent ${parent}`, error);
  }
}

/** As the official CLI leaves whatever it looks at: properties that depend on nothing are not listed any more. */
function withoutEmptyLists(resource: ResourceState): ResourceState {
  const entries = Object.entries(resource.propertyDependencies).filter(([, urns]) => urns.length > 0);
  return { ...resource, propertyDependencies: Object.fromEntries(entries) };
}

/** A resource with every mention of a URN replaced. */
function refer(resource: ResourceState, from: string, to: string): ResourceState {
  const present = (urn: string) => (urn === from ? to : urn);
  return {
    ...resource,
    urn: present(resource.urn),
    parent: present(resource.parent),
    provider: referProvider(resource.provider, present),
    dependencies: resource.dependencies.map(present),
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([property, urns]) => [property, urns.map(present)]),
    ),
    deletedWith: present(resource.deletedWith),
    replaceWith: resource.replaceWith.map(present),
    viewOf: present(resource.viewOf),
  };
}

function referProvider(provider: string, present: (urn: string) => string): string {
  const { urn, id } = parseProviderReference(provider);
  return isProviderType(parseUrn(urn)?.type ?? "") ? providerReference(present(urn), id) : provider;
}
