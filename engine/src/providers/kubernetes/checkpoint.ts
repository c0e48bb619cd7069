import { isPropertyMap, type PropertyMap } from "../../protocol/property-value.ts";
import { textAt } from "../plain-values.ts";
import { PATCH_FIELD_MANAGER } from "./annotations.ts";
import { annotationOf, type KubeObject, toObject, toProperties } from "./object.ts";
import { markSecrets } from "./secrets.ts";

const INPUTS = "__inputs";
const INITIAL_API_VERSION = "__initialApiVersion";
const FIELD_MANAGER = "__fieldManager";

/** What the outputs of a resource hold beside the live object. */
export interface Checkpoint {
  readonly inputs: KubeObject;
  readonly live: KubeObject;
  readonly initialApiVersion: string;
  readonly fieldManager: string;
}

/** Outputs as the official plugin records them; `marked` says what is secret. */
export function toOutputs(checkpoint: Checkpoint, marked: PropertyMap): PropertyMap {
  return {
    ...markSecrets(toProperties(checkpoint.live), marked),
    [INPUTS]: markSecrets(toProperties(checkpoint.inputs), marked),
    [INITIAL_API_VERSION]: checkpoint.initialApiVersion,
    [FIELD_MANAGER]: checkpoint.fieldManager,
  };
}

/** Reads recorded outputs; "" for what an older version did not record. */
export function readCheckpoint(outputs: PropertyMap): Checkpoint {
  const object = toObject(outputs);
  const { [INPUTS]: inputs, [INITIAL_API_VERSION]: _version, [FIELD_MANAGER]: _manager, ...live } = object;
  return {
    inputs: isPropertyMap(inputs) ? inputs : {},
    live,
    initialApiVersion: textAt(object, INITIAL_API_VERSION),
    fieldManager: textAt(object, FIELD_MANAGER),
  };
}

/** Who applies the fields: what the program says, what is recorded, or somebody new. */
export function chooseFieldManager(
  inputs: KubeObject,
  known: { readonly recorded: string },
  draw: () => string,
): string {
  const wanted = annotationOf(inputs, PATCH_FIELD_MANAGER);
  if (wanted !== "") return wanted;
  return known.recorded === "" ? `pulumi-kubernetes-${draw()}` : known.recorded;
}
