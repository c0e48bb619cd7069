import {
  parseProviderReference,
  parseUrn,
  providerReference,
  ROOT_STACK_TYPE,
  urnOfQualifiedType,
} from "../plan/urn.ts";
import { RESOURCE_SIGNATURE, SECRET_SIGNATURE, SIGNATURE_KEY } from "../protocol/signatures.ts";
import { isObject, type ParsedJson, type ParsedObject } from "./json-reader.ts";
import type { StackReference } from "./store.ts";

/** Gives the URN that a resource of the old stack has in the new one; others stay. */
export function renameUrn(urn: string, from: StackReference, to: StackReference): string {
  const parts = parseUrn(urn);
  if (parts === undefined || parts.stack !== from.stack || parts.project !== from.project) return urn;
  const { project, stack } = to;
  const name = parts.qualifiedType === ROOT_STACK_TYPE ? `${project}-${stack}` : parts.name;
  return urnOfQualifiedType({ stack, project, parentType: "", type: parts.qualifiedType, name });
}

const SINGLE = ["urn", "parent", "deletedWith", "viewOf"];
const LISTS = ["dependencies", "replaceWith", "aliases"];
const PROPERTIES = ["inputs", "outputs", "replacementTrigger"];

/**
 * Moves a deployment to another stack name, in the form of the file: no secret has to be decrypted. References inside
 * encrypted values keep their old URN, as with the official CLI.
 */
export function renameDeployment(
  deployment: ParsedObject,
  from: StackReference,
  to: StackReference,
): ParsedObject {
  const rename = (urn: string) => renameUrn(urn, from, to);
  const renameAll = (items: ParsedJson | undefined, change: (item: ParsedObject) => ParsedObject) =>
    Array.isArray(items) ? items.map((item) => (isObject(item) ? change(item) : item)) : items;
  return withoutUndefined({
    ...deployment,
    resources: renameAll(deployment["resources"], (resource) => renameResource(resource, rename)),
    pending_operations: renameAll(deployment["pending_operations"], (operation) =>
      isObject(operation["resource"])
        ? { ...operation, resource: renameResource(operation["resource"], rename) }
        : operation,
    ),
  });
}

type Rename = (urn: string) => string;

function renameResource(resource: ParsedObject, rename: Rename): ParsedObject {
  return Object.fromEntries(
    Object.entries(resource).map(([field, value]) => [field, renameField(field, value, rename)]),
  );
}

function renameField(field: string, value: ParsedJson, rename: Rename): ParsedJson {
  if (typeof value === "string" && SINGLE.includes(field)) return rename(value);
  if (typeof value === "string" && field === "provider") return renameProvider(value, rename);
  if (LISTS.includes(field)) return renameTexts(value, rename);
  if (PROPERTIES.includes(field)) return renameReferences(value, rename);
  if (field !== "propertyDependencies" || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, urns]) => [key, renameTexts(urns, rename)]));
}

function renameProvider(provider: string, rename: Rename): string {
  if (!provider.includes("::")) return provider;
  const { urn, id } = parseProviderReference(provider);
  return providerReference(rename(urn), id);
}

function renameTexts(value: ParsedJson, rename: Rename): ParsedJson {
  return Array.isArray(value) ? value.map((item) => (typeof item === "string" ? rename(item) : item)) : value;
}

function renameReferences(value: ParsedJson, rename: Rename): ParsedJson {
  if (Array.isArray(value)) return value.map((item) => renameReferences(item, rename));
  if (!isObject(value) || value[SIGNATURE_KEY] === SECRET_SIGNATURE) return value;
  const isReference = value[SIGNATURE_KEY] === RESOURCE_SIGNATURE;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      isReference && key === "urn" && typeof item === "string"
        ? [key, rename(item)]
        : [key, renameReferences(item, rename)],
    ),
  );
}

function withoutUndefined(members: { readonly [key: string]: ParsedJson | undefined }): ParsedObject {
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, ParsedJson] => member[1] !== undefined),
  );
}
