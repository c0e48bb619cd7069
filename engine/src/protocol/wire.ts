/** Property values as `google.protobuf.Struct`, with the signatures by which Pulumi's SDKs know what JSON has not. */
export { decodeStruct, decodeValue } from "./wire-decode.ts";
export { type EncodeOptions, encodeStruct, encodeValue } from "./wire-encode.ts";
