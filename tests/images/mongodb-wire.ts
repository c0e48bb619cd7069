import { connect, type Socket } from "node:net";

export type Value = string | number | Value[] | { [name: string]: Value };
type Document = { [name: string]: Value };

const OP_MSG = 2013;
const HEADER = 21;

/** Runs one command over MongoDB's wire protocol and gives the raw BSON of the answer: enough to test a server with, and no driver. */
export async function runCommand(port: number, command: Document): Promise<Buffer> {
  const body = encode({ ...command, $db: "test" });
  const header = Buffer.alloc(HEADER);
  header.writeInt32LE(HEADER + body.length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(OP_MSG, 12);
  const socket = connect(port, "127.0.0.1");
  socket.write(Buffer.concat([header, body]));
  const answer = await readMessage(socket);
  socket.end();
  return answer.subarray(HEADER);
}

async function readMessage(socket: Socket): Promise<Buffer> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    if (received.length >= 4 && received.length >= received.readInt32LE(0)) return received;
  }
  throw new Error("the server hung up");
}

function encode(document: Document): Buffer {
  const elements = Object.entries(document).map(([name, value]) => element(name, value));
  return sized(Buffer.concat([...elements, Buffer.alloc(1)]), 4);
}

function element(name: string, value: Value): Buffer {
  if (typeof value === "string") return typed(2, name, sized(Buffer.from(`${value}\0`), 0));
  if (typeof value === "number") return typed(16, name, int32(value));
  if (Array.isArray(value)) return typed(4, name, encode(Object.fromEntries(value.entries())));
  return typed(3, name, encode(value));
}

function typed(type: number, name: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), content]);
}

/** With its length before it; `own` = bytes of the length that count themselves. */
function sized(content: Buffer, own: number): Buffer {
  return Buffer.concat([int32(content.length + own), content]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
}
