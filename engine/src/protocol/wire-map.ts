import type { Map as WireMap } from "google-protobuf";

/** A protobuf map as a plain object. */
export function toRecord<Wire, Value>(
  map: WireMap<string, Wire>,
  convert: (value: Wire) => Value,
): { readonly [key: string]: Value } {
  if (map.getLength() === 0) return {};
  const entries: [string, Value][] = [];
  map.forEach((value, key) => {
    entries.push([key, convert(value)]);
  });
  return Object.fromEntries(entries);
}

/** Bytes of a message, which the stubs give as base64 where nobody has read them yet, in hex. */
export function toHex(digest: Uint8Array | string): string {
  return typeof digest === "string"
    ? Buffer.from(digest, "base64").toString("hex")
    : Buffer.from(digest).toString("hex");
}
