import { spawn } from "node:child_process";
import { join } from "node:path";
import type grpc from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import { FRAME, SETTING } from "../../src/grpc/http2/constants.ts";
import { settingsFrame } from "../../src/grpc/http2/frames.ts";
import { echo, frameServer, grpcJsServer, socketServer } from "./peers.ts";

const CLIENT = join(import.meta.dirname, "../../src/grpc/client.ts");

/** What a process prints and how it ends that does this with a client of the server. */
async function runClient(port: number, body: string, onOutput: (text: string) => void = () => undefined) {
  const script = `
    const { GrpcClient } = await import(${JSON.stringify(CLIENT)});
    const bytes = (message) => Buffer.from(message);
    const method = { path: "/test.Bytes/Call", requestSerialize: bytes, responseDeserialize: bytes };
    const client = new GrpcClient("127.0.0.1:${port}");
    const told = (promise) => promise.then((answer) => console.log(String(answer)), (error) => console.log(error.message));
    ${body}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
    onOutput(output);
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, output };
}

const CALL = `told(client.call(method, Buffer.from("answer")));`;
/** The status of a process whose top level waits for what can no longer come. */
const UNSETTLED = 13;

describe("the process of a client", () => {
  it("ends though the client is open, where nothing is called", async () => {
    const { port } = await grpcJsServer({ call: echo });
    expect(await runClient(port, `await client.ready(60_000); ${CALL}`)).toEqual({
      code: 0,
      output: "answer\n",
    });
  });

  it("goes on while a call is in flight", async () => {
    const waiting = Promise.withResolvers<void>();
    const { port } = await grpcJsServer({
      call: (asked: grpc.ServerUnaryCall<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) => {
        void waiting.promise.then(() => answer(null, asked.request));
      },
    });
    const script = `${CALL} setTimeout(() => console.log("idle"), 20);`;
    const { code, output } = await runClient(port, script, () => waiting.resolve());
    expect({ code, output }).toEqual({ code: 0, output: "idle\nanswer\n" });
  });

  it("goes on while a call waits for room", async () => {
    const none = settingsFrame([[SETTING.maxConcurrentStreams, 0]]);
    const drop = Promise.withResolvers<void>();
    const port = await frameServer((frame, socket) => {
      if (frame.type === FRAME.settings) void drop.promise.then(() => socket.end());
    }, none);
    const script = `${CALL} await client.ready(60_000); setTimeout(() => console.log("idle"), 20);`;
    const { code, output } = await runClient(port, script, () => drop.resolve());
    expect({ code, output }).toEqual({ code: 0, output: "idle\n14 UNAVAILABLE: Connection dropped\n" });
  });

  it("ends where a call has failed at a server that never speaks", async () => {
    const port = await socketServer(() => undefined);
    const script = `told(client.call(method, Buffer.alloc(0), { deadline: 20 }));`;
    expect(await runClient(port, script)).toEqual({
      code: 0,
      output: "4 DEADLINE_EXCEEDED: Deadline exceeded\n",
    });
  });

  it("ends soon where the client is closed and the server reads nothing", async () => {
    const port = await socketServer((socket) => {
      socket.write(settingsFrame([[SETTING.initialWindowSize, 2 ** 31 - 1]]));
      socket.pause();
    });
    const script = `
      await client.ready(60_000);
      await told(client.call(method, Buffer.alloc(0), { deadline: 20 }));
      client.close();`;
    expect(await runClient(port, script)).toEqual({
      code: 0,
      output: "4 DEADLINE_EXCEEDED: Deadline exceeded\n",
    });
  });

  it("waits for a server that may still start", async () => {
    const port = await socketServer(() => undefined);
    const script = `await told(client.ready(50).then(() => "ready"));`;
    const { code, output } = await runClient(port, script);
    expect(code).not.toBe(UNSETTLED);
    expect(output).toMatch(/^4 DEADLINE_EXCEEDED: no connection .*: it did not answer\n$/);
  });
});
