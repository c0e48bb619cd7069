import { invariant } from "../../errors.ts";

/** A build step, as BuildKit tells it. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: boolean;
  readonly error: string;
}

/** What a build step printed. */
export interface VertexLog {
  readonly vertex: string;
  readonly text: string;
}

export interface BuildStatus {
  readonly vertices: readonly Vertex[];
  readonly logs: readonly VertexLog[];
}

/**
 * Decodes one `moby.buildkit.trace` message (protobuf `moby.buildkit.v1.StatusResponse`, api/services/control of
 * moby/buildkit): of each step its name, state and error, and what it printed. Other fields are skipped.
 */
export function decodeBuildStatus(bytes: Uint8Array): BuildStatus {
  const message = readFields(bytes);
  return {
    vertices: parts(message, 1).map((part) => toVertex(readFields(part))),
    logs: parts(message, 3).map((part) => toLog(readFields(part))),
  };
}

interface WireField {
  readonly number: number;
  readonly value: Uint8Array | number;
}

function toVertex(fields: readonly WireField[]): Vertex {
  return {
    digest: text(fields, 1),
    name: text(fields, 3),
    cached: fields.some((field) => field.number === 4 && field.value === 1),
    started: parts(fields, 5).length > 0,
    error: text(fields, 7),
  };
}

function toLog(fields: readonly WireField[]): VertexLog {
  return { vertex: text(fields, 1), text: text(fields, 4) };
}

function parts(fields: readonly WireField[], number: number): Uint8Array[] {
  return fields.flatMap((field) =>
    field.number === number && typeof field.value !== "number" ? [field.value] : [],
  );
}

function text(fields: readonly WireField[], number: number): string {
  return new TextDecoder().decode(parts(fields, number).at(-1));
}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

function readFields(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  let position = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[position++];
      invariant(byte !== undefined, "a build trace ends inside a number");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  };
  const take = (length: number): Uint8Array => {
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    const tag = varint();
    fields.push({ number: Math.floor(tag / 8), value: readValue(tag % 8, varint, take) });
  }
  return fields;
}

function readValue(
  wireType: number,
  varint: () => number,
  take: (length: number) => Uint8Array,
): Uint8Array | number {
  if (wireType === VARINT) return varint();
  if (wireType === BYTES) return take(varint());
  invariant(
    wireType === FIXED_64 || wireType === FIXED_32,
    `a build trace has a field of wire type ${wireType}`,
  );
  return take(wireType === FIXED_64 ? 8 : 4);
}
