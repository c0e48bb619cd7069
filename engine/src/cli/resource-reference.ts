import { createHash } from "node:crypto";
import { UserError } from "../errors.ts";
import { isProviderType, parseUrn, ROOT_STACK_TYPE, urnName } from "../plan/urn.ts";
import { noSuchResource } from "../state/edit-resources.ts";
import type { ResourceState } from "../state/resource.ts";

const SHORTEST_HASH = 6;

/** How many copies of a resource wait for their deletion, beside the one that was found. */
export interface FoundResource {
  readonly resource: ResourceState;
  readonly otherCopies: number;
}

/**
 * Finds a recorded resource by its URN, by the short reference that the official CLI makes of its name and URN, or by
 * its name where that is unique.
 * @throws UserError `no-resource`, `ambiguous-name`
 */
export function findByReference(resources: readonly ResourceState[], given: string): FoundResource {
  if (parseUrn(given) !== undefined) return findByUrn(resources, given);
  if (given.startsWith("urn:")) {
    throw new UserError("no-resource", `${JSON.stringify(given)} is not a valid resource URN`, {
      help: "pulumi stack --show-urns lists the URNs.",
    });
  }
  const referred = references(resources).get(given);
  const named = new Set(resources.filter(({ urn }) => urnName(urn) === given).map(({ urn }) => urn));
  const urns = new Set([...(referred === undefined ? [] : [referred]), ...named]);
  const [urn, ...others] = urns;
  if (urn === undefined) {
    throw new UserError(
      "no-resource",
      `no resource identified by ${JSON.stringify(given)} found in the stack`,
      {
        help: "pulumi stack lists the names.",
      },
    );
  }
  if (others.length === 0) return findByUrn(resources, urn);
  const list = [urn, ...others].map((each) => `    ${each}`).join("\n");
  throw new UserError(
    "ambiguous-name",
    `${urns.size} resources in the stack are named ${JSON.stringify(given)}:\n${list}\nspecify one by URN`,
  );
}

function findByUrn(resources: readonly ResourceState[], urn: string): FoundResource {
  const found = resources.filter((resource) => resource.urn === urn);
  const live = found.filter((resource) => !resource.delete);
  const [resource] = [...live, ...found];
  if (resource === undefined) throw noSuchResource(urn, resources);
  return { resource, otherCopies: live.length === 0 ? 0 : found.length - live.length };
}

/** Reference -> URN: the name and so much of the URN's hash that it is unique, given out in the order of URNs. */
function references(resources: readonly ResourceState[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const own = resources.filter(
    ({ type, delete: isCopy }) => !isCopy && type !== ROOT_STACK_TYPE && !isProviderType(type),
  );
  for (const urn of own.map((resource) => resource.urn).sort()) {
    const hash = createHash("sha256").update(urn).digest("hex");
    const name = identifierOf(urnName(urn));
    let length = SHORTEST_HASH;
    while (found.has(`${name}_${hash.slice(0, length)}`)) length += 1;
    found.set(`${name}_${hash.slice(0, length)}`, urn);
  }
  return found;
}

function identifierOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/gu, "_").replace(/^\d/, "_$&");
}
