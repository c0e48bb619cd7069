import type { View as ViewMessage } from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import type * as messages from "@pulumi/pulumi/proto/resource_status_pb.js";
import status from "@pulumi/pulumi/proto/resource_status_pb.js";
import type { StepOp } from "../events.ts";
import { containsUnknowns, type PropertyMap } from "../protocol/property-value.ts";
import { decodeStruct } from "../protocol/wire.ts";
import type { Encode } from "./plugin-requests.ts";
import { decodeDetailedDiff } from "./plugin-responses.ts";
import type { PublishedStep } from "./view-wire.ts";
import { refusal, type View, type ViewStep } from "./views.ts";

const { Op, Status } = status.ViewStep;

const OPS: { readonly [op: number]: StepOp } = {
  [Op.SAME]: "same",
  [Op.CREATE]: "create",
  [Op.UPDATE]: "update",
  [Op.DELETE]: "delete",
  [Op.REPLACE]: "replace",
  [Op.CREATE_REPLACEMENT]: "create-replacement",
  [Op.DELETE_REPLACED]: "delete-replaced",
  [Op.READ]: "read",
  [Op.READ_REPLACEMENT]: "read-replacement",
  [Op.REFRESH]: "refresh",
  [Op.READ_DISCARD]: "discard",
  [Op.DISCARD_REPLACED]: "discard-replaced",
  [Op.REMOVE_PENDING_REPLACE]: "remove-pending-replace",
  [Op.IMPORT]: "import",
  [Op.IMPORT_REPLACEMENT]: "import-replacement",
};

const STATUSES: { readonly [status: number]: ViewStep["status"] } = {
  [Status.OK]: "ok",
  [Status.PARTIAL_FAILURE]: "partial",
  [Status.UNKNOWN]: "unknown",
};

/** Decodes a step. Unknowns are allowed in previews only. @throws RpcError where it says nothing that can be done. */
export function decodeViewStep(
  { message: step, detailedDiff }: PublishedStep,
  options: { unknowns: boolean },
): ViewStep {
  return {
    op: known(OPS, step.getOp(), "operation"),
    status: known(STATUSES, step.getStatus(), "status"),
    error: step.getError(),
    old: decodeState(step.getOld(), options),
    new: decodeState(step.getNew(), options),
    diff: {
      replaceKeys: step.getKeysList(),
      changedKeys: step.getDiffsList(),
      stableKeys: [],
      detailedDiff: step.getHasDetailedDiff() ? decodeDetailedDiff(detailedDiff) : undefined,
    },
  };
}

function known<Value>(table: { readonly [number: number]: Value }, number: number, what: string): Value {
  const value = table[number];
  if (value === undefined) throw refusal(`unknown ${what} ${number} of a view's step`);
  return value;
}

function decodeState(
  state: messages.ViewStepState | undefined,
  options: { unknowns: boolean },
): View | undefined {
  if (state === undefined) return undefined;
  const type = state.getType();
  const name = state.getName();
  if (type === "" || name === "") throw refusal("a view needs a type and a name");
  const decode = (map: PropertyMap): PropertyMap => {
    if (!options.unknowns && Object.values(map).some(containsUnknowns)) {
      throw refusal(`the view '${name}' has properties that are not known, and this is no preview`);
    }
    return map;
  };
  return {
    ...{ type, name },
    inputs: decode(decodeStruct(state.getInputs())),
    outputs: decode(decodeStruct(state.getOutputs())),
  };
}

export function viewMessages(views: readonly View[], encode: Encode): ViewMessage[] {
  return views.map(({ type, name, inputs, outputs }) =>
    new protocol.View().setType(type).setName(name).setInputs(encode(inputs)).setOutputs(encode(outputs)),
  );
}
