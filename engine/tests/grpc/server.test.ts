import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import { afterEach, describe, expect, it } from "vitest";
import { GrpcClient } from "../../src/grpc/client.ts";
import { type GrpcServer, listenForCalls, startGrpcServer } from "../../src/grpc/server.ts";

describe("startGrpcServer", () => {
  let server: GrpcServer | undefined;
  let client: grpc.Client | undefined;
  afterEach(() => {
    client?.close();
    server?.close();
  });

  async function ask(handler: () => Promise<unknown>): Promise<unknown> {
    const definition = services.EngineService;
    server = await startGrpcServer([{ definition, implementation: { getRootResource: handler } }]);
    const connected = new services.EngineClient(server.address, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
    });
    client = connected;
    return new Promise((resolve, reject) => {
      connected.getRootResource(new engine.GetRootResourceRequest(), (error, response) => {
        if (error) reject(error);
        else resolve(response?.getUrn());
      });
    });
  }

  it("serves on the loopback interface", async () => {
    const urn = await ask(async () => new engine.GetRootResourceResponse().setUrn("urn:a"));
    expect(urn).toBe("urn:a");
    expect(server?.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it("begins calls that arrive together one after the other", async () => {
    let isOver = false;
    const handler = async () => {
      const wasOver = isOver;
      await null;
      isOver = true;
      return new engine.GetRootResourceResponse().setUrn(String(wasOver));
    };
    const { getRootResource } = services.EngineService;
    server = await startGrpcServer([
      { definition: services.EngineService, implementation: { getRootResource: handler } },
    ]);
    const together = new GrpcClient(server.address);
    await together.ready(5000);
    const ask = () => together.call(getRootResource, new engine.GetRootResourceRequest());
    const answers = await Promise.all([ask(), ask()]);
    expect(answers.map((answer) => answer.getUrn())).toEqual(["false", "true"]);
    together.close();
  });

  it("lets calls wait until it is known who answers", async () => {
    const listener = await listenForCalls();
    server = listener;
    const early = new GrpcClient(listener.address);
    await early.ready(5000);
    const { getRootResource, setRootResource } = services.EngineService;
    const answered = early.call(getRootResource, new engine.GetRootResourceRequest());
    const refused = early.call(setRootResource, new engine.SetRootResourceRequest());
    const handler = async () => new engine.GetRootResourceResponse().setUrn("urn:late");
    listener.serve([{ definition: services.EngineService, implementation: { getRootResource: handler } }]);
    expect((await answered).getUrn()).toBe("urn:late");
    await expect(refused).rejects.toMatchObject({
      code: grpc.status.UNIMPLEMENTED,
      details: "the server does not implement the method /pulumirpc.Engine/SetRootResource",
    });
    early.close();
  });

  it("passes megabytes through in both directions", async () => {
    const long = "x".repeat(20 * 1024 * 1024);
    expect(await ask(async () => new engine.GetRootResourceResponse().setUrn(long))).toHaveLength(
      long.length,
    );
  });

  it.each([
    ["x", 6000],
    ["ü", 1000],
    ["🎉", 500],
  ])("answers failures with as much of their message as every client takes: %s", async (character, count) => {
    const failing = ask(() => Promise.reject(new Error(character.repeat(10_000))));
    await expect(failing).rejects.toMatchObject({
      code: grpc.status.UNKNOWN,
      details: `${character.repeat(count)}…`,
    });
  });

  it("answers failures with their whole message where that is short enough", async () => {
    const message = `${"x".repeat(5940)}${"ü".repeat(10)}`;
    await expect(ask(() => Promise.reject(new Error(message)))).rejects.toMatchObject({ details: message });
  });

  it("answers what is thrown and is no error", async () => {
    await expect(ask(() => Promise.reject("odd"))).rejects.toMatchObject({ details: "odd" });
  });
});
