import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { type Planned, planFields } from "./fields.ts";
import type { ResourceType } from "./resource-type.ts";
import { RANDOM_BYTES, RANDOM_ID, RANDOM_INTEGER, RANDOM_PET, RANDOM_SHUFFLE } from "./simple-types.ts";
import { RANDOM_PASSWORD, RANDOM_STRING } from "./string-types.ts";
import { RANDOM_UUID, RANDOM_UUID4, RANDOM_UUID7 } from "./uuid-types.ts";

const TYPES: ReadonlyMap<string, ResourceType> = new Map([
  ["random:index/randomBytes:RandomBytes", RANDOM_BYTES],
  ["random:index/randomId:RandomId", RANDOM_ID],
  ["random:index/randomInteger:RandomInteger", RANDOM_INTEGER],
  ["random:index/randomPassword:RandomPassword", RANDOM_PASSWORD],
  ["random:index/randomPet:RandomPet", RANDOM_PET],
  ["random:index/randomShuffle:RandomShuffle", RANDOM_SHUFFLE],
  ["random:index/randomString:RandomString", RANDOM_STRING],
  ["random:index/randomUuid:RandomUuid", RANDOM_UUID],
  ["random:index/randomUuid4:RandomUuid4", RANDOM_UUID4],
  ["random:index/randomUuid7:RandomUuid7", RANDOM_UUID7],
]);

export function resourceType(token: string): ResourceType {
  const type = TYPES.get(token);
  if (type === undefined) throw new ProviderError(`unrecognized resource type: ${token}`, { status: "ok" });
  return type;
}

/** Inputs in their types, with defaults. */
export function planInputs(type: ResourceType, inputs: PropertyMap): Planned {
  const planned = planFields(type.fields, inputs);
  return type.settle?.(planned) ?? planned;
}
