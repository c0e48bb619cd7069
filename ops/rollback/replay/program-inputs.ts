import { type RecordedObject, type RecordedValue, reveal } from "./recorded-value.ts";

const AUTONAMED = "pulumi.com/autonamed";

/**
 * The recorded inputs without what the engine or a provider wrote into them, beside the defaults that binding leaves
 * out: the engine's own notes, and names that Kubernetes' provider chose.
 */
export function programInputs(inputs: RecordedObject): RecordedObject {
  const { __internal, metadata, ...rest } = inputs;
  return metadata === undefined ? rest : { ...rest, metadata: withoutAutoname(metadata) };
}

function withoutAutoname(metadata: RecordedValue): RecordedValue {
  const plain = asObject(metadata);
  const annotations = asObject(plain?.["annotations"]);
  if (plain === undefined || annotations?.[AUTONAMED] !== "true") return metadata;
  const { name: _chosen, annotations: _all, ...rest } = plain;
  const { [AUTONAMED]: _mark, ...others } = annotations;
  return Object.keys(others).length === 0 ? rest : { ...rest, annotations: others };
}

/** A member of the engine's notes on a provider: its version or where its plugin comes from. */
export function providerNote(inputs: RecordedObject, name: string): string | undefined {
  const note = inputs[name] ?? asObject(inputs["__internal"])?.[name];
  return typeof note === "string" && note !== "" ? note : undefined;
}

function asObject(value: RecordedValue | undefined): RecordedObject | undefined {
  const plain = value === undefined ? undefined : reveal(value);
  return plain !== null && typeof plain === "object" && !Array.isArray(plain)
    ? (plain as RecordedObject)
    : undefined;
}
