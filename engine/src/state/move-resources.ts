/** Moves resources from one stack's state to another's. Pure. */
import { UserError } from "../errors.ts";
import {
  isProviderType,
  parseProviderReference,
  parseUrn,
  providerReference,
  ROOT_STACK_TYPE,
  urnOfQualifiedType,
} from "../plan/urn.ts";
import { listHint } from "./edit-resources.ts";
import { encodeGoJson } from "./go-json.ts";
import { encodeProperties, plaintextWriter } from "./property-json.ts";
import { type ResourceState, resourceState } from "./resource.ts";
import { mapDependencies, type ResourceDependency } from "./resource-dependencies.ts";
import type { StackReference } from "./store.ts";

type Resources = readonly ResourceState[];

export interface BrokenDependency extends ResourceDependency {
  /** The resource that had it. */
  readonly of: string;
}

export interface MoveRequest {
  /** The full name of the source. */
  readonly from: string;
  readonly source: Resources;
  readonly destination: Resources;
  /** Where to. */
  readonly to: StackReference;
  readonly urns: readonly string[];
  readonly includeParents: boolean;
}

export interface Move {
  readonly source: Resources;
  readonly destination: Resources;
  /** As they were. */
  readonly moved: Resources;
  /** The first new URN that the destination has already: then nothing can be moved. */
  readonly taken: string | undefined;
  /** References from what stays to what moves, and from what moves to what stays. */
  readonly brokenInSource: readonly BrokenDependency[];
  readonly brokenInDestination: readonly BrokenDependency[];
}

/** Plans a move; children go along, providers are copied. @throws UserError `bad-move`, `nothing-to-move`, `resource-exists`. */
export function moveResources(request: MoveRequest): Move {
  const moved = chooseResources(request);
  const movedUrns = new Set(moved.map(({ urn }) => urn));
  const remaining = request.source.filter((resource) => !moved.includes(resource));
  const remainingUrns = new Set(remaining.map(({ urn }) => urn));
  const brokenInSource: BrokenDependency[] = [];
  const source = remaining.map((resource) => breakDependencies(resource, movedUrns, brokenInSource));
  const arrival = new Arrival(request, movedUrns, remainingUrns);
  const references = new Set(moved.map(({ provider }) => provider));
  for (const provider of remaining) {
    if (references.has(providerReference(provider.urn, provider.id))) arrival.copyProvider(provider);
  }
  for (const resource of moved) arrival.add(resource);
  return {
    ...{ source, moved, brokenInSource },
    taken: arrival.taken,
    destination: arrival.resources,
    brokenInDestination: arrival.broken,
  };
}

/** URNs that none of the resources has. */
export function unmatchedUrns(urns: readonly string[], resources: Resources): readonly string[] {
  return urns.filter((urn) => !resources.some((resource) => resource.urn === urn));
}

function isRoot({ type, parent }: ResourceState): boolean {
  return type === ROOT_STACK_TYPE && parent === "";
}

/** In the order of the state. The root of the stack stays: it lends its children only. */
function chooseResources({ from, source, urns, includeParents }: MoveRequest): Resources {
  const chosen = new Set(source.filter(({ urn }) => urns.includes(urn)));
  if ([...chosen].some(({ type }) => isProviderType(type))) {
    throw new UserError(
      "bad-move",
      "cannot move providers. Only resources can be moved, and providers will be included automatically",
    );
  }
  if (chosen.size === 0) {
    throw new UserError("nothing-to-move", `no resources found to move\n${listHint(from)}`);
  }
  if (includeParents) {
    const wanted = new Set([...chosen].flatMap((resource) => ancestorUrns(resource, source)));
    for (const resource of source) if (wanted.has(resource.urn)) chosen.add(resource);
  }
  // Parents stand before their children.
  for (const resource of source) {
    const parents = source.filter(({ urn }) => urn === resource.parent);
    if (!isProviderType(resource.type) && parents.some((parent) => chosen.has(parent))) chosen.add(resource);
  }
  return source.filter((resource) => chosen.has(resource) && !isRoot(resource));
}

function ancestorUrns(resource: ResourceState, all: Resources): readonly string[] {
  const parent = all.find(({ urn }) => urn === resource.parent);
  return parent === undefined || isRoot(parent) || isProviderType(parent.type)
    ? []
    : [parent.urn, ...ancestorUrns(parent, all)];
}

/** Parents are dealt with by whoever moves the resource. */
function breakDependencies(
  resource: ResourceState,
  lost: ReadonlySet<string>,
  broken: BrokenDependency[],
): ResourceState {
  return mapDependencies(resource, (dependency) => {
    if (dependency.kind === "parent" || !lost.has(dependency.urn)) return dependency.urn;
    broken.push({ ...dependency, of: resource.urn });
    return undefined;
  });
}

/** The destination, while resources arrive there under their new URNs. */
class Arrival {
  readonly broken: BrokenDependency[] = [];
  taken: string | undefined;
  private readonly list: ResourceState[];
  private readonly present: ReadonlyMap<string, ResourceState>;
  private readonly root: string;
  private readonly to: StackReference;
  private readonly moved: ReadonlySet<string>;
  private readonly remaining: ReadonlySet<string>;
  /** URNs and provider references, old -> new. */
  private readonly renamed = new Map<string, string>();

  constructor({ destination, to }: MoveRequest, moved: ReadonlySet<string>, remaining: ReadonlySet<string>) {
    const root = destination.find(isRoot) ?? rootOf(to);
    this.list = destination.includes(root) ? [...destination] : [root, ...destination];
    this.present = new Map(this.list.map((resource) => [resource.urn, resource]));
    this.root = root.urn;
    this.to = to;
    this.moved = moved;
    this.remaining = remaining;
  }

  get resources(): Resources {
    return this.list;
  }

  /** Providers stay where they are too. One that the destination has already serves as well, where it is configured alike. */
  copyProvider(provider: ResourceState): void {
    const arrived = this.arrive(provider);
    const reference = providerReference(provider.urn, provider.id);
    const found = this.present.get(arrived.urn);
    if (found === undefined) {
      this.renamed.set(reference, providerReference(arrived.urn, arrived.id));
      this.list.push(arrived);
    } else if (found.id === arrived.id || inputsText(found) === inputsText(arrived)) {
      this.renamed.set(reference, providerReference(found.urn, found.id));
    } else {
      throw new UserError("resource-exists", `provider ${arrived.urn} already exists in destination stack`);
    }
  }

  add(resource: ResourceState): void {
    const arrived = this.arrive(resource);
    this.renamed.set(resource.urn, arrived.urn);
    if (this.present.has(arrived.urn)) this.taken ??= arrived.urn;
    this.list.push(arrived);
  }

  private arrive(resource: ResourceState): ResourceState {
    const parent = this.moved.has(resource.parent) ? this.rename(resource.parent) : this.root;
    const kept = breakDependencies(resource, this.remaining, this.broken);
    const mapped = mapDependencies(kept, ({ kind, urn }) => (kind === "parent" ? parent : this.rename(urn)));
    const urn = parentedUrn(this.rename(resource.urn), parent);
    return { ...mapped, urn, parent, provider: this.renameProvider(resource.provider) };
  }

  private renameProvider(provider: string): string {
    if (provider === "") return "";
    const { urn, id } = parseProviderReference(provider);
    return this.renamed.get(provider) ?? providerReference(this.rename(urn), id);
  }

  private rename(urn: string): string {
    const parts = parseUrn(urn);
    const { stack, project } = this.to;
    return (
      this.renamed.get(urn) ??
      (parts === undefined
        ? urn
        : urnOfQualifiedType({ ...parts, stack, project, parentType: "", type: parts.qualifiedType }))
    );
  }
}

function parentedUrn(urn: string, parent: string): string {
  const parts = parseUrn(urn);
  const parentType = parseUrn(parent)?.qualifiedType ?? "";
  return parts === undefined ? urn : urnOfQualifiedType({ ...parts, parentType });
}

function rootOf({ project, stack }: StackReference): ResourceState {
  const name = `${project}-${stack}`;
  const urn = urnOfQualifiedType({ stack, project, parentType: "", type: ROOT_STACK_TYPE, name });
  return resourceState({ urn, type: ROOT_STACK_TYPE, custom: false });
}

function inputsText({ inputs }: ResourceState): string {
  return encodeGoJson(encodeProperties(inputs, plaintextWriter));
}
