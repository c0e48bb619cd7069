import provider from "@pulumi/pulumi/proto/provider_pb.js";
import resource from "@pulumi/pulumi/proto/resource_pb.js";
import type { Map as WireMap } from "google-protobuf";
import type { CheckFailure } from "../providers/provider.ts";
import type {
  DependencyMap,
  FunctionResponse,
  MethodResponse,
  ReadResponse,
  RegisterResponse,
} from "./monitor.ts";
import { containsUnknowns, type PropertyMap, propertyMap } from "./property-value.ts";

import { encodeStruct } from "./wire.ts";

type RegisterResourceResponse = InstanceType<typeof resource.RegisterResourceResponse>;

/** `pulumirpc.Result` in full: the SDK's stubs leave SKIP out. */
const RESULT = { success: 0, fail: 1, skip: 2 } as const;

/** What the caller says it understands. */
export interface Acceptance {
  readonly secrets: boolean;
  readonly resources: boolean;
  /** False: properties with an unknown in them are left out. */
  readonly partialValues: boolean;
  readonly byteStrings: boolean;
}

/** Encodes the answer to `RegisterResource`. */
export function encodeRegister(response: RegisterResponse, accepts: Acceptance): RegisterResourceResponse {
  const message = new resource.RegisterResourceResponse()
    .setUrn(response.urn)
    .setId(response.id)
    .setObject(encodeOutputs(response.outputs, accepts))
    .setStablesList([...response.stableKeys])
    .setResult(RESULT[response.result] as 0 | 1)
    .setUnknown(response.unknown);
  const { PropertyDependencies } = resource.RegisterResourceResponse;
  fillDependencies(message.getPropertydependenciesMap(), response.propertyDependencies, () => {
    return new PropertyDependencies();
  });
  return message;
}

/** Encodes the answer to `ReadResource`. */
export function encodeRead(response: ReadResponse, accepts: Acceptance) {
  return new resource.ReadResourceResponse()
    .setUrn(response.urn)
    .setProperties(encodeOutputs(response.outputs, accepts))
    .setResult(RESULT[response.result] as 0 | 1)
    .setUnknown(response.unknown);
}

/** Encodes the answer to `Invoke`. */
export function encodeInvoke(response: FunctionResponse, accepts: Acceptance) {
  const message = new resource.ResourceInvokeResponse()
    .setFailuresList(response.failures.map(encodeFailure))
    .setUnknown(response.unknown);
  return response.unknown ? message : message.setReturn(encodeOutputs(response.result, accepts));
}

/** Encodes the answer to `Call`. */
export function encodeCall(response: MethodResponse, accepts: Acceptance) {
  const message = new provider.CallResponse()
    .setReturn(encodeOutputs(response.result, accepts))
    .setFailuresList(response.failures.map(encodeFailure));
  const { ReturnDependencies } = provider.CallResponse;
  fillDependencies(message.getReturndependenciesMap(), response.resultDependencies, () => {
    return new ReturnDependencies();
  });
  return message;
}

function encodeOutputs(outputs: PropertyMap, accepts: Acceptance) {
  const sent = accepts.partialValues
    ? outputs
    : propertyMap(Object.entries(outputs).filter(([, value]) => !containsUnknowns(value)));
  return encodeStruct(sent, {
    keepSecrets: accepts.secrets,
    keepResources: accepts.resources,
    keepOutputs: false,
    keepUnknowns: true,
    keepByteStrings: accepts.byteStrings,
  });
}

function encodeFailure(failure: CheckFailure) {
  return new provider.CheckFailure().setProperty(failure.property).setReason(failure.reason);
}

function fillDependencies<List extends { setUrnsList(urns: string[]): unknown }>(
  map: WireMap<string, List>,
  dependencies: DependencyMap,
  make: () => List,
): void {
  for (const [property, urns] of Object.entries(dependencies)) {
    const list = make();
    list.setUrnsList([...urns]);
    map.set(property, list);
  }
}
