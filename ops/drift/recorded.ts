import {
  nameOf,
  providerPackage,
  providerUrn,
  type RecordedResource,
  readCheckpoint,
  STACK_TYPE,
} from "../rollback/replay/checkpoint.ts";
import { decode, type RecordedObject, type RecordedValue } from "../rollback/replay/recorded-value.ts";

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };
export type PlainObject = { readonly [key: string]: Plain };

/** A resource of the state as the review compares it: in clear, with the names of what is secret. */
export interface ManagedResource {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly id: string;
  /** Outermost component that it belongs to; "" where none. */
  readonly component: string;
  readonly inputs: PlainObject;
  readonly outputs: PlainObject;
  /** Top-level properties that hold a secret. */
  readonly secrets: ReadonlySet<string>;
  /** Inputs of its provider; they hold its credentials. */
  readonly provider: PlainObject;
  /** When it was made, where the state tells. */
  readonly created: string | undefined;
}

/** The resources of an exported state that stand for something outside of Pulumi. */
export function readManaged(deployment: unknown): ManagedResource[] {
  const { resources } = readCheckpoint(deployment);
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const times = creationTimes(deployment);
  return resources
    .filter((resource) => resource.custom && !resource.delete && providerPackage(resource) === undefined)
    .map((resource) => ({
      urn: resource.urn,
      name: nameOf(resource.urn),
      type: resource.type,
      id: resource.id,
      component: componentOf(resource, byUrn),
      inputs: plainObject(resource.inputs),
      outputs: plainObject(resource.outputs),
      secrets: secretsOf(resource),
      provider: plainObject(byUrn.get(providerUrn(resource.provider ?? ""))?.inputs ?? {}),
      created: times.get(resource.urn),
    }));
}

function creationTimes(deployment: unknown): Map<string, string> {
  const { resources = [] } = deployment as { resources?: { urn: string; created?: string }[] };
  return new Map(resources.flatMap(({ urn, created }) => (created === undefined ? [] : [[urn, created]])));
}

function componentOf(resource: RecordedResource, byUrn: ReadonlyMap<string, RecordedResource>): string {
  const parent = byUrn.get(resource.parent ?? "");
  if (parent === undefined || parent.type === STACK_TYPE) {
    return resource.custom ? "" : nameOf(resource.urn);
  }
  return componentOf(parent, byUrn) || (parent.custom ? "" : nameOf(parent.urn));
}

function secretsOf(resource: RecordedResource): ReadonlySet<string> {
  const marked = [resource.inputs, resource.outputs].flatMap((values) =>
    Object.entries(values).flatMap(([name, value]) => (holdsSecret(value) ? [name] : [])),
  );
  return new Set([...marked, ...resource.additionalSecretOutputs]);
}

function holdsSecret(value: RecordedValue): boolean {
  const decoded = decode(value);
  switch (decoded.kind) {
    case "secret":
      return true;
    case "list":
      return decoded.items.some(holdsSecret);
    case "object":
      return Object.values(decoded.members).some(holdsSecret);
    default:
      return false;
  }
}

function plainObject(values: RecordedObject): PlainObject {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name !== "__defaults")
      .map(([name, value]) => [name, toPlain(value)]),
  );
}

/** A recorded value without marks; assets and what cannot be read become their description. */
function toPlain(value: RecordedValue): Plain {
  const decoded = decode(value);
  switch (decoded.kind) {
    case "plain":
      return decoded.value;
    case "secret":
      return toPlain(decoded.value);
    case "list":
      return decoded.items.map(toPlain);
    case "object":
      return plainObject(decoded.members);
    case "resource":
      return decoded.urn;
    case "asset":
    case "archive":
      return plainObject(decoded.members);
    default:
      return `[${decoded.signature}]`;
  }
}
