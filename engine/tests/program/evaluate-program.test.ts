import grpc from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { ProgramSource } from "../../src/program/program-source.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { engine, functionProgram, registerMessage } from "./monitor-client.ts";
import { run, startRun } from "./run-program.ts";

const stopped = { code: grpc.status.UNAVAILABLE };

describe("evaluateProgram", () => {
  it("holds the program's farewell until it is released", async () => {
    let gone = false;
    const program = functionProgram(async () => undefined);
    const watched: ProgramSource = {
      run: (args) =>
        program.run(args).finally(() => {
          gone = true;
        }),
    };
    const started = startRun({ deployment: new FakeDeployment(), program: watched });

    expect(await started.finished).toEqual({ kind: "succeeded" });
    expect(gone).toBe(false);
    expect(await started.release()).toEqual({ kind: "succeeded" });
    expect(gone).toBe(true);
  });

  it("takes the end of a program that never signals for its outcome", async () => {
    const program: ProgramSource = { run: async () => ({ kind: "succeeded" }) };
    const result = await run({ deployment: new FakeDeployment(), program });
    expect(result).toMatchObject({ finished: { kind: "succeeded" }, outcome: { kind: "succeeded" } });
  });

  it("does not believe a program that was turned away", async () => {
    const deployment = new FakeDeployment();
    deployment.stop();
    const program = functionProgram(async (client) => {
      await expect(client.register(registerMessage("a:b:C", "x"))).rejects.toMatchObject(stopped);
    });
    const result = await run({ deployment, program });
    expect(result.finished).toEqual({ kind: "failed-silently" });
    expect(result.outcome).toEqual({ kind: "failed-silently" });
    expect(result.said).toEqual([]);
  });

  it("turns every call away once the operation is cancelled", async () => {
    const cancel = new AbortController();
    const deployment = new FakeDeployment();
    const program = functionProgram(async (client) => {
      await client.register(registerMessage("a:b:C", "x"));
      cancel.abort();
      await expect(client.register(registerMessage("a:b:C", "y"))).rejects.toMatchObject(stopped);
    });
    const { outcome } = await run({ deployment, program, signal: cancel.signal });
    expect(outcome).toEqual({ kind: "failed-silently" });
    expect(deployment.goals.map((goal) => goal.name)).toEqual(["default", "x"]);
  });

  it("asks a program that has not finished to stop when it is released", async () => {
    const running = Promise.withResolvers<void>();
    const program: ProgramSource = {
      run: ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve({ kind: "failed", message: "interrupted" }));
          running.resolve();
        }),
    };
    const started = startRun({ deployment: new FakeDeployment(), program });
    await running.promise;
    expect(await started.release()).toEqual({ kind: "failed-silently" });
  });

  it("does not start a program that is released at once", async () => {
    const program: ProgramSource = { run: () => Promise.reject(new Error("started")) };
    const started = startRun({ deployment: new FakeDeployment(), program });
    expect(await started.release()).toEqual({ kind: "failed-silently" });
  });

  it.each([
    [new UserError("x", "no SDK", { help: "Run: npm install" }), "no SDK\nRun: npm install"],
    [new UserError("x", "no SDK"), "no SDK"],
    [new Error("unforeseen"), "unforeseen"],
    ["a bare string", "a bare string"],
  ])("tells why a program could not be started: %s", async (error, message) => {
    const program: ProgramSource = { run: () => Promise.reject(error) };
    const { finished, outcome } = await run({ deployment: new FakeDeployment(), program });
    expect(finished).toEqual({ kind: "failed", message });
    expect(outcome).toEqual({ kind: "failed", message });
  });

  it("tells what is wrong with the list of disabled default providers", async () => {
    const config = { values: { "pulumi:disable-default-providers": "toy" }, secretKeys: [] };
    const program = functionProgram(async () => undefined);
    const { outcome } = await run({ deployment: new FakeDeployment(), program, config });
    expect(outcome).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("is not a list of package names"),
    });
  });

  it("serves the engine's calls beside the monitor's", async () => {
    const program = functionProgram(async (client) => {
      await client.askEngine("setRootResource", new engine.SetRootResourceRequest().setUrn("the root"));
      const root = await client.askEngine<InstanceType<typeof engine.GetRootResourceResponse>>(
        "getRootResource",
        new engine.GetRootResourceRequest(),
      );
      expect(root.getUrn()).toBe("the root");
      const range = (text: string) => new engine.RequirePulumiVersionRequest().setPulumiVersionRange(text);
      await client.askEngine("requirePulumiVersion", range(">=3.1.0 <4.0.0"));
      await expect(client.askEngine("requirePulumiVersion", range("<3.0.0"))).rejects.toMatchObject({
        details: 'Pulumi version 3.260.0 does not satisfy the version range "<3.0.0"',
      });
      await expect(
        client.askEngine("startDebugging", new engine.StartDebuggingRequest()),
      ).rejects.toMatchObject({ code: grpc.status.UNIMPLEMENTED });
      await expect(
        client.askEngine("log", new engine.LogRequest().setSeverity(9 as 0)),
      ).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
    });
    const { outcome } = await run({ deployment: new FakeDeployment(), program });
    expect(outcome).toEqual({ kind: "succeeded" });
  });
});
