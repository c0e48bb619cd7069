import { EncodedStruct } from "./encoded-struct.ts";
import { cutFields } from "./wire-fields.ts";

/** How each field that holds a property map is set on a decoded message, by number. */
export interface StructFields<Message> {
  readonly [field: number]: (message: Message, struct: EncodedStruct) => unknown;
}

/** A decoder of messages that leaves their property maps as bytes, for `decodeStruct`. */
export function leavingStructs<Message>(
  decode: (bytes: Buffer) => Message,
  structs: StructFields<Message>,
): (bytes: Buffer) => Message {
  const fields = Object.keys(structs).map(Number);
  return (bytes) => {
    const cut = cutFields(bytes, fields);
    if (cut === undefined) return decode(bytes);
    const message = decode(cut.rest);
    for (const [field, content] of cut.contents) structs[field]?.(message, new EncodedStruct(content));
    return message;
  };
}
