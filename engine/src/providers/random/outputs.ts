import {
  computed,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../../protocol/property-value.ts";
import type { Planned } from "./fields.ts";
import type { Generated, ResourceType } from "./resource-type.ts";

/** What the Terraform bridge of the official provider keeps beside the outputs; a later run with it needs them. */
const META = "__meta";
const RAW_STATE_DELTA = "__pulumi_raw_state_delta";

/** Outputs as they are recorded. */
export function renderOutputs(type: ResourceType, planned: Planned, { id, values }: Generated): PropertyMap {
  const secrets = new Set(type.computed.filter(({ secret }) => secret).map(({ name }) => name));
  const made = Object.entries(values).map(([name, value]) => [
    name,
    secrets.has(name) ? new Secret(value) : value,
  ]);
  return {
    ...(type.schemaVersion === 0
      ? {}
      : { [META]: JSON.stringify({ schema_version: String(type.schemaVersion) }) }),
    [RAW_STATE_DELTA]: rawStateDelta(type, { ...planned, ...values }),
    ...(type.outputsId ? { id } : {}),
    ...planned,
    ...(Object.fromEntries(made) as PropertyMap),
  };
}

/** Outputs of a preview: what is going to be drawn is not known. */
export function renderPreview(type: ResourceType, planned: Planned): PropertyMap {
  const unknown = type.computed.map(({ name }) => [name, computed] as const);
  return { ...(type.outputsId ? { id: computed } : {}), ...planned, ...Object.fromEntries(unknown) };
}

/** Outputs of another run: what is in them of planned and of made-up values. */
export function splitOutputs(
  type: ResourceType,
  outputs: PropertyMap,
): { planned: Planned; values: PropertyMap } {
  return {
    planned: selectKeys(outputs, type.fields),
    values: selectKeys(outputs, type.computed),
  };
}

function selectKeys(map: PropertyMap, fields: readonly { readonly name: string }[]): PropertyMap {
  const present = fields.flatMap(({ name }): [string, PropertyValue][] => {
    const value = map[name];
    return value === undefined || value === null ? [] : [[name, value]];
  });
  return Object.fromEntries(present);
}

/** How the bridge gets from our outputs to Terraform's raw state: nulls, collections and other names. */
function rawStateDelta(type: ResourceType, values: PropertyMap): PropertyMap {
  const properties: [string, PropertyValue][] = [];
  for (const { name } of [...type.fields, ...type.computed]) {
    const value = values[name];
    if (value === undefined) properties.push([name, new Secret({ replace: { raw: null } })]);
    else if (Array.isArray(value)) properties.push([name, { arr: {} }]);
    else if (isPropertyMap(value)) properties.push([name, { map: {} }]);
  }
  const ps = Object.fromEntries(properties);
  return { obj: { ps, ...(type.renamed && { renamed: type.renamed }) } };
}
