/** A property that takes its value from another resource. */
export interface Ref {
  /** The key of a resource that comes earlier. */
  readonly to: string;
  /** `link`: a change updates; `base`: a change replaces. */
  readonly property: "link" | "base";
  readonly output: "id" | "serial" | "value" | "token";
}

/** What a name, type or parent was before. */
export interface AliasSpec {
  readonly name?: string;
  readonly type?: string;
  /** The key of the former parent; null = the stack. */
  readonly parent?: string | null;
}

interface Common {
  /** What the resources of one program call each other by. */
  readonly key: string;
  readonly name: string;
  /** Key of a component or resource that comes earlier. */
  readonly parent?: string;
  readonly dependsOn?: readonly string[];
  readonly aliases?: readonly AliasSpec[];
  readonly protect?: boolean;
}

/** A resource of a provider. Every option that is not set is absent, so that a printed program is short. */
export interface CustomSpec extends Common {
  readonly kind: "custom";
  readonly type: string;
  readonly value: number;
  /** Its change replaces. */
  readonly zone: number;
  readonly provider?: string;
  readonly secret?: boolean;
  /** The provider answers with a secret of its own, that only `additionalSecretOutputs` hides. */
  readonly token?: boolean;
  readonly refs?: readonly Ref[];
  /** The provider deletes before it replaces. */
  readonly deleteFirst?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly trigger?: number;
  readonly importId?: string;
}

export interface ComponentSpec extends Common {
  readonly kind: "component";
  readonly output: number;
}

export interface ProviderSpec extends Common {
  readonly kind: "provider";
  readonly pkg: string;
  /** Its change replaces the provider and everything it serves. */
  readonly region: number;
  /** Its change updates. */
  readonly endpoint: number;
}

/** An object that is there already and is only looked at. */
export interface ReadSpec extends Common {
  readonly kind: "read";
  readonly type: string;
  readonly id: string;
}

export type ResourceSpec = CustomSpec | ComponentSpec | ProviderSpec | ReadSpec;

/** A program as data: resources in an order in which each comes after all that it names. */
export interface ProgramSpec {
  readonly resources: readonly ResourceSpec[];
  /** The program throws when everything has registered. */
  readonly throws?: boolean;
  readonly secretOutput?: boolean;
}

/** The keys that a resource needs. */
export function neededBy(spec: ResourceSpec): readonly string[] {
  const needed = [...(spec.dependsOn ?? [])];
  if (spec.parent !== undefined) needed.push(spec.parent);
  if (spec.kind !== "custom") return needed;
  if (spec.provider !== undefined) needed.push(spec.provider);
  if (spec.deletedWith !== undefined) needed.push(spec.deletedWith);
  needed.push(...(spec.replaceWith ?? []), ...(spec.refs ?? []).map((ref) => ref.to));
  return needed;
}
