import { decode, type RecordedObject, recordSecret } from "../../rollback/replay/recorded-value.ts";
import type { PropertyEdit } from "./setting-of.ts";

interface RawResource {
  readonly urn: string;
  readonly inputs?: RecordedObject;
  readonly outputs?: RecordedObject;
}

/** An exported state in which the live value of a property is recorded; secrets stay secret. */
export function recordLive(deployment: unknown, urn: string, changes: readonly PropertyEdit[]): object {
  const state = deployment as { readonly resources?: readonly RawResource[] };
  const resources = (state.resources ?? []).map((resource) =>
    resource.urn === urn ? changes.reduce(recordOne, resource) : resource,
  );
  return { ...state, resources };
}

function recordOne(resource: RawResource, { property, edit }: PropertyEdit): RawResource {
  const edited = (values: RecordedObject = {}): RecordedObject => {
    const value = values[property];
    if (value === undefined) return values;
    const decoded = decode(value);
    const after = decoded.kind === "secret" ? recordSecret(edit(decoded.value)) : edit(value);
    return { ...values, [property]: after };
  };
  return { ...resource, inputs: edited(resource.inputs), outputs: edited(resource.outputs) };
}
