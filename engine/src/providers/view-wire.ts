import provider from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/resource_status_pb.js";
import jspb from "google-protobuf";

type PropertyDiffMessage = InstanceType<typeof provider.PropertyDiff>;

export interface PublishedStep {
  readonly message: InstanceType<typeof protocol.ViewStep>;
  readonly detailedDiff: ReadonlyMap<string, PropertyDiffMessage>;
}

/** A `PublishViewStepsRequest` as it is read here: the SDK's own code fails on messages that have detailed differences. */
export interface PublishedSteps {
  readonly token: string;
  readonly steps: readonly PublishedStep[];
}

type FieldReaders = { readonly [field: number]: (reader: jspb.BinaryReader) => void };

function readFields(bytes: Uint8Array, readers: FieldReaders): void {
  const reader = new jspb.BinaryReader(bytes);
  while (reader.nextField() && !reader.isEndGroup()) {
    const read = readers[reader.getFieldNumber()];
    if (read === undefined) reader.skipField();
    else read(reader);
  }
}

export function readPublishedSteps(bytes: Uint8Array): PublishedSteps {
  let token = "";
  const steps: PublishedStep[] = [];
  readFields(bytes, {
    1: (reader) => {
      token = reader.readString();
    },
    2: (reader) => void steps.push(readStep(reader.readBytes())),
  });
  return { token, steps };
}

function readStep(bytes: Uint8Array): PublishedStep {
  const message = new protocol.ViewStep();
  const detailedDiff = new Map<string, PropertyDiffMessage>();
  const { ViewStepState } = protocol;
  readFields(bytes, {
    1: (reader) => message.setStatus(reader.readEnum()),
    2: (reader) => message.setError(reader.readString()),
    3: (reader) => message.setOp(reader.readEnum()),
    6: (reader) => message.setOld(ViewStepState.deserializeBinary(reader.readBytes())),
    7: (reader) => message.setNew(ViewStepState.deserializeBinary(reader.readBytes())),
    8: (reader) => message.addKeys(reader.readString()),
    9: (reader) => message.addDiffs(reader.readString()),
    10: (reader) => readDifference(reader.readBytes(), detailedDiff),
    11: (reader) => message.setHasDetailedDiff(reader.readBool()),
  });
  return { message, detailedDiff };
}

function readDifference(bytes: Uint8Array, into: Map<string, PropertyDiffMessage>): void {
  let path = "";
  let diff = new provider.PropertyDiff();
  readFields(bytes, {
    1: (reader) => {
      path = reader.readString();
    },
    2: (reader) => {
      diff = provider.PropertyDiff.deserializeBinary(reader.readBytes());
    },
  });
  into.set(path, diff);
}
