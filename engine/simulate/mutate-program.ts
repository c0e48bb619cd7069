import type { ProgramDraft } from "./generate-program.ts";
import type { AliasSpec, CustomSpec, ResourceSpec } from "./program-spec.ts";
import { pruneAliases, withoutReferences, withoutResource } from "./program-surgery.ts";

type Change = (draft: ProgramDraft, spec: ResourceSpec) => void;

/** Changes a program as a person does between two updates. */
export function mutateProgram(draft: ProgramDraft): void {
  const spec = draft.random.pickAny(draft.resources);
  if (spec === undefined || draft.random.chance(0.15)) draft.add();
  else draft.random.pick(CHANGES)(draft, spec);
  draft.resources = pruneAliases(draft.resources);
}

const custom =
  (change: (draft: ProgramDraft, spec: CustomSpec) => Partial<CustomSpec>): Change =>
  (draft, spec) => {
    if (spec.kind === "custom") draft.replace(definedOnly({ ...spec, ...change(draft, spec) }));
    else if (spec.kind === "provider") draft.replace({ ...spec, region: spec.region + 1 });
  };

/** Absent options are absent, not undefined. */
function definedOnly(spec: CustomSpec): CustomSpec {
  return Object.fromEntries(
    Object.entries(spec).filter(([, value]) => value !== undefined),
  ) as unknown as CustomSpec;
}

function toggled(value: true | undefined | boolean): boolean | undefined {
  return value ? undefined : true;
}

function remove(draft: ProgramDraft, spec: ResourceSpec): void {
  draft.resources = withoutResource(draft.resources, spec.key);
}

/** With an alias, as it should be done, or without. */
function rename(draft: ProgramDraft, spec: ResourceSpec): void {
  const name = draft.freeName();
  if (name === undefined) return;
  draft.replace(withAlias({ ...spec, name }, draft, { name: spec.name }));
}

function reparent(draft: ProgramDraft, spec: ResourceSpec): void {
  const end = draft.resources.indexOf(spec);
  const earlier = draft.resources.slice(0, end).filter(({ kind }) => kind === "component");
  const parent = draft.random.chance(0.3) ? undefined : draft.random.pickAny(earlier)?.key;
  if (parent === spec.parent) return;
  const { parent: former = null, ...rest } = spec;
  draft.replace(
    withAlias({ ...rest, ...(parent !== undefined && { parent }) } as ResourceSpec, draft, {
      parent: former,
    }),
  );
}

function withAlias(spec: ResourceSpec, draft: ProgramDraft, alias: AliasSpec): ResourceSpec {
  if (spec.kind === "read" || draft.random.chance(0.25)) return withoutImport(spec);
  return withoutImport({ ...spec, aliases: [alias, ...(spec.aliases ?? [])] });
}

/** What has another name now must not import the same object again. */
function withoutImport(spec: ResourceSpec): ResourceSpec {
  if (spec.kind !== "custom") return spec;
  const { importId: _importId, ...rest } = spec;
  return rest;
}

function dropAliases(draft: ProgramDraft, spec: ResourceSpec): void {
  const { aliases: _aliases, ...rest } = spec;
  draft.replace(withoutImport(rest as ResourceSpec));
}

/** Another goes, and this one takes its name. */
function takeName(draft: ProgramDraft, spec: ResourceSpec): void {
  const other = draft.random.pickAny(draft.resources.filter(({ key }) => key !== spec.key));
  if (other === undefined) return;
  draft.resources = withoutResource(draft.resources, other.key);
  const kept = draft.resources.find(({ key }) => key === spec.key) ?? spec;
  draft.replace(withoutImport({ ...kept, name: other.name }));
}

/** It is made anew, and what was built on it is not any more: that may come while the old objects are on their way out. */
function uproot(draft: ProgramDraft, spec: ResourceSpec): void {
  if (spec.kind !== "custom") return;
  draft.resources = draft.resources.map((other) => withoutReferences(other, spec.key));
  draft.replace({ ...spec, zone: spec.zone + 1, deleteFirst: true });
}

const CHANGES: readonly [Change, ...Change[]] = [
  custom((_, { value }) => ({ value: value + 1 })),
  custom((_, { value }) => ({ value: value + 1 })),
  custom((_, { zone }) => ({ zone: zone + 1 })),
  custom((_, { zone }) => ({ zone: zone + 1 })),
  custom((draft, { key }) => ({ refs: draft.refs(key) })),
  custom((_, { protect }) => ({ protect: toggled(protect) as true })),
  custom((_, { retainOnDelete }) => ({ retainOnDelete: toggled(retainOnDelete) as true })),
  custom((_, { secret }) => ({ secret: toggled(secret) as true })),
  custom((_, { deleteFirst }) => ({ deleteFirst: toggled(deleteFirst) as true })),
  custom((draft) => ({ deleteBeforeReplace: draft.random.chance(0.5) })),
  custom((_, { trigger = 0 }) => ({ trigger: trigger + 1 })),
  custom((draft, { type, key }) => ({ provider: draft.providerFor(type, key) as string })),
  custom((draft) => ({
    ignoreChanges: draft.random.chance(0.5) ? ["value"] : (undefined as unknown as string[]),
  })),
  custom((_, { type }) => (type.startsWith("fake") ? { type: "fake:index:Box", aliases: [{ type }] } : {})),
  (draft, spec) => {
    if (spec.kind === "provider") draft.replace({ ...spec, endpoint: spec.endpoint + 1 });
    else if (spec.kind === "component") draft.replace({ ...spec, output: spec.output + 1 });
  },
  remove,
  remove,
  rename,
  reparent,
  dropAliases,
  takeName,
  uproot,
];
