import { ProviderError } from "../../errors.ts";
import {
  Computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { isAsPlanned } from "./diff.ts";
import type { ResourceSchema } from "./schema.ts";

/**
 * The one among live objects that is as it was planned, for kinds that have no names.
 * @throws ProviderError where several are: a person has to say which
 */
export function findOnlyOne(
  schema: ResourceSchema,
  candidates: readonly LiveObject[],
  planned: PropertyMap,
): LiveObject | undefined {
  const wanted = withoutUnknowns(planned);
  const [found, ...others] = candidates.filter(({ values }) => isAsPlanned(schema, values, wanted));
  if (others.length === 0) return found;
  throw new ProviderError(
    `${others.length + 1} objects in Atlas are as ${schema.type} was asked for; take the right one over with \`pulumi import\``,
    { status: "ok" },
  );
}

function withoutUnknowns(values: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => !(value instanceof Computed))
      .map(([name, value]) => [name, known(value)]),
  );
}

function known(value: PropertyValue): PropertyValue {
  if (isPropertyArray(value)) return value.map(known);
  return isPropertyMap(value) ? withoutUnknowns(value) : value;
}
