import type { BinaryWriter, Map as WireMap } from "google-protobuf";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";

type FieldsMap = WireMap<string, structProtocol.Value>;

/** A `Struct` as the bytes it is on the wire: messages that have it are read and written without taking it apart. */
export class EncodedStruct extends structProtocol.Struct {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }

  /** `asWritten`: the message that it is in is being written. */
  override getFieldsMap(asWritten = false): FieldsMap {
    return asWritten
      ? fieldsAsWritten(this.bytes)
      : structProtocol.Struct.deserializeBinary(new Uint8Array(this.bytes)).getFieldsMap();
  }

  override serializeBinary(): Uint8Array {
    return this.bytes;
  }
}

/** What the library's writer asks of a map. */
function fieldsAsWritten(bytes: Uint8Array): FieldsMap {
  const map = {
    getLength: () => bytes.length,
    serializeBinary: (_field: number, writer: BinaryWriter) =>
      writer.writeSerializedMessage(bytes, 0, bytes.length),
  };
  return map as unknown as FieldsMap;
}
