import type { PropertyMap } from "../../protocol/property-value.ts";
import type { CheckFailure } from "../provider.ts";
import { planFields } from "./fields.ts";
import { type ResourceType, toCheckFailure } from "./resource-type.ts";

/** Everything that is wrong with the inputs of the resource called `name`. */
export function checkInputs(type: ResourceType, inputs: PropertyMap, name: string): readonly CheckFailure[] {
  const planned = planFields(type.fields, inputs);
  const missing = type.fields.filter((field) => field.required && planned[field.name] === undefined);
  const problems = type.validate?.(planned) ?? [];
  return [
    ...missing.map((field) => ({ property: "", reason: `Missing required property '${field.name}'` })),
    ...problems.map((problem) => toCheckFailure(problem, name)),
  ];
}
