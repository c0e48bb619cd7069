import { type PropertyMap, type PropertyValue, Secret } from "../../src/protocol/property-value.ts";
import { createRandomProvider } from "../../src/providers/random/provider.ts";

export const provider = createRandomProvider({ now: () => 0x0123456789ab });

export type Name =
  | "Bytes"
  | "Id"
  | "Integer"
  | "Password"
  | "Pet"
  | "Shuffle"
  | "String"
  | "Uuid"
  | "Uuid4"
  | "Uuid7";

export function resource(kind: Name) {
  const type = `random:index/random${kind}:Random${kind}`;
  return { urn: `urn:pulumi:dev::p::${type}::r`, name: "r", type };
}

export const create = (kind: Name, inputs: PropertyMap, preview = false) =>
  provider.create({ ...resource(kind), inputs, timeout: 0, preview });

export const diff = (kind: Name, oldOutputs: PropertyMap, newInputs: PropertyMap) =>
  provider.diff({ ...resource(kind), id: "x", oldInputs: {}, oldOutputs, newInputs, ignoreChanges: [] });

export const importOf = (kind: Name, id: string) =>
  provider.read({ ...resource(kind), id, inputs: {}, state: {}, timeout: 0 });

export const failures = async (kind: Name, news: PropertyMap) => {
  const request = { olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined, preview: false };
  return (await provider.check({ ...resource(kind), ...request })).failures.map(({ reason }) => reason);
};

export function plain(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.value : value;
}
