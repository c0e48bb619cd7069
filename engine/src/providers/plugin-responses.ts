import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { ProviderError } from "../errors.ts";
import { containsUnknowns, type PropertyMap } from "../protocol/property-value.ts";

import { decodeStruct } from "../protocol/wire.ts";
import type { CheckFailure, DiffKind, DiffResult, PropertyDiff, ProviderCapabilities } from "./provider.ts";

/** Decodes an answer. Unknowns are allowed in previews only. */
export function decodeAnswer(struct: Struct | undefined, options: { unknowns: boolean }): PropertyMap {
  const map = decodeStruct(struct);
  if (options.unknowns) return map;
  for (const [key, value] of Object.entries(map)) {
    if (containsUnknowns(value)) {
      throw new ProviderError(`unexpected unknown property value for ${JSON.stringify(key)}`, {
        status: "unknown",
      });
    }
  }
  return map;
}

export function decodeFailures(failures: readonly messages.CheckFailure[]): readonly CheckFailure[] {
  return failures.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

const { DiffChanges } = protocol.DiffResponse;
const { Kind } = protocol.PropertyDiff;

const KINDS: { readonly [kind: number]: DiffKind } = {
  [Kind.ADD]: "add",
  [Kind.ADD_REPLACE]: "add-replace",
  [Kind.DELETE]: "delete",
  [Kind.DELETE_REPLACE]: "delete-replace",
  [Kind.UPDATE]: "update",
  [Kind.UPDATE_REPLACE]: "update-replace",
};

export function decodeDiff(response: messages.DiffResponse): DiffResult {
  return {
    changes: decodeChanges(response.getChanges()),
    replaceKeys: response.getReplacesList(),
    stableKeys: response.getStablesList(),
    changedKeys: response.getDiffsList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
    detailedDiff: response.getHasdetaileddiff()
      ? decodeDetailedDiff(response.getDetaileddiffMap())
      : undefined,
  };
}

function decodeChanges(changes: messages.DiffResponse.DiffChanges): DiffResult["changes"] {
  if (changes === DiffChanges.DIFF_NONE) return "none";
  return changes === DiffChanges.DIFF_SOME ? "some" : "unknown";
}

export function decodeDetailedDiff(map: {
  forEach(each: (diff: messages.PropertyDiff, path: string) => void): void;
}): { readonly [path: string]: PropertyDiff } {
  const diffs: [string, PropertyDiff][] = [];
  map.forEach((diff, path) => {
    diffs.push([path, { kind: KINDS[diff.getKind()] ?? "update", inputDiff: diff.getInputdiff() }]);
  });
  return Object.fromEntries(diffs);
}

/** The answer of a provider that has no opinion. */
export const UNKNOWN_DIFF: DiffResult = {
  changes: "unknown",
  replaceKeys: [],
  stableKeys: [],
  changedKeys: [],
  deleteBeforeReplace: false,
  detailedDiff: undefined,
};

export function capabilitiesOfHandshake(response: messages.ProviderHandshakeResponse): ProviderCapabilities {
  return {
    acceptSecrets: response.getAcceptSecrets(),
    acceptResources: response.getAcceptResources(),
    acceptOutputs: response.getAcceptOutputs(),
    acceptByteStrings: response.getAcceptsByteString(),
    supportsPreview: true,
    supportsAutonaming: response.getSupportsAutonamingConfiguration(),
  };
}

export function capabilitiesOfConfigure(response: messages.ConfigureResponse): ProviderCapabilities {
  return {
    acceptSecrets: response.getAcceptsecrets(),
    acceptResources: response.getAcceptresources(),
    acceptOutputs: response.getAcceptoutputs(),
    supportsPreview: response.getSupportspreview(),
    supportsAutonaming: response.getSupportsAutonamingConfiguration(),
  };
}

/** URN lists by property, of any of the messages that carry them. */
export function decodeDependencies(map: {
  forEach(visit: (urns: { getUrnsList(): string[] }, property: string) => void): void;
}): { readonly [property: string]: readonly string[] } {
  const dependencies: [string, readonly string[]][] = [];
  map.forEach((urns, property) => {
    dependencies.push([property, urns.getUrnsList()]);
  });
  return Object.fromEntries(dependencies);
}
