import { getEventListeners } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import { Status } from "../../src/grpc/status.ts";
import { clientOf, EMPTY, echo, failureOf, grpcJsServer, SERVICE, serverOf } from "./peers.ts";

const { call, collect } = SERVICE;
const MEGABYTES = Buffer.alloc(30 * 1024 * 1024, "0123456789abcdef_");

describe("a call of a server of grpc-js", () => {
  it("gets the response", async () => {
    const client = clientOf((await grpcJsServer({ call: echo })).port);
    expect(await client.call(call, Buffer.from("hello"))).toEqual(Buffer.from("hello"));
    expect(await client.call(call, EMPTY)).toEqual(EMPTY);
  });

  it("takes megabytes both ways", async () => {
    const client = clientOf((await grpcJsServer({ call: echo })).port);
    const answers = await Promise.all([1, 2, 3].map(() => client.call(call, MEGABYTES)));
    for (const answer of answers) expect(answer.equals(MEGABYTES)).toBe(true);
  });

  it("is one of hundreds at the same time, which each get their own answer", async () => {
    const { port } = await grpcJsServer({
      call: (asked, answer) => setImmediate(answer, null, Buffer.concat([asked.request, asked.request])),
    });
    const client = clientOf(port);
    const numbers = Array.from({ length: 500 }, (_, index) => String(index));
    const answers = await Promise.all(numbers.map((text) => client.call(call, Buffer.from(text))));
    expect(answers.map(String)).toEqual(numbers.map((text) => text + text));
  });

  it("sends the metadata, the deadline and who calls", async () => {
    let seen: grpc.ServerUnaryCall<unknown, unknown> | undefined;
    const { port } = await grpcJsServer({
      call: (asked: grpc.ServerUnaryCall<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) => {
        seen = asked;
        answer(null, EMPTY);
      },
    });
    const secret = Buffer.from([0, 255, 10]);
    const metadata = new Map([
      ["traceparent", "00-1-2-01"],
      ["secret-bin", secret.toString("base64")],
    ]);
    await clientOf(port).call(call, EMPTY, { metadata, deadline: 2e8 });
    expect(seen?.metadata.getMap()).toMatchObject({
      traceparent: "00-1-2-01",
      "secret-bin": secret,
      "user-agent": "pulumi-embedded-engine",
    });
    const left = Number(seen?.getDeadline()) - Date.now();
    expect(left).toBeGreaterThan(1e8);
    expect(left).toBeLessThanOrEqual(2e8);
  });

  it.each([
    ["name", new Map([["two words", "a"]])],
    ["value", new Map([["a", "line\nline"]])],
    ["value that is no ASCII", new Map([["a", "Grüße 漢"]])],
  ])("sends no metadata that would break the connection or be mangled: a %s", async (_what, metadata) => {
    const client = clientOf((await grpcJsServer({ call: echo })).port);
    const failure = await failureOf(client.call(call, EMPTY, { metadata }));
    expect(failure).toMatchObject({ code: Status.INTERNAL, details: expect.stringContaining("metadata") });
  });

  it.each(["no", "Grüße, 漢字 und 🎉", "100 % sure\nof %41 and %", ""])(
    "fails with the server's error: %j",
    async (details) => {
      const metadata = new grpc.Metadata();
      metadata.set("grpc-status-details-bin", Buffer.from([8, 3, 255, 0]));
      const { port } = await grpcJsServer({
        call: (_asked, answer) => answer({ code: grpc.status.ABORTED, details, metadata }),
      });
      await expect(clientOf(port).call(call, EMPTY)).rejects.toMatchObject({
        name: "CallError",
        code: Status.ABORTED,
        details,
        message: `10 ABORTED: ${details}`,
        statusDetails: Buffer.from([8, 3, 255, 0]),
      });
    },
  );

  it("fails where the server does not know the method", async () => {
    const { port } = await grpcJsServer({ call: echo });
    const method = { ...call, path: "/test.Bytes/Unknown" };
    expect(await failureOf(clientOf(port).call(method, EMPTY))).toMatchObject({ code: Status.UNIMPLEMENTED });
  });

  it("fails as a call where a message cannot be written or read", async () => {
    const client = clientOf((await grpcJsServer({ call: echo })).port);
    const fail = () => {
      throw new Error("bad bytes");
    };
    const unreadable = client.call({ ...call, responseDeserialize: fail }, EMPTY);
    expect(await failureOf(unreadable)).toMatchObject({
      code: Status.INTERNAL,
      details: "the answer of the call is malformed: bad bytes",
    });
    const unwritable = client.call({ ...call, requestSerialize: fail }, EMPTY);
    expect(await failureOf(unwritable)).toMatchObject({
      code: Status.INTERNAL,
      details: "the request of the call is malformed: bad bytes",
    });
  });
});

describe("a call that is given up", () => {
  /** A server that never answers, and when it hears that it need not. */
  async function silentServer() {
    const asked = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    const { port } = await grpcJsServer({
      call: (waiting: grpc.ServerUnaryCall<Buffer, Buffer>) => {
        waiting.on("cancelled", () => cancelled.resolve());
        asked.resolve();
      },
    });
    return { port, asked: asked.promise, cancelled: cancelled.promise };
  }

  it("fails at its deadline, and the server is told", async () => {
    const { port, cancelled } = await silentServer();
    const failure = await failureOf(clientOf(port).call(call, EMPTY, { deadline: 50 }));
    expect(failure).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    await cancelled;
  });

  it("fails when its signal says so, and the server is told", async () => {
    const { port, asked, cancelled } = await silentServer();
    const ending = new AbortController();
    const failure = failureOf(clientOf(port).call(call, EMPTY, { signal: ending.signal }));
    await asked;
    ending.abort();
    expect(await failure).toMatchObject({ code: Status.CANCELLED });
    await cancelled;
    expect(getEventListeners(ending.signal, "abort")).toEqual([]);
  });

  it("is not even begun where its signal has said so before", async () => {
    const client = clientOf("127.0.0.1:1");
    const failure = await failureOf(client.call(call, EMPTY, { signal: AbortSignal.abort(), deadline: 1e6 }));
    expect(failure).toMatchObject({ code: Status.CANCELLED });
  });

  it("leaves the connection to the others", async () => {
    const { port } = await grpcJsServer({
      call: (asked, answer) => {
        if (asked.request.length > 0) answer(null, asked.request);
      },
    });
    const client = clientOf(port);
    const late = failureOf(client.call(call, EMPTY, { deadline: 20 }));
    expect(String(await client.call(call, Buffer.from("a")))).toBe("a");
    await late;
    expect(String(await client.call(call, Buffer.from("b")))).toBe("b");
  });

  it.each([Number.POSITIVE_INFINITY, 2 ** 31])(
    "has no deadline where that is too far away: %d",
    async (deadline) => {
      const client = clientOf((await grpcJsServer({ call: echo })).port);
      expect(String(await client.call(call, Buffer.from("a"), { deadline }))).toBe("a");
    },
  );
});

describe("a call with many requests", () => {
  async function collecting() {
    const seen: string[] = [];
    const { port } = await grpcJsServer({
      collect: (stream: grpc.ServerReadableStream<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) => {
        stream.on("data", (message: Buffer) => seen.push(String(message)));
        stream.on("end", () => answer(null, Buffer.from(String(seen.length))));
      },
    });
    return { seen, client: clientOf(port) };
  }

  it("sends them in order and gets one response", async () => {
    const { seen, client } = await collecting();
    const stream = client.stream(collect);
    const texts = Array.from({ length: 2000 }, (_, index) => `event ${index}`);
    for (const text of texts.slice(0, 1000)) stream.write(Buffer.from(text));
    await client.ready(10_000);
    for (const text of texts.slice(1000)) stream.write(Buffer.from(text));
    expect(String(await stream.end())).toBe("2000");
    expect(seen).toEqual(texts);
  });

  it("takes megabytes, before there is a connection and after", async () => {
    const { seen, client } = await collecting();
    const stream = client.stream(collect);
    const megabyte = Buffer.alloc(1024 * 1024, "x");
    for (let count = 0; count < 8; count += 1) stream.write(megabyte);
    await client.ready(10_000);
    for (let count = 0; count < 8; count += 1) stream.write(megabyte);
    expect(String(await stream.end())).toBe("16");
    expect(seen.every((text) => text.length === megabyte.length)).toBe(true);
  });

  it("sends nothing after its end, and can be ended twice", async () => {
    const { client } = await collecting();
    const stream = client.stream(collect);
    await client.ready(10_000);
    // More than the window of the connection, so that the end has to wait.
    stream.write(Buffer.alloc(1024 * 1024));
    const end = stream.end();
    stream.write(Buffer.from("too late"));
    expect(String(await stream.end())).toBe("1");
    expect(String(await end)).toBe("1");
    expect(String(await client.stream(collect).end())).toBe("1");
  });

  it("ends early where the server answers early", async () => {
    const { port } = await grpcJsServer({
      collect: (_stream: grpc.ServerReadableStream<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) =>
        answer({ code: grpc.status.RESOURCE_EXHAUSTED, details: "enough" }),
    });
    const stream = clientOf(port).stream(collect);
    stream.write(Buffer.from("a"));
    expect(await failureOf(stream.end())).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      details: "enough",
    });
    stream.write(Buffer.from("b"));
  });
});

describe("a target", () => {
  it.each(["unix:", "unix://"])("may be a socket in the file system: %s", async (scheme) => {
    const folder = mkdtempSync(join(tmpdir(), "grpc-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "socket");
    await grpcJsServer({ call: echo }, `unix:${path}`);
    expect(String(await clientOf(`${scheme}${path}`).call(call, Buffer.from("a")))).toBe("a");
  });

  it.each(["[::1]", "ipv6:[::1]"])("may be of IPv6: %s", async (host) => {
    const { port } = await grpcJsServer({ call: echo }, "[::1]:0");
    expect(String(await clientOf(`${host}:${port}`).call(call, Buffer.from("a")))).toBe("a");
  });

  it.each(["localhost", "dns:127.0.0.1", "dns:///localhost", "ipv4:127.0.0.1"])("may be %s", async (host) => {
    const { address } = await serverOf(async (request) => request);
    const client = clientOf(`${host}:${address.split(":")[1]}`);
    expect(String(await client.call(call, Buffer.from("a")))).toBe("a");
  });

  it.each([
    "",
    "localhost",
    "localhost:",
    ":1",
    "localhost:65536",
    "http://localhost:1",
    "a b:1",
    "a\0b:1",
    "[]:1",
    "unix:",
  ])("is refused where it is none: %j", async (target) => {
    const client = clientOf(target);
    const refused = { code: Status.UNAVAILABLE, details: expect.stringContaining("is no address") };
    expect(await failureOf(client.call(call, EMPTY))).toMatchObject(refused);
    expect(await failureOf(client.ready(1000))).toMatchObject(refused);
    const stream = client.stream(collect);
    stream.write(EMPTY);
    expect(await failureOf(stream.end())).toMatchObject(refused);
  });
});

describe("ready", () => {
  it("waits for a server that is about to start", async () => {
    const { server, port } = await grpcJsServer({ call: echo });
    server.forceShutdown();
    const client = clientOf(port);
    expect(await failureOf(client.call(call, EMPTY))).toMatchObject({ code: Status.UNAVAILABLE });
    const ready = client.ready(60_000);
    await grpcJsServer({ call: echo }, `127.0.0.1:${port}`);
    await ready;
    expect(String(await client.call(call, Buffer.from("a")))).toBe("a");
  });

  it("gives up in time, with the reason", async () => {
    const failure = await failureOf(clientOf("127.0.0.1:1").ready(120));
    expect(failure.code).toBe(Status.DEADLINE_EXCEEDED);
    expect(failure.details).toMatch(/^no connection to 127.0.0.1:1 within 0.12 s: .*ECONNREFUSED/);
  });

  it("gives up where the client is closed", async () => {
    const client = clientOf("127.0.0.1:1");
    const ready = failureOf(client.ready(60_000));
    client.close();
    expect(await ready).toMatchObject({ code: Status.UNAVAILABLE, details: "the client was closed" });
  });
});

describe("close", () => {
  it("lets calls end that have begun, and begins no others", async () => {
    const asked = Promise.withResolvers<void>();
    let answerCall: () => void = () => undefined;
    const { port } = await grpcJsServer({
      call: (_asked, answer) => {
        answerCall = () => answer(null, Buffer.from("late"));
        asked.resolve();
      },
    });
    const client = clientOf(port);
    const running = client.call(call, EMPTY);
    await asked.promise;
    client.close();
    const refused = { code: Status.UNAVAILABLE, details: "the client was closed" };
    expect(await failureOf(client.call(call, EMPTY))).toMatchObject(refused);
    answerCall();
    expect(String(await running)).toBe("late");
    client.close();
  });

  it("fails calls that wait for the connection", async () => {
    const client = clientOf((await grpcJsServer({ call: echo })).port);
    const waiting = failureOf(client.call(call, EMPTY));
    client.close();
    expect(await waiting).toMatchObject({ code: Status.UNAVAILABLE, details: "the client was closed" });
  });

  it("ends the connection", async () => {
    const { server, port } = await grpcJsServer({ call: echo });
    const client = clientOf(port);
    await client.call(call, EMPTY);
    client.close();
    await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  });
});
