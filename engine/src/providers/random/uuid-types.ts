import { randomBytes, randomUUID } from "node:crypto";
import { importError, KEEPERS, type ResourceType } from "./resource-type.ts";

const STRICT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Braces, a URN and missing dashes are accepted for the newer types. */
const LENIENT =
  /^(?:urn:uuid:|\{)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

export const RANDOM_UUID = uuidType(
  () => randomUUID(),
  (id) => (STRICT.test(id) ? id : undefined),
);
export const RANDOM_UUID4 = uuidType(() => randomUUID(), parseLenient);
export const RANDOM_UUID7 = uuidType(generateUuid7, parseLenient);

function uuidType(
  generate: (now: () => number) => string,
  parse: (id: string) => string | undefined,
): ResourceType {
  const describe = (result: string) => ({ id: result, values: { result } });
  return {
    fields: [KEEPERS],
    computed: [{ name: "result" }],
    outputsId: true,
    schemaVersion: 0,
    generate: (_planned, now) => describe(generate(now)),
    import(id) {
      const uuid = parse(id)?.toLowerCase();
      if (uuid === undefined) throw importError("UUID", `${JSON.stringify(id)} is not a UUID`);
      return { ...describe(uuid), inputs: {} };
    },
  };
}

function parseLenient(id: string): string | undefined {
  return LENIENT.exec(id)?.slice(1).join("-");
}

/** RFC 9562, version 7: 48 bits of milliseconds, the rest random. */
function generateUuid7(now: () => number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
