import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type Document, deserialize, Long, serialize } from "bson";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WireClient } from "../../data-plane/wire-client.ts";

let server: Server;
let client: WireClient;
let requests: Buffer[];
/** What the server says next; undefined: it hangs up. */
let answers: (Document | undefined)[];

function messageOf(document: Document): Buffer {
  const body = Buffer.from(serialize(document));
  const header = Buffer.alloc(21);
  header.writeInt32LE(21 + body.length, 0);
  header.writeInt32LE(2013, 12);
  return Buffer.concat([header, body]);
}

function answer(socket: Socket): void {
  const next = answers.shift();
  if (next === undefined) {
    socket.destroy();
    return;
  }
  const message = messageOf(next);
  // In pieces, as networks do.
  socket.write(message.subarray(0, 3));
  socket.write(message.subarray(3, 30));
  socket.write(message.subarray(30));
}

beforeEach(async () => {
  [requests, answers] = [[], []];
  server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      requests.push(chunk);
      answer(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  client = await WireClient.connect(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  client.close();
  server.close();
});

describe("the wire client", () => {
  it("sends a command with its database, and reads the answer", async () => {
    answers = [{ ok: 1, n: 3 }];
    expect(await client.run("trials", { count: "sites" })).toMatchObject({ n: 3 });
    const [request] = requests;
    expect(request?.readInt32LE(12)).toBe(2013);
    expect(deserialize(request?.subarray(21) ?? Buffer.alloc(0))).toEqual({ count: "sites", $db: "trials" });
  });

  it("sends documents along as they are", async () => {
    answers = [{ ok: 1, n: 2 }];
    const documents = [serialize({ a: 1 }), serialize({ b: "two" })];
    await client.run("trials", { insert: "sites" }, { field: "documents", documents });
    const request = requests[0] ?? Buffer.alloc(0);
    expect(request.readInt32LE(0)).toBe(request.length);
    const tail = Buffer.concat([Buffer.from("documents\0"), ...documents]);
    expect(request.subarray(-tail.length)).toEqual(tail);
    expect(request.readInt32LE(request.length - tail.length - 4)).toBe(tail.length + 4);
  });

  it("follows a cursor to its end, and leaves documents as bytes", async () => {
    const cursor = (id: number, batch: object) => ({
      ok: 1,
      cursor: { id: Long.fromNumber(id), ns: "trials.a.b", ...batch },
    });
    answers = [cursor(7, { firstBatch: [{ a: 1 }, { a: 2 }] }), cursor(0, { nextBatch: [{ a: 3 }] })];
    const found: Document[] = [];
    for await (const batch of client.batches("trials", { find: "a.b" }))
      found.push(...batch.map((each) => deserialize(each)));
    expect(found).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(deserialize(requests[1]?.subarray(21) ?? Buffer.alloc(0))).toMatchObject({ collection: "a.b" });
  });

  it("tells what the server refuses, and when it hangs up", async () => {
    answers = [{ ok: 0, errmsg: "no such thing" }, { ok: 1, writeErrors: [{ errmsg: "E11000" }] }, undefined];
    await expect(client.run("db", { drop: "x" })).rejects.toThrow("drop in db: no such thing");
    await expect(client.run("db", { insert: "x" })).rejects.toThrow("insert in db: E11000");
    await expect(client.run("db", { ping: 1 })).rejects.toThrow();
    await expect(WireClient.connect("127.0.0.1:1")).rejects.toThrow("ECONNREFUSED");
  });
});
