/** Tags of `google.protobuf.Struct` and its parts: the number of a field, and how its value is laid out. */
import { WIRE } from "./wire-fields.ts";

const tag = (field: number, wire: number): number => field * 8 + wire;

/** Of an entry of a map, and of its parts. */
export const MAP = { entry: tag(1, WIRE.bytes), key: tag(1, WIRE.bytes), value: tag(2, WIRE.bytes) } as const;

export const LIST = { item: tag(1, WIRE.bytes) } as const;

export const VALUE = {
  null: tag(1, WIRE.varint),
  number: tag(2, WIRE.fixed64),
  text: tag(3, WIRE.bytes),
  boolean: tag(4, WIRE.varint),
  struct: tag(5, WIRE.bytes),
  list: tag(6, WIRE.bytes),
} as const;
