import { connect, type Socket } from "node:net";
import { type DeserializeOptions, type Document, deserialize, serialize } from "bson";

const OP_MSG = 2013;
/** Documents of one answer; the embedded store refuses to go on without being told. */
const BATCH_SIZE = 1000;
const HEADER_BYTES = 16;
/** Header, flags and the kind of the first section. */
const BODY_AT = 21;

/** Batches of cursors stay as they came; 64-bit numbers keep their type. */
const READING: DeserializeOptions = {
  fieldsAsRaw: { firstBatch: true, nextBatch: true },
  promoteLongs: false,
};

/** Documents that go along with a command as they are, byte for byte. */
export interface Batch {
  readonly field: string;
  readonly documents: readonly Uint8Array[];
}

/** A store that takes commands. */
export interface StoreConnection {
  /** @throws where the server refuses the command, or any of its writes */
  run(database: string, command: Document, batch?: Batch): Promise<Document>;
  /** All documents of a cursor, batch by batch, as bytes. */
  batches(database: string, command: Document): AsyncIterable<Uint8Array[]>;
}

/**
 * MongoDB's wire protocol, just enough to copy documents without looking into them: a driver would read and write each one anew,
 * and change the order of fields that look like numbers.
 */
export class WireClient implements StoreConnection {
  private readonly socket: Socket;
  private readonly chunks: AsyncIterator<Buffer>;
  private received: Buffer = Buffer.alloc(0);
  private requests = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.chunks = socket[Symbol.asyncIterator]();
  }

  /** @param address `127.0.0.1:port` */
  static async connect(address: string): Promise<WireClient> {
    const [host, port] = address.split(":");
    const socket = connect(Number(port), host);
    await new Promise<void>((settle, fail) => {
      socket.once("error", fail);
      socket.once("connect", () => {
        socket.off("error", fail);
        settle();
      });
    });
    return new WireClient(socket);
  }

  close(): void {
    this.socket.destroy();
  }

  async run(database: string, command: Document, batch?: Batch): Promise<Document> {
    const body = Buffer.from(serialize({ ...command, $db: database }));
    const sections = [Buffer.from([0]), body, ...(batch === undefined ? [] : sequenceOf(batch))];
    const length = HEADER_BYTES + 4 + sections.reduce((sum, section) => sum + section.length, 0);
    this.requests += 1;
    const header = Buffer.alloc(HEADER_BYTES + 4);
    header.writeInt32LE(length, 0);
    header.writeInt32LE(this.requests, 4);
    header.writeInt32LE(OP_MSG, 12);
    this.socket.write(Buffer.concat([header, ...sections]));
    const answer = deserialize((await this.nextMessage()).subarray(BODY_AT), READING);
    const [writeError] = (answer["writeErrors"] ?? []) as Document[];
    const problem = answer["ok"] === 1 ? writeError?.["errmsg"] : answer["errmsg"];
    if (problem !== undefined) throw new Error(`${Object.keys(command)[0]} in ${database}: ${problem}`);
    return answer;
  }

  async *batches(database: string, command: Document): AsyncGenerator<Uint8Array[]> {
    let { cursor } = await this.run(database, command);
    yield cursor.firstBatch;
    while (!cursor.id.isZero()) {
      const collection = String(cursor.ns).slice(database.length + 1);
      ({ cursor } = await this.run(database, { getMore: cursor.id, collection, batchSize: BATCH_SIZE }));
      yield cursor.nextBatch;
    }
  }

  private async nextMessage(): Promise<Buffer> {
    while (this.received.length < 4 || this.received.length < this.received.readInt32LE(0)) {
      const { value, done } = await this.chunks.next();
      if (done === true) throw new Error("the store closed the connection");
      this.received = Buffer.concat([this.received, value]);
    }
    const length = this.received.readInt32LE(0);
    const message = this.received.subarray(0, length);
    this.received = this.received.subarray(length);
    return message;
  }
}

function sequenceOf({ field, documents }: Batch): Buffer[] {
  const name = Buffer.from(`${field}\0`);
  const size = Buffer.alloc(4);
  size.writeInt32LE(4 + name.length + documents.reduce((sum, document) => sum + document.length, 0));
  return [Buffer.from([1]), size, name, ...documents.map((document) => Buffer.from(document))];
}
