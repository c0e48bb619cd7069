import http2 from "node:http2";
import { describe, expect, it } from "vitest";
import { FLAG, FRAME, MAX_WINDOW, SETTING } from "../../src/grpc/http2/constants.ts";
import { encodeFrame, settingsFrame } from "../../src/grpc/http2/frames.ts";
import { Status } from "../../src/grpc/status.ts";
import {
  answerOn,
  clientOf,
  EMPTY,
  echo,
  failureOf,
  frameServer,
  grpcJsServer,
  headersFrame,
  nodeServer,
  SERVICE,
  socketServer,
} from "./peers.ts";

const { call } = SERVICE;
const MEGABYTE = Buffer.alloc(1024 * 1024, "0123456789abcdef_");
const SUCCESS = [
  [":status", "200"],
  ["grpc-status", "0"],
] as const;

/** The whole answer to a call: a message of no bytes. */
function emptyAnswer(stream: number): Buffer {
  return Buffer.concat([
    headersFrame(stream, [[":status", "200"]], FLAG.endHeaders),
    encodeFrame({ type: FRAME.data, flags: 0, stream, payload: Buffer.alloc(5) }),
    headersFrame(stream, [["grpc-status", "0"]], FLAG.endHeaders | FLAG.endStream),
  ]);
}

describe("a client of a server that takes little", () => {
  it.each([
    ["windows of a byte", { initialWindowSize: 1 }, 2000],
    ["windows that are smaller than a frame", { initialWindowSize: 5000 }, 300_000],
    [
      "windows and frames that are larger than usual",
      { initialWindowSize: 10 * 2 ** 20, maxFrameSize: 2 ** 20 },
      2 ** 22,
    ],
    ["no header table", { headerTableSize: 0 }, 10],
    ["a header table that is small", { headerTableSize: 100 }, 10],
  ])("sends what fits, in order: %s", async (_what, settings, size) => {
    const { port } = await nodeServer(settings, (stream) => answerOn(stream, (request) => request));
    const client = clientOf(port);
    const sent = Array.from({ length: 5 }, (_, index) =>
      Buffer.concat([Buffer.from([index]), MEGABYTE.subarray(0, size)]),
    );
    const received = await Promise.all(sent.map((message) => client.call(call, message)));
    for (const [index, message] of sent.entries()) expect(received[index]?.equals(message)).toBe(true);
  });

  it("begins no more calls than the server takes, and the others when there is room", async () => {
    let open = 0;
    let most = 0;
    const { port } = await nodeServer({ maxConcurrentStreams: 2 }, (stream) => {
      open += 1;
      most = Math.max(most, open);
      stream.on("close", () => {
        open -= 1;
      });
      answerOn(stream, (request) => request);
    });
    const client = clientOf(port);
    const texts = Array.from({ length: 60 }, (_, index) => String(index));
    const answers = texts.map((text) => client.call(call, Buffer.from(text)));
    const ending = new AbortController();
    const cancelled = failureOf(client.call(call, EMPTY, { signal: ending.signal }));
    await client.ready(10_000);
    ending.abort();
    expect((await Promise.all(answers)).map(String)).toEqual(texts);
    expect(most).toBe(2);
    expect(await cancelled).toMatchObject({ code: Status.CANCELLED });
  });

  it("follows changes of what it takes in the middle of a message", async () => {
    const { port, sessions } = await nodeServer({ initialWindowSize: 1000 }, (stream) => {
      const sizes = [50_000, 10, 70_000];
      stream.on("data", () => {
        const initialWindowSize = sizes.pop();
        if (initialWindowSize !== undefined)
          sessions[0]?.settings({ initialWindowSize, maxFrameSize: 20_000, headerTableSize: 0 });
      });
      answerOn(stream, (request) => request);
    });
    const client = clientOf(port);
    expect((await client.call(call, MEGABYTE)).equals(MEGABYTE)).toBe(true);
    expect((await client.call(call, MEGABYTE)).equals(MEGABYTE)).toBe(true);
  });

  it("waits where it takes no calls for now", async () => {
    const none = settingsFrame([[SETTING.maxConcurrentStreams, 0]]);
    const seen: string[] = [];
    const port = await frameServer((frame, socket) => {
      if (frame.type === FRAME.settings && (frame.flags & FLAG.ack) !== 0 && seen.push("settings") === 1) {
        socket.write(settingsFrame([[SETTING.maxConcurrentStreams, 1]]));
      }
      if (frame.type === FRAME.headers) {
        seen.push("call");
        socket.write(emptyAnswer(frame.stream));
      }
    }, none);
    expect(await clientOf(port).call(call, EMPTY)).toEqual(EMPTY);
    expect(seen[0]).toBe("settings");
  });

  it("fails where it never takes a call", async () => {
    const none = settingsFrame([[SETTING.maxConcurrentStreams, 0]]);
    const port = await frameServer((frame, socket) => {
      if (frame.type === FRAME.settings && (frame.flags & FLAG.ack) !== 0) socket.end();
    }, none);
    expect(await failureOf(clientOf(port).call(call, EMPTY))).toMatchObject({ code: Status.UNAVAILABLE });
  });
});

describe("a client of a server that goes away", () => {
  it("fails its calls where the connection drops, and goes on where the server is back", async () => {
    const asked = Promise.withResolvers<void>();
    const { server, port } = await grpcJsServer({ call: () => asked.resolve() });
    const client = clientOf(port);
    const failure = failureOf(client.call(call, EMPTY));
    await asked.promise;
    const ended = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    server.forceShutdown();
    expect([Status.UNAVAILABLE, Status.CANCELLED]).toContain((await failure).code);
    await ended;
    await grpcJsServer({ call: echo }, `127.0.0.1:${port}`);
    expect(String(await client.call(call, Buffer.from("a")))).toBe("a");
  });

  it.each(["destroy", "end", "resetAndDestroy"] as const)(
    "fails a call in flight at the socket's end: %s",
    async (how) => {
      const port = await frameServer((frame, socket) => {
        if (frame.type === FRAME.data) socket[how]();
      });
      const failure = await failureOf(clientOf(port).call(call, EMPTY));
      expect(failure).toMatchObject({
        code: Status.UNAVAILABLE,
        details: expect.stringMatching(/^Connection dropped/),
      });
    },
  );

  it("fails a call at once where the server says no more, though it has not read all", async () => {
    const port = await socketServer((socket) => {
      socket.write(settingsFrame([[SETTING.initialWindowSize, MAX_WINDOW]]));
      socket.write(
        encodeFrame({
          type: FRAME.windowUpdate,
          flags: 0,
          stream: 0,
          payload: Buffer.from("7fff0000", "hex"),
        }),
      );
      socket.once("data", () => {
        socket.pause();
        socket.end();
      });
    });
    const failure = await failureOf(clientOf(port).call(call, Buffer.alloc(40 * 2 ** 20)));
    expect(failure.code).toBe(Status.UNAVAILABLE);
  });

  it("lets calls end that the server still answers, and begins others elsewhere", async () => {
    const asked = Promise.withResolvers<() => void>();
    let calls = 0;
    const first = await grpcJsServer({
      call: (_asked, answer) => {
        const answerIt = () => answer(null, Buffer.from("first"));
        calls += 1;
        if (calls === 1) asked.resolve(answerIt);
        else answerIt();
      },
    });
    const client = clientOf(first.port);
    const running = client.call(call, EMPTY);
    const answerFirst = await asked.promise;
    const drained = new Promise<void>((resolve) => first.server.tryShutdown(() => resolve()));
    const second = await grpcJsServer(
      { call: (_asked, answer) => answer(null, Buffer.from("second")) },
      `127.0.0.1:${first.port}`,
    );
    expect(second.port).toBe(first.port);
    let text = "";
    // The news that the first goes away may come after the call: then the first takes it, too.
    while (text !== "second") {
      text = String(await client.call(call, EMPTY));
    }
    answerFirst();
    expect(String(await running)).toBe("first");
    await drained;
  });

  it("begins calls anew that the server has not looked at", async () => {
    const goAway = encodeFrame({
      type: FRAME.goAway,
      flags: 0,
      stream: 0,
      payload: Buffer.from("0000000100000000", "hex"),
    });
    let connections = 0;
    const port = await frameServer((frame, socket) => {
      if (frame.type === FRAME.settings && (frame.flags & FLAG.ack) === 0) connections += 1;
      if (frame.type !== FRAME.data) return;
      if (connections === 1 && frame.stream === 3) socket.write(Buffer.concat([goAway, emptyAnswer(1)]));
      if (connections === 2) socket.write(emptyAnswer(frame.stream));
    });
    const client = clientOf(port);
    await Promise.all([1, 2, 3].map(() => client.call(call, EMPTY)));
    expect(connections).toBe(2);
  });

  it("fails a call that the server goes away from time and again, with its reason", async () => {
    const payload = Buffer.concat([Buffer.alloc(8), Buffer.from("too_many_pings")]);
    let connections = 0;
    const port = await frameServer((frame, socket) => {
      if (frame.type !== FRAME.data) return;
      connections += 1;
      socket.write(encodeFrame({ type: FRAME.goAway, flags: 0, stream: 0, payload }));
    });
    const failure = await failureOf(clientOf(port).call(call, EMPTY));
    expect(failure).toMatchObject({
      code: Status.UNAVAILABLE,
      details: "the peer is going away: too_many_pings",
    });
    expect(connections).toBeLessThan(10);
  });

  it("begins calls anew that have waited for room", async () => {
    let connections = 0;
    const port = await frameServer(
      (frame, socket) => {
        if (frame.type === FRAME.settings && (frame.flags & FLAG.ack) === 0) connections += 1;
        if (frame.type === FRAME.data) socket.end(emptyAnswer(frame.stream));
      },
      settingsFrame([[SETTING.maxConcurrentStreams, 1]]),
    );
    const client = clientOf(port);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => client.call(call, EMPTY)));
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
    expect(connections).toBeGreaterThan(1);
  });
});

describe("a client of a server that refuses streams", () => {
  async function refusing(times: number) {
    const starts: number[] = [];
    const { port } = await nodeServer({}, (stream) => {
      starts.push(starts.length);
      if (starts.length <= times) stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      else answerOn(stream, (request) => request);
    });
    return { starts, client: clientOf(port) };
  }

  it("begins the call anew", async () => {
    const { starts, client } = await refusing(2);
    const message = MEGABYTE.subarray(0, 30);
    expect(String(await client.call(call, message))).toBe(String(message));
    expect(starts).toHaveLength(3);
  });

  it("gives up in the end", async () => {
    const { starts, client } = await refusing(Number.POSITIVE_INFINITY);
    expect(await failureOf(client.call(call, EMPTY))).toMatchObject({ code: Status.UNAVAILABLE });
    expect(starts.length).toBeLessThan(10);
  });

  it("begins a call with many requests anew, unless they were too many to keep", async () => {
    const few = await refusing(1);
    const stream = few.client.stream(call);
    stream.write(Buffer.from("a"));
    expect(String(await stream.end())).toBe("a");
    const many = await refusing(1);
    await many.client.ready(10_000);
    const large = many.client.stream(call);
    large.write(Buffer.alloc(2 * 2 ** 20));
    expect(await failureOf(large.end())).toMatchObject({ code: Status.UNAVAILABLE });
  });
});

describe("a server that is not what it should be", () => {
  it.each([
    ["HTTP/1.1", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", /is this HTTP\/2/],
    ["a greeting", "SSH-2.0-OpenSSH_9.6\r\n", /is this HTTP\/2/],
    ["nothing", "", /No connection established/],
    ["half a frame", "\0\0", /No connection established/],
    [
      "no settings first",
      String(encodeFrame({ type: FRAME.ping, flags: 0, stream: 0, payload: Buffer.alloc(8) })),
      /its settings/,
    ],
  ])("fails calls: it speaks %s", async (_what, text, message) => {
    const port = await socketServer((socket) => socket.once("data", () => socket.end(text)));
    const failure = await failureOf(clientOf(port).call(call, EMPTY));
    expect(failure).toMatchObject({ code: Status.UNAVAILABLE, details: expect.stringMatching(message) });
  });

  it("fails calls where nobody listens", async () => {
    const failure = await failureOf(clientOf("localhost:1").call(call, EMPTY));
    expect(failure).toMatchObject({
      code: Status.UNAVAILABLE,
      details: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it.each([
    ["an answer on a stream that nobody has begun", headersFrame(7, SUCCESS, FLAG.endHeaders)],
    [
      "data on a stream of the server",
      encodeFrame({ type: FRAME.data, flags: 0, stream: 2, payload: EMPTY }),
    ],
    [
      "a pushed answer",
      encodeFrame({ type: FRAME.pushPromise, flags: FLAG.endHeaders, stream: 1, payload: Buffer.alloc(4) }),
    ],
  ])("fails calls: it sends %s", async (_what, bytes) => {
    const port = await frameServer((frame, socket) => {
      if (frame.type === FRAME.data) socket.write(bytes);
    });
    const failure = await failureOf(clientOf(port).call(call, EMPTY));
    expect(failure).toMatchObject({ code: Status.UNAVAILABLE, details: expect.stringContaining("the peer") });
  });
});
