import type { RecordedSetting, Release } from "../../contracts/release.ts";
import { nameOf } from "../urn.ts";
import { type RecordedResource, resourcesOf } from "./checkpoint.ts";
import { diffValues, HIDDEN, type ValueChange } from "./diff-values.ts";
import type { Checkpoint } from "./release-store.ts";

/** A resource that is not in both releases alike. */
export interface ResourceChange {
  readonly change: "added" | "removed" | "changed";
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Components that it belongs to, outermost first. */
  readonly component: string;
  readonly properties: readonly ValueChange[];
}

/** What differs between two releases of a stack. */
export interface ReleaseComparison {
  readonly from: number;
  readonly to: number;
  readonly settings: readonly ValueChange[];
  /** False where secret settings were fingerprinted with different keys: nobody can tell whether they differ. */
  readonly secretSettingsComparable: boolean;
  /** False where nobody here can decrypt the secrets of the states. */
  readonly secretsCompared: boolean;
  readonly images: readonly ValueChange[];
  readonly schemas: readonly ValueChange[];
  /** Absent where a checkpoint is not kept any more. */
  readonly resources?: readonly ResourceChange[];
}

export interface ComparedRelease {
  readonly release: Release;
  /** Undefined where it is kept no more. */
  readonly checkpoint: Checkpoint | undefined;
}

/** Compares two releases, from their records and as far as they are kept from their checkpoints. */
export function compareReleases(
  before: ComparedRelease,
  after: ComparedRelease,
  { secretsCompared = true }: { readonly secretsCompared?: boolean } = {},
): ReleaseComparison {
  const [a, b] = [before.release, after.release];
  const secretSettingsComparable = a.settings.key === b.settings.key;
  const { checkpoint: from } = before;
  const { checkpoint: to } = after;
  return {
    from: a.number,
    to: b.number,
    settings: diffSettings(a, b, secretSettingsComparable),
    secretSettingsComparable,
    secretsCompared,
    images: diffValues(a.images, b.images),
    schemas: diffValues(a.schemas, b.schemas),
    ...(from !== undefined && to !== undefined && { resources: diffResources(from, to) }),
  };
}

/** Keys of settings have dots and colons of their own, so each is compared by itself. */
function diffSettings(a: Release, b: Release, secretsComparable: boolean): ValueChange[] {
  const [before, after] = [a.settings.values, b.settings.values];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((path) => {
    const [old, young] = [before[path], after[path]];
    if (old !== undefined && young !== undefined && isSecret(old) && isSecret(young)) {
      const isSame = !secretsComparable || old.secret === young.secret;
      return isSame ? [] : [{ path, before: HIDDEN, after: HIDDEN }];
    }
    return diffValues(plainValue(old), plainValue(young), path);
  });
}

function isSecret(setting: RecordedSetting): setting is { secret: string } {
  return "secret" in setting;
}

/** Settings that are objects are compared key by key. */
function plainValue(setting: RecordedSetting | undefined): unknown {
  if (setting === undefined) return undefined;
  if (isSecret(setting)) return HIDDEN;
  try {
    return JSON.parse(setting.value);
  } catch {
    return setting.value;
  }
}

function diffResources(before: Checkpoint, after: Checkpoint): ResourceChange[] {
  const [old, young] = [byUrn(before), byUrn(after)];
  const changes = [...new Set([...old.keys(), ...young.keys()])].flatMap((urn) => {
    const [was, is] = [old.get(urn), young.get(urn)];
    if (was === undefined) return is === undefined ? [] : [describe(is, young, "added", [])];
    if (is === undefined) return [describe(was, old, "removed", [])];
    const properties = diffValues(was.inputs ?? {}, is.inputs ?? {});
    return properties.length === 0 ? [] : [describe(is, young, "changed", properties)];
  });
  return changes.sort((a, b) => (`${a.component} ${a.name}` < `${b.component} ${b.name}` ? -1 : 1));
}

function byUrn(checkpoint: Checkpoint): Recorded {
  return new Map(resourcesOf(checkpoint).map((resource) => [resource.urn, resource]));
}

type Recorded = ReadonlyMap<string, RecordedResource>;

function describe(
  resource: RecordedResource,
  all: Recorded,
  change: ResourceChange["change"],
  properties: readonly ValueChange[],
): ResourceChange {
  const { urn, type } = resource;
  return { change, urn, type, name: nameOf(urn), component: componentOf(resource, all), properties };
}

function componentOf({ parent }: RecordedResource, all: Recorded): string {
  const resource = parent === undefined ? undefined : all.get(parent);
  if (resource === undefined || resource.type === "pulumi:pulumi:Stack") return "";
  return [componentOf(resource, all), nameOf(resource.urn)].filter((name) => name !== "").join(" / ");
}
