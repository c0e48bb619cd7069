import { invariant } from "../errors.ts";

const PREFIX = "urn:pulumi:";
const SEPARATOR = "::";
const PROVIDER_TYPE_PREFIX = "pulumi:providers:";

export const ROOT_STACK_TYPE = "pulumi:pulumi:Stack";

export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** The types of all ancestors and the type itself, joined by `$`. */
  readonly qualifiedType: string;
  readonly type: string;
  /** May contain `::`. */
  readonly name: string;
}

/** The parts of a URN, or undefined where the text is none. */
export function parseUrn(urn: string): UrnParts | undefined {
  if (!urn.startsWith(PREFIX)) return undefined;
  const stackEnd = urn.indexOf(SEPARATOR, PREFIX.length);
  const projectEnd = stackEnd < 0 ? -1 : urn.indexOf(SEPARATOR, stackEnd + SEPARATOR.length);
  const typeEnd = projectEnd < 0 ? -1 : urn.indexOf(SEPARATOR, projectEnd + SEPARATOR.length);
  if (typeEnd < 0) return undefined;
  const qualifiedType = urn.slice(projectEnd + SEPARATOR.length, typeEnd);
  return {
    stack: urn.slice(PREFIX.length, stackEnd),
    project: urn.slice(stackEnd + SEPARATOR.length, projectEnd),
    qualifiedType,
    type: qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1),
    name: urn.slice(typeEnd + SEPARATOR.length),
  };
}

/** The parts of a text that is known to be a URN. */
export function getUrnParts(urn: string): UrnParts {
  const parts = parseUrn(urn);
  invariant(parts !== undefined, `'${urn}' is a URN`);
  return parts;
}

/** The URN of a resource. The root stack lends its children no type, every other parent its whole qualified type. */
export function createUrn(resource: {
  stack: string;
  project: string;
  /** A URN, or "". */
  parent: string;
  type: string;
  name: string;
}): string {
  const { stack, project, parent, type, name } = resource;
  const parentType = parent === "" ? "" : getUrnParts(parent).qualifiedType;
  return urnOfQualifiedType({ stack, project, parentType, type, name });
}

/** As `createUrn`, for a parent of which only the qualified type is known. */
export function urnOfQualifiedType(resource: {
  stack: string;
  project: string;
  parentType: string;
  type: string;
  name: string;
}): string {
  const { stack, project, parentType, type, name } = resource;
  const qualified = parentType === "" || parentType === ROOT_STACK_TYPE ? type : `${parentType}$${type}`;
  return `${PREFIX}${stack}${SEPARATOR}${project}${SEPARATOR}${qualified}${SEPARATOR}${name}`;
}

/** The logical name of a resource. */
export function urnName(urn: string): string {
  return getUrnParts(urn).name;
}

/** True for the one resource at the root of a stack. */
export function isRootStack(urn: string): boolean {
  return urn.includes(ROOT_STACK_TYPE) && parseUrn(urn)?.qualifiedType === ROOT_STACK_TYPE;
}

/** True for `pulumi:providers:<package>`. */
export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_TYPE_PREFIX) && type !== PROVIDER_TYPE_PREFIX;
}

/** The package that a provider type is for. */
export function packageOfProviderType(type: string): string {
  return type.slice(PROVIDER_TYPE_PREFIX.length);
}

/** True for a provider that the engine made because the program named none. Its steps are not shown. */
export function isDefaultProvider(urn: string): boolean {
  const parts = urn.includes(PROVIDER_TYPE_PREFIX) ? parseUrn(urn) : undefined;
  return parts !== undefined && isProviderType(parts.type) && parts.name.startsWith("default");
}

export interface ProviderReference {
  readonly urn: string;
  readonly id: string;
}

/** Splits `urn::id` at the last `::`. */
export function parseProviderReference(reference: string): ProviderReference {
  const at = reference.lastIndexOf(SEPARATOR);
  return { urn: reference.slice(0, at), id: reference.slice(at + SEPARATOR.length) };
}

/** What is wrong with a provider reference, worded as the official CLI does; undefined where it is well formed. */
export function findReferenceProblem(reference: string): string | undefined {
  if (!reference.includes(SEPARATOR)) {
    return `expected '${SEPARATOR}' in provider reference '${reference}'`;
  }
  const { urn } = parseProviderReference(reference);
  const parts = parseUrn(urn);
  if (parts === undefined) return `${urn} is not a valid URN`;
  if (isProviderType(parts.type)) return undefined;
  const module = parts.type.slice(0, Math.max(parts.type.lastIndexOf(":"), 0));
  return `invalid module in type: expected 'pulumi:providers', got '${module}'`;
}

/** The reference by which resources name their provider. */
export function providerReference(urn: string, id: string): string {
  return urn + SEPARATOR + id;
}
