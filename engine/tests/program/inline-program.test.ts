import grpc from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import automation from "@pulumi/pulumi/automation/server.js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { afterEach, describe, expect, it } from "vitest";
import { inlineProgram } from "../../src/program/inline-program.ts";
import type { ProgramRun } from "../../src/program/program-source.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { run, startRun } from "./run-program.ts";

/** The SDK's own server; its declarations leave it out. */
const { LanguageServer } = automation as unknown as {
  LanguageServer: new (
    program: () => Promise<unknown>,
  ) => { [method in "run" | "getRequiredPlugins" | "getPluginInfo"]: grpc.handleUnaryCall<unknown, unknown> };
};

const config = { values: { "shop:size": "4" }, secretKeys: [] };

describe("inlineProgram", () => {
  let server: grpc.Server | undefined;
  afterEach(() => server?.forceShutdown());

  async function serve(implementation: grpc.UntypedServiceImplementation) {
    const started = new grpc.Server();
    server = started;
    started.addService(services.LanguageRuntimeService, implementation);
    const port = await new Promise<number>((resolve, reject) => {
      started.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return inlineProgram({ address: `127.0.0.1:${port}`, root: "/project", directory: "/project" });
  }

  const answer: (response: unknown) => grpc.handleUnaryCall<unknown, unknown> =
    (response) => (_call, settle) =>
      settle(null, response);

  const fail: grpc.handleUnaryCall<unknown, unknown> = (_call, settle) =>
    settle(new Error("no such program"));

  async function answering(response: InstanceType<typeof language.RunResponse>) {
    return serve({ run: answer(response) });
  }

  it("runs a function that the Automation API serves", async () => {
    const sdk = new LanguageServer(async () => {
      const group = new pulumi.ComponentResource("shop:index:Group", "g");
      return { urn: group.urn, size: new pulumi.Config("shop").requireNumber("size") };
    });
    const program = await serve({
      run: sdk.run.bind(sdk),
      getRequiredPlugins: sdk.getRequiredPlugins.bind(sdk),
      getPluginInfo: sdk.getPluginInfo.bind(sdk),
    });
    const deployment = new FakeDeployment();
    const { finished, outcome } = await run({ deployment, program, config });

    expect(finished).toEqual({ kind: "succeeded" });
    expect(outcome).toEqual({ kind: "succeeded" });
    expect(deployment.outputsOf("shop-dev")).toEqual({
      urn: "urn:pulumi:dev::shop::shop:index:Group::g",
      size: 4,
    });
  });

  it("fails with the program's error", async () => {
    const program = await answering(new language.RunResponse().setError("it broke"));
    const { outcome } = await run({ deployment: new FakeDeployment(), program });
    expect(outcome).toEqual({ kind: "failed", message: "an unhandled error occurred: it broke" });
  });

  it("fails silently where the program told its errors itself", async () => {
    const program = await answering(new language.RunResponse().setBail(true));
    const { outcome } = await run({ deployment: new FakeDeployment(), program });
    expect(outcome).toEqual({ kind: "failed-silently" });
  });

  it("succeeds with a program that registers nothing", async () => {
    const program = await answering(new language.RunResponse());
    const { outcome } = await run({ deployment: new FakeDeployment(), program });
    expect(outcome).toEqual({ kind: "succeeded" });
  });

  it("fails where the call itself fails", async () => {
    const program = await serve({ run: fail });
    const { outcome } = await run({ deployment: new FakeDeployment(), program });
    expect(outcome).toEqual({ kind: "failed", message: "no such program" });
  });

  it("does not call a program that is to be stopped already", async () => {
    const program = inlineProgram({ address: "127.0.0.1:1", root: "/", directory: "/" });
    const stopped = { signal: AbortSignal.abort() } as ProgramRun;
    expect(await program.run(stopped)).toEqual({ kind: "failed-silently" });
  });

  it("cancels the call of a program that is released before it is done", async () => {
    const called = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    const program = await serve({
      run: (call: grpc.ServerUnaryCall<unknown, unknown>) => {
        call.on("cancelled", () => cancelled.resolve());
        called.resolve();
      },
    });
    const started = startRun({ deployment: new FakeDeployment(), program });
    await called.promise;
    expect(await started.release()).toEqual({ kind: "failed-silently" });
    await cancelled.promise;
  });
});
