import { UserError } from "../../errors.ts";
import {
  type BoundValue,
  bindMembers,
  bindValue,
  makeDependent,
  referencesIn,
  type Source,
  sourcesOf,
} from "./bind.ts";
import {
  type Checkpoint,
  isDefaultProvider,
  nameOf,
  providerPackage,
  providerUrn,
  type RecordedResource,
  STACK_TYPE,
} from "./checkpoint.ts";
import { findRenamed } from "./find-renamed.ts";
import { programInputs, providerNote } from "./program-inputs.ts";
import type { RecordedObject } from "./recorded-value.ts";

/** Hooks of this phase are asked whether to try again. */
export const ERROR_PHASE = "OnError";

type Bound = { readonly [key: string]: BoundValue };

/** What a program says about a resource besides its inputs. Resources are named by their URNs. */
export interface ReplayOptions {
  readonly parent?: string;
  readonly provider?: string;
  readonly version?: string;
  readonly pluginDownloadUrl?: string;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly aliases: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly hideDiffs: readonly string[];
  readonly replacementTrigger?: BoundValue;
  readonly customTimeouts: RecordedResource["customTimeouts"];
  readonly deletedWith?: string;
  readonly replaceWith: readonly string[];
  readonly hooks: { readonly [phase: string]: readonly string[] };
}

/** A resource to register. */
export interface Registration {
  readonly kind: "component" | "custom" | "provider" | "read";
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Of what is read. */
  readonly id: string;
  readonly inputs: Bound;
  /** Outputs that a component says itself. */
  readonly outputs: Bound;
  /** Names of the outputs that others may be bound to. */
  readonly outputNames: readonly string[];
  readonly options: ReplayOptions;
}

/** Names of hooks, by what they are told. */
export interface HookNames {
  readonly steps: readonly string[];
  readonly errors: readonly string[];
}

/** A program as data: what it registers, in order, and what it says in the end. */
export interface Replay {
  readonly registrations: readonly Registration[];
  readonly outputs: Bound;
  /** What the engine may ask for by name, also of what the replay deletes. */
  readonly hooks: HookNames;
}

/**
 * Makes a program of a recorded checkpoint.
 *
 * `current` is what the stack holds now: it tells which resources were renamed since, and which hooks the engine will
 * ask for. Resources that were on their way out and default providers are not a program's.
 *
 * @throws UserError `checkpoint-not-replayable`
 */
export function planReplay(recorded: Checkpoint, current: Checkpoint = { resources: [] }): Replay {
  const resources = recorded.resources.filter((resource) => !resource.delete);
  const known = new Map(resources.map((resource) => [resource.urn, resource]));
  const renamed = findRenamed(recorded, current);
  const sources = new Map<string, readonly Source[]>();
  const registrations: Registration[] = [];
  for (const resource of resources) {
    if (resource.type === STACK_TYPE || isDefaultProvider(resource) || resource.viewOf !== undefined)
      continue;
    const inputs = bindInputs(resource, sources);
    if (resource.custom) sources.set(resource.urn, sourcesOf(resource, inputs));
    const aliases = [...resource.aliases, ...(renamed.get(resource.urn) ?? [])];
    registrations.push(registrationOf({ ...resource, aliases }, inputs, known));
  }
  const all = [...sources.values()].flat();
  const stack = resources.find(({ type }) => type === STACK_TYPE);
  const replay = {
    registrations: registrations.map((one) => withOutputs(one, known, all)),
    outputs: bindMembers(stack?.outputs ?? {}, all),
    hooks: hookNames([...recorded.resources, ...current.resources]),
  };
  refuseUnreadable(replay);
  return replay;
}

function bindInputs(resource: RecordedResource, sources: ReadonlyMap<string, readonly Source[]>): Bound {
  const said = programInputs(resource.inputs);
  const members = resource.custom ? said : {};
  const bound = bindMembers(members, []);
  return Object.fromEntries(
    Object.keys(bound).map((key) => {
      const on = resource.propertyDependencies[key] ?? [];
      const value = bindValue(
        members[key] ?? null,
        on.flatMap((urn) => sources.get(urn) ?? []),
      );
      const shown = new Set(referencesIn(value));
      return [
        key,
        makeDependent(
          value,
          on.filter((urn) => !shown.has(urn)),
        ),
      ];
    }),
  );
}

function registrationOf(
  resource: RecordedResource,
  inputs: Bound,
  known: ReadonlyMap<string, RecordedResource>,
): Registration {
  const kind = !resource.custom
    ? "component"
    : resource.external
      ? "read"
      : providerPackage(resource) === undefined
        ? "custom"
        : "provider";
  const { urn, type, id } = resource;
  const outputNames = Object.keys(resource.outputs).filter((key) => key !== "id" && key !== "urn");
  const options = optionsOf(resource, known);
  return { kind, urn, type, name: nameOf(urn), id, inputs, outputs: {}, outputNames, options };
}

function optionsOf(resource: RecordedResource, known: ReadonlyMap<string, RecordedResource>): ReplayOptions {
  const { parent, deletedWith, replacementTrigger } = resource;
  return {
    ...(parent !== undefined && known.get(parent)?.type !== STACK_TYPE && { parent }),
    ...providerOptions(resource, known),
    dependencies: resource.dependencies,
    protect: resource.protect,
    retainOnDelete: resource.retainOnDelete,
    aliases: resource.aliases,
    additionalSecretOutputs: resource.additionalSecretOutputs,
    ignoreChanges: resource.ignoreChanges,
    replaceOnChanges: resource.replaceOnChanges,
    hideDiffs: resource.hideDiff,
    ...(replacementTrigger !== undefined && { replacementTrigger: bindValue(replacementTrigger, []) }),
    customTimeouts: resource.customTimeouts,
    ...(deletedWith !== undefined && { deletedWith }),
    replaceWith: resource.replaceWith,
    hooks: resource.resourceHooks,
  };
}

/** A default provider is chosen again by its version; another is named. */
function providerOptions(
  resource: RecordedResource,
  known: ReadonlyMap<string, RecordedResource>,
): Pick<ReplayOptions, "provider" | "version" | "pluginDownloadUrl"> {
  const urn = resource.provider === undefined ? undefined : providerUrn(resource.provider);
  const provider = urn === undefined ? resource : known.get(urn);
  if (provider === undefined || providerPackage(provider) === undefined) return {};
  if (provider !== resource && !isDefaultProvider(provider)) return { provider: provider.urn };
  const version = providerNote(provider.inputs, "version");
  const pluginDownloadUrl = providerNote(provider.inputs, "pluginDownloadURL");
  return {
    ...(version !== undefined && { version }),
    ...(pluginDownloadUrl !== undefined && { pluginDownloadUrl }),
  };
}

/** What components say is bound last: it may come from anything below them. */
function withOutputs(
  registration: Registration,
  known: ReadonlyMap<string, RecordedResource>,
  sources: readonly Source[],
): Registration {
  if (registration.kind !== "component") return registration;
  const { inputs = {}, outputs = {} } = known.get(registration.urn) ?? {};
  return {
    ...registration,
    inputs: bindMembers(programInputs(inputs), sources),
    outputs: bindMembers(outputs as RecordedObject, sources),
  };
}

function hookNames(resources: readonly RecordedResource[]): HookNames {
  const named = resources.flatMap(({ resourceHooks }) => Object.entries(resourceHooks));
  const pick = (isWanted: (phase: string) => boolean) =>
    [...new Set(named.flatMap(([phase, names]) => (isWanted(phase) ? names : [])))].sort();
  return { steps: pick((phase) => phase !== ERROR_PHASE), errors: pick((phase) => phase === ERROR_PHASE) };
}

function refuseUnreadable({ registrations, outputs }: Replay): void {
  const said = registrations.flatMap(({ urn, inputs, outputs: own, options }): [string, Bound][] => {
    const { replacementTrigger } = options;
    return [
      [urn, inputs],
      [urn, own],
      [urn, { ...(replacementTrigger !== undefined && { replacementTrigger }) }],
    ];
  });
  for (const [whose, values] of [...said, ["the stack's outputs", outputs] as const]) {
    const found = Object.entries(values).find(([, value]) => isUnreadable(value));
    if (found === undefined) continue;
    throw new UserError(
      "checkpoint-not-replayable",
      `${whose}: ${found[0]} holds a value that no program can say (or that is still encrypted)`,
      { help: "roll back to another release" },
    );
  }
}

function isUnreadable(value: BoundValue): boolean {
  switch (value.kind) {
    case "unreadable":
      return true;
    case "list":
      return value.items.some(isUnreadable);
    case "object":
      return Object.values(value.members).some(isUnreadable);
    case "secret":
    case "dependent":
      return isUnreadable(value.value);
    default:
      return false;
  }
}
